"""The operator's own commands with Okta: added by command, made by the worker, told by letter."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ravs.integrations.identity.tests.local_provider import Mailbox, sink
from tests.okta.org import ACTIVE, PROVISIONED
from tests.okta.twin import Twin, okta
from tests.okta.world import APP_ID, CLIENT_ID, by_service_app, service_app_key
from tests.operator import RAVS, environment, ravs

pytestmark = pytest.mark.once

DOMAINS = {"rules": [{"domain": "leeds.nhs.uk", "include_subdomains": True}]}
LEEDS = ("--name", "Leeds Teaching Hospitals", "--type", "nhs-trust", "--region", "Y63")


@pytest.fixture
def twin() -> Iterator[Twin]:
    with okta() as running:
        by_service_app(running)
        yield running


def settings_of(twin: Twin, folder: Path, *, mail_port: int) -> dict[str, str]:
    """The key comes from a file of several lines, as an operator would keep it."""
    key = folder / "okta.pem"
    key.write_bytes(service_app_key().as_pem(private=True))
    return environment(
        folder,
        EMAIL_URL=f"smtp://127.0.0.1:{mail_port}",
        IDENTITY_PROVIDER="okta",
        OKTA_ORG_URL=twin.url,
        OKTA_CLIENT_ID=CLIENT_ID,
        OKTA_PRIVATE_KEY_FILE=str(key),
        OKTA_APP_ID=APP_ID,
    )


def add(name: str, env: dict[str, str]) -> str:
    first, last = name.split()
    email = f"{first}.{last}@leeds.nhs.uk".lower()
    who = ("--email", email, "--first-name", first, "--last-name", last)
    added = ravs("users", "add", "--ods", "RR8", *who, "--level", "lead-administrator", env=env)
    assert added.returncode == 0, added.stderr
    return email


def test_the_worker_has_okta_make_accounts_and_sends_the_letter_that_fits(
    twin: Twin, tmp_path: Path
) -> None:
    (tmp_path / "domains.json").write_text(json.dumps(DOMAINS))
    mailbox = Mailbox()
    with sink(mailbox) as mail_port:
        env = settings_of(twin, tmp_path, mail_port=mail_port)
        for words in (
            ("migrate",),
            ("users", "import-domains", str(tmp_path / "domains.json")),
            ("organisations", "add", "--ods", "RR8", *LEEDS),
        ):
            done = ravs(*words, env=env)
            assert done.returncode == 0, done.stderr
        twin.org.hold("anna.west@leeds.nhs.uk", ACTIVE)
        new, known = add("Priya Shah", env), add("Anna West", env)
        log = tmp_path / "log"
        with log.open("wb") as told:
            worker = subprocess.Popen([RAVS, "worker"], env=env, stdout=told, stderr=told)
            try:
                assert "Activate your Okta account" in mailbox.wait_for(new)
                assert "existing Okta username" in mailbox.wait_for(known)
            finally:
                worker.terminate()
                worker.wait()
    states = {p.profile["login"]: p.status for p in twin.org.people.values()}
    assert states == {new: PROVISIONED, known: ACTIVE}
    assert twin.org.apps[APP_ID] == set(twin.org.people)
    assert twin.org.mails == {new: 1}
    secrets = [*twin.service_apps.given, *twin.service_apps.assertions, new, known]
    assert len(secrets) >= 4
    assert not [secret for secret in secrets if secret in log.read_text()]
