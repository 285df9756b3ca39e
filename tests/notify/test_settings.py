"""``MAILER`` and what each transport needs: half a configuration starts nothing."""

from pathlib import Path

import pytest

from ravs.core.env import BadSetting
from ravs.mail import environment
from tests.notify import twin

pytestmark = pytest.mark.once

NOTIFY = {
    "MAILER": "notify",
    "NOTIFY_API_KEY": twin.API_KEY,
    "NOTIFY_TEMPLATE_ID": twin.TEMPLATE_ID,
}
SMTP = {"EMAIL_URL": "smtps://ravs:word@mail.example"}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAILER", "EMAIL_URL", *environment.NOTIFY_SETTINGS):
        monkeypatch.delenv(name, raising=False)


def chosen(monkeypatch: pytest.MonkeyPatch, **variables: str) -> environment.Transport:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return environment.transport()


def test_it_is_smtp_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    transport = chosen(monkeypatch, **SMTP)
    assert transport.mailer == environment.SMTP
    assert transport.smtp.host == "mail.example"


def test_it_is_notify_without_any_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    transport = chosen(monkeypatch, **NOTIFY)
    assert transport.mailer == environment.NOTIFY
    assert transport.notify.api_key == twin.API_KEY
    assert transport.notify.base_url == ""


def test_it_reads_the_key_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = tmp_path / "key"
    kept.write_text(f"{twin.API_KEY}\n")
    rest = {name: value for name, value in NOTIFY.items() if name != "NOTIFY_API_KEY"}
    transport = chosen(monkeypatch, **rest, NOTIFY_API_KEY_FILE=str(kept))
    assert transport.notify.api_key == twin.API_KEY


def test_it_shows_no_key_when_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert twin.SECRET not in repr(chosen(monkeypatch, **NOTIFY))


@pytest.mark.parametrize("name", ["NOTIFY_API_KEY", "NOTIFY_TEMPLATE_ID"])
def test_it_names_what_is_missing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    rest = {each: value for each, value in NOTIFY.items() if each != name}
    with pytest.raises(BadSetting, match=rf"^{name} must be set\.$"):
        chosen(monkeypatch, **rest)


@pytest.mark.parametrize("name", ["NOTIFY_API_KEY", "NOTIFY_TEMPLATE_ID", "NOTIFY_REPLY_TO_ID"])
def test_it_refuses_settings_of_notify_that_nothing_would_use(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with pytest.raises(BadSetting, match=f"^{name} is set, but MAILER is not notify"):
        chosen(monkeypatch, **SMTP, **{name: twin.API_KEY})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAILER", "pigeon"),
        ("NOTIFY_API_KEY", "short"),
        ("NOTIFY_API_KEY", twin.API_KEY[:-1]),
        ("NOTIFY_API_KEY", f"{twin.API_KEY} and more"),
        ("NOTIFY_TEMPLATE_ID", "welcome"),
        ("NOTIFY_REPLY_TO_ID", "ravs@nhs.net"),
        ("NOTIFY_BASE_URL", "http://notify.example"),
        ("NOTIFY_BASE_URL", "https://notify.example/api"),
    ],
)
def test_it_refuses_nonsense_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(BadSetting, match=f"^{name}") as refused:
        chosen(monkeypatch, **{**NOTIFY, name: value})
    assert "\n" not in str(refused.value)
    assert name == "MAILER" or value not in str(refused.value)
