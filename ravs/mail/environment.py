"""Which transport an operator chose, read from the environment by the settings of each program."""

import re
from dataclasses import dataclass, field

from ravs.core import env
from ravs.core.env import BadSetting, EmailTransport

SMTP = "ravs.mail.smtp.SmtpMailer"
NOTIFY = "ravs.mail.notify.NotifyMailer"
NOTIFY_SETTINGS = (
    "NOTIFY_API_KEY",
    "NOTIFY_API_KEY_FILE",
    "NOTIFY_TEMPLATE_ID",
    "NOTIFY_BASE_URL",
    "NOTIFY_REPLY_TO_ID",
)
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
KEY = re.compile(rf"(.+-)?{UUID}-{UUID}", re.IGNORECASE)
ID = re.compile(UUID, re.IGNORECASE)


@dataclass(frozen=True)
class Notify:
    """An account at GOV.UK Notify; nothing of it shows when it is printed."""

    api_key: str = field(default="", repr=False)
    template_id: str = ""
    base_url: str = ""
    reply_to_id: str = ""


@dataclass(frozen=True)
class Transport:
    """Who hands letters over, and how to reach the other side."""

    mailer: str
    smtp: EmailTransport
    notify: Notify


def transport(smtp_default: str | None = None) -> Transport:
    """``MAILER`` is ``smtp`` or ``notify``; half of either is refused."""
    if env.one_of("MAILER", ["smtp", "notify"], "smtp") == "smtp":
        _refuse_settings_of_notify()
        return Transport(SMTP, env.email_transport("EMAIL_URL", smtp_default), Notify())
    return Transport(NOTIFY, EmailTransport(host="", port=25), _notify())


def _refuse_settings_of_notify() -> None:
    for name in NOTIFY_SETTINGS:
        if env.text(name, ""):
            raise BadSetting(f"{name} is set, but MAILER is not notify: set MAILER or unset it.")


def _notify() -> Notify:
    api_key = env.secret("NOTIFY_API_KEY")
    if not KEY.fullmatch(api_key):
        raise BadSetting("NOTIFY_API_KEY must be a whole key, as GOV.UK Notify showed it once.")
    return Notify(
        api_key=api_key,
        template_id=_id("NOTIFY_TEMPLATE_ID", env.text("NOTIFY_TEMPLATE_ID")),
        base_url=env.url("NOTIFY_BASE_URL", "", origin=True),
        reply_to_id=_id("NOTIFY_REPLY_TO_ID", env.text("NOTIFY_REPLY_TO_ID", "")),
    )


def _id(name: str, value: str) -> str:
    if value and not ID.fullmatch(value):
        raise BadSetting(f"{name} must be an ID as GOV.UK Notify shows it, with four hyphens.")
    return value
