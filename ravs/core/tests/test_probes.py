"""Probes: what a supervisor of the process may rely on."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db

ASK = """
import django; django.setup()
from django.test import Client
for path in ("/healthz", "/readyz"):
    response = Client().get(path)
    print(response.status_code, response.content.decode())
"""


@pytest.fixture
def prober() -> Client:
    """Knows an address and no name."""
    return Client(headers={"host": "10.1.2.3:8000"})


def body(response: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response.content)
    return found


def test_it_says_that_the_process_answers_to_whoever_asks(prober: Client) -> None:
    response = prober.get("/healthz")
    assert (response.status_code, body(response)) == (200, {"status": "ok"})


def test_it_is_ready_when_the_database_has_every_migration(prober: Client) -> None:
    response = prober.get("/readyz")
    assert response.status_code == 200
    assert body(response)["status"] == "ready"
    assert body(response)["migrations"] == "applied"


def test_it_is_not_ready_while_a_migration_is_missing(prober: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="mail").first().delete()
    response = prober.get("/readyz")
    assert response.status_code == 503
    assert body(response)["migrations"] == "unapplied"


def test_it_is_not_ready_without_a_database_and_yet_alive() -> None:
    settings = {
        "SECRET_KEY": "tA9v-2rQx_Lm7c0PzKfW3bYhD8sNjE5gUo1iRk",
        "DATABASE_URL": "sqlite:////nowhere/at/all/ravs.sqlite3",
        "PUBLIC_URL": "https://ravs.trust.example",
        "EMAIL_URL": "smtp://localhost",
        "EMAIL_FROM": "ravs@trust.example",
        "SUPPORT_CONTACT": "support@trust.example",
        "OIDC_ISSUER": "https://login.example",
        "OIDC_CLIENT_ID": "ravs",
        "OIDC_CLIENT_SECRET": "given-by-the-provider",
        "DJANGO_SETTINGS_MODULE": "ravs.config.settings.production",
    }
    told = subprocess.run(
        [sys.executable, "-c", ASK],
        env={"PATH": os.environ["PATH"], **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    health, readiness = told.stdout.splitlines()
    assert health == '200 {"status": "ok"}'
    assert readiness == '503 {"status": "unready", "database": "unreachable"}'


def late() -> dict[str, str]:
    return {"state": "late"}


def broken() -> None:
    raise RuntimeError("A report that fails")


@override_settings(
    READINESS_REPORTS={"worker": f"{__name__}.late", "identity_provider": f"{__name__}.broken"}
)
def test_it_stays_ready_whatever_the_worker_and_the_provider_do(prober: Client) -> None:
    response = prober.get("/readyz")
    assert response.status_code == 200
    assert body(response)["worker"] == {"state": "late"}
    assert body(response)["identity_provider"] == "unknown"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_only_answers_questions(prober: Client, path: str) -> None:
    assert prober.post(path).status_code == 405
    assert prober.head(path).status_code == 200
    assert prober.get(path).headers["Cache-Control"] == "no-store"
