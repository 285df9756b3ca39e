"""Where a demonstration lives, and what of the caller's world it leaves alone."""

import os
import socket
import stat

import pytest

from ravs.demo import environments
from ravs.demo.ground import AlreadyRunning, Ground, NotOurs, PortTaken
from ravs.demo.programs import builders, servers
from ravs.demo.supervisor import readable


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1"])
@pytest.mark.parametrize(
    ("which", "option"), [(0, "--port"), (1, "--identity-port"), (2, "--mail-port")]
)
def test_it_names_a_taken_port_and_the_option_for_another(
    ground: Ground, host: str, which: int, option: str
) -> None:
    port = (ground.port, ground.identity_port, ground.mail_port)[which]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as other:
        other.bind((host, port))
        other.listen()
        with pytest.raises(PortTaken, match=rf"Port {port} is taken.*ravs demo {option} NUMBER"):
            ground.refuse_taken_ports()
    ground.refuse_taken_ports()


def test_it_throws_away_nothing_that_it_did_not_make(ground: Ground) -> None:
    ground.state.mkdir()
    precious = ground.state / "thesis.txt"
    precious.write_text("years of work")
    with pytest.raises(NotOurs), ground.held():
        ground.clear()
    assert precious.read_text() == "years of work"


def test_it_lets_nobody_else_rebuild_a_world_in_use(ground: Ground) -> None:
    with ground.held(), pytest.raises(AlreadyRunning), ground.held():
        pass
    with ground.held():
        ground.clear()


def test_it_makes_new_secrets_with_each_world_for_this_user_alone(ground: Ground) -> None:
    with ground.held():
        first = ground.secrets()
        assert ground.secrets() == first
        file = ground.state / "secrets.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(ground.state.stat().st_mode) == 0o700
        ground.clear()
        assert ground.secrets() != first
    assert len({first.service_key, first.provider_key, first.client, first.scim}) == 4


def test_it_takes_nothing_of_a_real_service_from_the_callers_environment(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "SECRET_KEY_FILE", "OIDC_ISSUER", "IDENTITY_SCIM_URL", "DEBUG"):
        monkeypatch.setenv(name, "of-the-real-service")
    monkeypatch.setenv("TERM", "of-the-person")
    with ground.held():
        programs = [
            *builders(ground, anew=True),
            *servers(ground, log_level="INFO", reload=False),
        ]
        found = [environment for program in programs for environment in [program.environment]]
    assert all("of-the-real-service" not in environment.values() for environment in found)
    assert all(environment["TERM"] == "of-the-person" for environment in found)


def test_it_tells_each_side_only_its_own_keys(ground: Ground) -> None:
    with ground.held():
        kept = ground.secrets()
        service, provider = environments.of_service(ground), environments.of_provider(ground)
        mail = environments.of_mail()
    assert kept.provider_key not in service.values()
    assert kept.service_key not in provider.values()
    assert not {kept.service_key, kept.provider_key, kept.client, kept.scim} & set(mail.values())
    assert os.environ.get("PATH") == mail.get("PATH")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            '{"level": "WARNING", "message": "The database is away"}',
            "warning: The database is away",
        ),
        ('{"level": "INFO", "message": "request"}', ""),
        ('{"level": "ERROR", "message": "Oh", "exc_info": "Trace"}', "error: Oh\nTrace"),
        ("Warning: PUBLIC_URL is plain http on this machine: cookies …", ""),
        ("Traceback (most recent call last):", "Traceback (most recent call last):"),
        ("[1, 2]", "[1, 2]"),
    ],
)
def test_it_shows_what_a_person_should_read(line: str, shown: str) -> None:
    assert readable(line, verbose=False) == shown


def test_it_shows_everything_to_who_asks() -> None:
    assert readable('{"level": "INFO", "message": "request"}', verbose=True) == "info: request"
