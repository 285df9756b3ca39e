"""Readers of the environment: what they accept, and what they refuse in one line."""

from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from ravs.core import env
from ravs.core.env import BadSetting, EmailTransport

pytestmark = pytest.mark.once

STRONG = "tA9v-2rQx_Lm7c0PzKfW3bYhD8sNjE5gUo1iRk"


def test_it_reads_one_line_of_text_without_the_space_round_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("X", "  help@trust.example ")
    assert env.text("X") == "help@trust.example"


@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\x00b", "a\x85b", "a\x1bb"])
def test_it_refuses_text_that_could_forge_a_line(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    if "\x00" in value:
        monkeypatch.setattr("os.environ", {"X": value})
    else:
        monkeypatch.setenv("X", value)
    with pytest.raises(BadSetting, match="^X must be one line"):
        env.text("X")


@pytest.mark.parametrize("value", [None, "", "   "])
def test_it_takes_an_empty_variable_for_a_missing_one(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv("X", raising=False)
    if value is not None:
        monkeypatch.setenv("X", value)
    assert env.text("X", "fallback") == "fallback"
    with pytest.raises(BadSetting, match=r"^X must be set\.$"):
        env.text("X")


class TestSecrets:
    def test_it_reads_a_secret_from_the_file_that_is_named(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        file = tmp_path / "key"
        file.write_text(f"{STRONG}\n")
        monkeypatch.setenv("KEY_FILE", str(file))
        assert env.secret("KEY", least=32) == STRONG

    def test_it_refuses_both_the_value_and_the_file(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("KEY", STRONG)
        monkeypatch.setenv("KEY_FILE", str(tmp_path / "key"))
        with pytest.raises(BadSetting, match="either KEY or KEY_FILE"):
            env.secret("KEY")

    @pytest.mark.parametrize("content", [None, b"", b"\n \n", b"two\nlines", b"\xff\xfe"])
    def test_it_refuses_a_file_that_holds_no_secret(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
    ) -> None:
        file = tmp_path / "key"
        if content is not None:
            file.write_bytes(content)
        monkeypatch.setenv("KEY_FILE", str(file))
        with pytest.raises(BadSetting, match="^KEY_FILE "):
            env.secret("KEY")

    @pytest.mark.parametrize(
        "weak",
        ["short", "a" * 64, "abcd" * 16, "django-insecure-" + STRONG, "changeme" + STRONG],
    )
    def test_it_refuses_what_can_be_guessed_without_repeating_it(
        self, monkeypatch: pytest.MonkeyPatch, weak: str
    ) -> None:
        monkeypatch.setenv("KEY", weak)
        with pytest.raises(BadSetting) as refused:
            env.secret("KEY", least=32)
        assert weak not in str(refused.value)

    def test_it_accepts_the_hexadecimal_digits_of_sixteen_random_bytes(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KEY", "9f86d081884c7d659a2feaa0c55ad015")
        assert env.secret("KEY", least=32)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((value, True) for value in ("1", "true", "YES", "on")),
        *((value, False) for value in ("0", "False", "no", "off")),
    ],
)
def test_it_reads_yes_and_no(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("X", value)
    assert env.boolean("X", default=not expected) is expected


NONSENSE: list[tuple[Callable[[], Any], list[str]]] = [
    (lambda: env.boolean("X", default=False), ["maybe", "2", "truee", "yes no"]),
    (lambda: env.integer("X", least=1, most=10), ["0", "11", "-1", "1.5", "ten", "1e1", "१"]),
    (lambda: env.port("X", 8000), ["0", "65536", "http", "80 80"]),
    (lambda: env.one_of("X", ["local", "scim"]), ["LOCAL", "other", "local,scim"]),
    (lambda: env.networks("X"), ["proxy.example", "10.0.0.1/8", "10.0.0.0/33", "*", "1.2.3"]),
    (
        lambda: env.url("X"),
        [
            "service.example",
            "//service.example",
            "ftp://service.example",
            "javascript:alert(1)",
            "http://service.example",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "https://",
            "https://user:word@service.example",
            "https://service.example?x=1",
            "https://service.example?",
            "https://service.example#top",
            "https://service example",
            "https://service..example",
            "https://service.example:0",
            "https://service.example:99999",
            "https://service.example\\@evil.example",
            "https://[::1",
        ],
    ),
    (
        lambda: env.url("X", origin=True),
        ["https://service.example/ravs", "https://service.example//"],
    ),
    (
        lambda: env.mailbox("X"),
        ["nobody", "a@b", "a@b.example, c@d.example", "Name <nobody>", "a@b.example>", "<>"],
    ),
    (
        lambda: env.email_transport("X"),
        [
            "mail.example",
            "http://mail.example",
            "smtp://",
            "smtp://mail.example/path",
            "smtp://h:0",
        ],
    ),
    (
        lambda: env.database("X"),
        [
            "mysql://host/name",
            "sqlite",
            "sqlite://",
            "sqlite:///",
            "sqlite:///:memory:",
            "sqlite://:memory:",
            "postgresql://host",
            "postgresql://host:port/name",
            "/var/ravs.sqlite3",
        ],
    ),
]


@pytest.mark.parametrize(
    ("read", "value"), [(read, value) for read, values in NONSENSE for value in values]
)
def test_it_refuses_nonsense_in_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], Any], value: str
) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(BadSetting) as refused:
        read()
    assert str(refused.value).startswith("X ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "value",
    [
        "https://service.example",
        "https://service.example:8443",
        "http://127.0.0.1:8000",
        "http://localhost:8000",
        "http://[::1]:8000",
    ],
)
def test_it_reads_an_origin_and_drops_its_closing_slash(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("X", f"{value}/")
    assert env.url("X", origin=True) == value


def test_it_keeps_an_issuer_exactly_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "https://login.example/tenant/")
    assert env.url("X") == "https://login.example/tenant/"


def test_it_reads_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "10.0.0.0/8, 192.0.2.7,fd00::/8,")
    assert env.networks("X") == [
        ip_network("10.0.0.0/8"),
        ip_network("192.0.2.7/32"),
        ip_network("fd00::/8"),
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("smtp://localhost:2525", EmailTransport("localhost", 2525)),
        ("smtp://mail.example", EmailTransport("mail.example", 25)),
        (
            "smtp+starttls://ravs%40trust:p%3Aw%2Fd@mail.example",
            EmailTransport("mail.example", 587, "ravs@trust", "p:w/d", starttls=True),
        ),
        ("smtps://mail.example", EmailTransport("mail.example", 465, tls=True)),
    ],
)
def test_it_reads_where_mail_is_handed_over(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: EmailTransport
) -> None:
    monkeypatch.setenv("X", value)
    assert env.email_transport("X") == expected


def test_it_reads_a_sqlite_file_that_waits_for_its_turn_and_survives_a_power_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("X", "sqlite:////srv/ravs.sqlite3")
    database = env.database("X")
    assert database["NAME"] == "/srv/ravs.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in database["OPTIONS"]["init_command"]
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_it_reads_a_postgresql_address_with_limits_on_every_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("X", "postgresql://ravs:p%40ss@db.example:5433/ravs?sslmode=verify-full")
    database = env.database("X")
    assert (database["HOST"], database["PORT"], database["USER"]) == ("db.example", 5433, "ravs")
    assert database["PASSWORD"] == "p@ss"
    assert database["OPTIONS"]["sslmode"] == "verify-full"
    assert "statement_timeout" in database["OPTIONS"]["options"]
    assert "lock_timeout" in database["OPTIONS"]["options"]
    assert database["CONN_HEALTH_CHECKS"] is True


def test_it_reads_a_socket_for_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "postgresql://ravs@%2Frun%2Fpostgresql/ravs")
    assert env.database("X")["HOST"] == "/run/postgresql"
