"""None of the demonstration is in production, and none of it can be let in by mistake."""

import subprocess
import sys

import pytest
from django.test import Client

from ravs.config.settings import base
from ravs.demo import environments
from ravs.demo.ground import Ground
from tests.guards.house import routes


def test_it_is_not_installed_and_has_no_address() -> None:
    assert not [app for app in base.INSTALLED_APPS if app.startswith("ravs.demo")]
    assert not [route for route in routes() if "demo" in route.pattern]
    assert base.DEMO_MAILBOX_URL == ""


@pytest.mark.django_db
def test_it_shows_nobody_a_mailbox(client: Client) -> None:
    assert client.get("/demo/mailbox").status_code == 404
    assert "demo mailbox" not in client.get("/").content.decode()


@pytest.mark.parametrize("address", ["https://ravs.example.nhs.uk", "https://10.0.0.1"])
def test_its_settings_serve_nothing_but_this_machine(ground: Ground, address: str) -> None:
    with ground.held():
        environment = environments.of_service(ground) | {"PUBLIC_URL": address}
    done = subprocess.run(
        [sys.executable, "-m", "ravs.demo", "check"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip().endswith("PUBLIC_URL must be loopback.")
