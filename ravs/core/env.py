"""Typed readers of the environment: each returns a value fit for use or raises ``BadSetting``.

A message is one line, names the variable and never repeats a value that could be a secret.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

Network = IPv4Network | IPv6Network

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
HOST = re.compile(r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")
MAILBOX = re.compile(r"^(?P<name>[^<>]*)<(?P<address>[^<>]+)>$")
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
GUESSABLE = ("insecure", "changeme", "change-me", "password", "example", "secret-key", "default")

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;"
POSTGRES_LIMITS = (
    "-c statement_timeout=30000 -c lock_timeout=10000"
    " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
)


class BadSetting(Exception):
    """A variable of the environment is missing or nonsense; the text says which and why."""


@dataclass(frozen=True)
class EmailTransport:
    """Where mail is handed over, as Django's SMTP backend wants to know it."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def text(name: str, default: str | None = None) -> str:
    """One line of text. An empty variable counts as absent; without a default it must be there."""
    value = os.environ.get(name, "").strip()
    if not value:
        if default is None:
            raise BadSetting(f"{name} must be set.")
        return default
    if CONTROL.search(value):
        raise BadSetting(f"{name} must be one line without control characters.")
    return value


def secret(name: str, default: str | None = None, *, least: int = 0) -> str:
    """A secret from ``NAME`` or from the file that ``NAME_FILE`` names; weak ones are refused.

    ``least`` is the fewest characters accepted; it also turns on the test for guessable values.
    """
    value = _from_file(name) if os.environ.get(f"{name}_FILE", "").strip() else text(name, default)
    if least and value != default:
        _refuse_weak(name, value, least)
    return value


def _from_file(name: str) -> str:
    if os.environ.get(name, "").strip():
        raise BadSetting(f"Set either {name} or {name}_FILE, not both.")
    path = Path(text(f"{name}_FILE"))
    try:
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{name}_FILE names a file that cannot be read.") from error
    if not value or CONTROL.search(value):
        raise BadSetting(f"{name}_FILE must name a file with one line in it.")
    return value


def _refuse_weak(name: str, value: str, least: int) -> None:
    if len(value) < least:
        raise BadSetting(f"{name} must have at least {least} characters.")
    if len(set(value)) < least // 4 or any(word in value.lower() for word in GUESSABLE):
        raise BadSetting(f"{name} is too easy to guess: make a random one.")


def boolean(name: str, *, default: bool) -> bool:
    value = text(name, "").lower()
    if not value:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise BadSetting(f"{name} must be true or false.")


def integer(name: str, default: int | None = None, *, least: int, most: int) -> int:
    value = text(name, None if default is None else str(default))
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise BadSetting(f"{name} must be a whole number from {least} to {most}.")
    return int(value)


def port(name: str, default: int) -> int:
    return integer(name, default, least=1, most=65535)


def one_of(name: str, choices: Iterable[str], default: str | None = None) -> str:
    value = text(name, default)
    known = list(choices)
    if value not in known:
        raise BadSetting(f"{name} must be one of: {', '.join(known)}.")
    return value


def items(name: str) -> list[str]:
    """What stands between commas."""
    return [item.strip() for item in text(name, "").split(",") if item.strip()]


def networks(name: str) -> list[Network]:
    """Addresses and networks between commas, such as ``10.0.0.0/8, 192.0.2.7``."""
    try:
        return [ip_network(item) for item in items(name)]
    except ValueError as error:
        raise BadSetting(f"{name} must hold IP addresses or networks between commas.") from error


def url(name: str, default: str | None = None, *, origin: bool = False) -> str:
    """An https address (http only on loopback) without credentials, query or fragment.

    ``origin`` asks for scheme, host and port alone and drops a closing slash. Otherwise the
    text is kept exactly as given: an issuer is compared character by character.
    """
    value = text(name, default)
    if not value and default is not None:
        return value
    parts = _split(name, value)
    if parts.username or parts.password or parts.query or parts.fragment or "?" in value:
        raise BadSetting(f"{name} must hold no user name, password, query or fragment.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(value)):
        raise BadSetting(f"{name} must begin with https:// (http:// only on this machine).")
    if not origin:
        return value
    if parts.path not in {"", "/"}:
        raise BadSetting(f"{name} must be scheme, host and port only, without a path.")
    return f"{parts.scheme}://{parts.netloc}"


def _split(name: str, value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        known = bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or not _is_host(parts.hostname or "") or "\\" in value or " " in value:
        raise BadSetting(f"{name} must be a whole address such as https://service.example.")
    return parts


def _is_host(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return bool(HOST.match(name)) and ".." not in name
    return True


def is_loopback(address: str) -> bool:
    """Whether a URL points at this very machine."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def mailbox(name: str, default: str | None = None) -> str:
    """An e-mail address, with or without a name: ``Service <service@trust.example>``."""
    value = text(name, default)
    found = MAILBOX.match(value)
    try:
        validate_email(found["address"].strip() if found else value)
    except ValidationError as error:
        raise BadSetting(f"{name} must be an e-mail address, such as a@b.example.") from error
    return value


def email_transport(name: str, default: str | None = None) -> EmailTransport:
    """``smtp://``, ``smtp+starttls://`` or ``smtps://`` with ``user:password@host:port``."""
    value = text(name, default)
    ports = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
    parts = _split(name, value)
    if parts.scheme not in ports or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise BadSetting(f"{name} must look like smtp://user:password@host:port.")
    return EmailTransport(
        host=parts.hostname or "",
        port=parts.port or ports[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+starttls",
        tls=parts.scheme == "smtps",
    )


def database(name: str, default: str | None = None) -> dict[str, Any]:
    """Django's settings for ``sqlite:///path`` or ``postgresql://user:password@host/name``.

    A database that is forgotten with its process is refused, unless it is the default (tests).
    """
    value = secret(name, default)
    scheme = value.partition("://")[0]
    if scheme not in {"sqlite", "postgresql", "postgres"}:
        raise BadSetting(f"{name} must begin with sqlite:/// or postgresql://.")
    try:
        parsed = dict(dj_database_url.parse(value))
    except Exception as error:
        raise BadSetting(f"{name} is not the address of a database.") from error
    if not parsed.get("NAME") or (parsed["NAME"] == ":memory:" and value != default):
        raise BadSetting(f"{name} must name a database that lasts.")
    return _sqlite(parsed) if scheme == "sqlite" else _postgres(parsed)


def _sqlite(parsed: dict[str, Any]) -> dict[str, Any]:
    """Writers queue up instead of failing, and what was acknowledged survives a power cut."""
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": SQLITE_PRAGMAS,
    }
    return {"ENGINE": parsed["ENGINE"], "NAME": parsed["NAME"], "OPTIONS": options}


def _postgres(parsed: dict[str, Any]) -> dict[str, Any]:
    """Connections are kept and looked after; no statement or lock can hold a request for ever."""
    given = parsed.get("OPTIONS", {})
    limits = f"{POSTGRES_LIMITS} {given.get('options', '')}".strip()
    options = {"connect_timeout": 5, **given, "options": limits}
    return {**parsed, "CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}
