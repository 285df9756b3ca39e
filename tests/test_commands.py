"""The ``ravs`` command as operators meet it: a process, its words and its exit status."""

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from ravs.cli import COMMANDS, Entry
from tests.operator import environment, ravs

pytestmark = pytest.mark.once

NOTHING: dict[str, str] = {}


def one_line(told: "subprocess.CompletedProcess[str]") -> str:
    """The error it ended with: one line, and a status that is not 0."""
    assert told.returncode != 0
    lines = told.stderr.strip().splitlines()
    assert len(lines) == 1, told.stderr
    return lines[0]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path)


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("migrated")
    done = ravs("migrate", env=environment(directory))
    assert done.returncode == 0, done.stderr
    return directory / "ravs.sqlite3"


@pytest.fixture
def migrated(env: dict[str, str], tmp_path: Path, empty_database: Path) -> dict[str, str]:
    shutil.copy(empty_database, tmp_path)
    return env


def test_it_tells_everybody_what_there_is() -> None:
    told = ravs("--help", env=NOTHING)
    assert told.returncode == 0
    for entry in COMMANDS:
        assert f"  {entry.name} " in told.stdout
        assert entry.help in told.stdout


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_it_explains_each_command_without_any_setting(entry: Entry) -> None:
    told = ravs(entry.name, "--help", env=NOTHING)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith(f"Usage: ravs {entry.name}")


@pytest.mark.parametrize(
    "arguments",
    [
        ("organisations", "add"),
        ("users", "add"),
        ("users", "reactivate"),
        ("users", "unbind-identity"),
        ("users", "import-domains"),
        ("audit", "verify"),
        ("identity", "migrate"),
        ("identity", "serve"),
        ("identity", "client", "add"),
    ],
    ids=" ".join,
)
def test_it_explains_what_stands_under_a_command(arguments: tuple[str, ...]) -> None:
    told = ravs(*arguments, "--help", env=NOTHING)
    assert told.returncode == 0, told.stderr
    assert "Usage: ravs" in told.stdout


def test_it_names_the_setting_that_is_missing() -> None:
    assert one_line(ravs("migrate", env=NOTHING)) == "Error: SECRET_KEY must be set."


def test_it_runs_production_whatever_the_environment_says(env: dict[str, str]) -> None:
    env |= {"DJANGO_SETTINGS_MODULE": "ravs.config.settings.test"}
    del env["PUBLIC_URL"]
    assert one_line(ravs("check", env=env)) == "Error: PUBLIC_URL must be set."


def test_it_refuses_a_command_that_is_not_there(env: dict[str, str]) -> None:
    assert one_line(ravs("destroy", env=env)) == "Error: No such command 'destroy'."


def test_it_says_in_one_line_that_the_database_cannot_be_had(env: dict[str, str]) -> None:
    env["DATABASE_URL"] = "sqlite:////nowhere/at/all/ravs.sqlite3"
    assert one_line(ravs("migrate", env=env)).startswith("Error: The database refused: ")


def test_it_migrates_again_without_changing_anything(migrated: dict[str, str]) -> None:
    told = ravs("migrate", env=migrated)
    assert told.returncode == 0
    assert "No migrations to apply" in told.stdout


def test_it_finds_nothing_doubtful_in_a_complete_configuration(migrated: dict[str, str]) -> None:
    told = ravs("check", env=migrated)
    assert told.returncode == 0
    assert "no issues" in told.stdout


def test_it_doubts_an_address_without_tls(migrated: dict[str, str]) -> None:
    told = ravs("check", env=migrated | {"PUBLIC_URL": "http://127.0.0.1:8000"})
    assert told.returncode == 0
    assert "without Secure" in told.stderr


def test_it_names_a_port_that_is_taken(migrated: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        told = ravs("serve", env=migrated | {"PORT": port})
    assert one_line(told) == f"Error: Port {port} on 127.0.0.1 is taken: set PORT."


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_it_refuses_a_port_that_is_none(migrated: dict[str, str], port: str) -> None:
    assert one_line(ravs("serve", env=migrated | {"PORT": port})).startswith("Error: PORT ")


class TestOrganisationsAndUsers:
    TRUST = ("organisations", "add", "--ods", "RW3", "--name", "Manchester", "--region", "Y62")
    PRIYA = ("users", "add", "--ods", "RW3", "--email", "priya.shah@nhs.net")
    NAMED = ("--first-name", "Priya", "--last-name", "Shah", "--level", "lead-administrator")

    def test_it_adds_them_once(self, migrated: dict[str, str]) -> None:
        for _ in range(2):
            added = ravs(*self.TRUST, "--type", "nhs-trust", env=migrated)
            assert added.returncode == 0, added.stderr
            invited = ravs(*self.PRIYA, *self.NAMED, env=migrated)
            assert invited.returncode == 0, invited.stderr

    def test_it_refuses_other_values_in_one_line(self, migrated: dict[str, str]) -> None:
        ravs(*self.TRUST, "--type", "nhs-trust", env=migrated)
        ravs(*self.PRIYA, *self.NAMED, env=migrated)
        assert one_line(ravs(*self.TRUST, "--type", "gp-surgery", env=migrated))
        assert one_line(ravs(*self.PRIYA, *self.NAMED, "--vaccinator", env=migrated))

    def test_it_refuses_a_domain_that_is_not_allowed(self, migrated: dict[str, str]) -> None:
        ravs(*self.TRUST, "--type", "nhs-trust", env=migrated)
        foreign = ("users", "add", "--ods", "RW3", "--email", "priya@nhs.net.example")
        assert one_line(ravs(*foreign, *self.NAMED, env=migrated))

    def test_it_proves_the_history_it_wrote(self, migrated: dict[str, str]) -> None:
        ravs(*self.TRUST, "--type", "nhs-trust", env=migrated)
        told = ravs("audit", "verify", "--ods", "RW3", env=migrated)
        assert told.returncode == 0, told.stderr
        assert one_line(ravs("audit", "verify", "--ods", "ZZ9", env=migrated))
