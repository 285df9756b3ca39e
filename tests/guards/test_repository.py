"""What is tracked: no hosts of package registries, no paths of one machine, nothing built."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.guards.house import ROOT

pytestmark = pytest.mark.once

REGISTRIES = (
    r"pypi\.org",
    r"pythonhosted\.org",
    r"registry\.npmjs",
    r"npmjs\.com",
    r"yarnpkg\.com",
    r"deb\.debian\.org",
    r"--(extra-)?index-url",
    r"--find-links",
    r'"resolved"\s*:',
)
MACHINES = (r"/home/\w", r"/root\b", r"/Users/[a-z]", r"/work/\w", r"/opt/(pypi|wheels)")
OFFENCE = re.compile("|".join((*REGISTRIES, *MACHINES)))
SPEAKS_OF_THEM = {"tests/guards/test_repository.py"}
BUILT = re.compile(r"(^|/)(node_modules|__pycache__|build|dist|var|\.venv)/|\.(pyc|sqlite3|whl)$")


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def offences(name: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        if found := OFFENCE.search(line):
            yield f"{name}:{number}: {found[0]}"


def text_of(name: str) -> str:
    return (ROOT / name).read_bytes().decode("utf-8", errors="ignore")


def test_it_names_no_registry_and_no_place_on_one_machine() -> None:
    found = [
        offence
        for name in tracked()
        if name not in SPEAKS_OF_THEM and not name.endswith((".png", ".ico"))
        for offence in offences(name, text_of(name))
    ]
    assert found == []


def test_it_holds_nothing_that_is_built() -> None:
    assert [name for name in tracked() if BUILT.search(name)] == []


def test_it_locks_every_requirement_by_hash() -> None:
    for name in ("requirements/base.txt", "requirements/dev.txt"):
        pins = re.findall(r"^[a-z0-9][^\s]*==[^\n]*(?:\n    --hash[^\n]*)*", text_of(name), re.M)
        assert pins
        assert [pin for pin in pins if "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://mirror.example/simple",
        '"resolved": "https://registry.npmjs.org/sass/-/sass.tgz"',
        "PATH=/home/someone/bin",
    ],
)
def test_it_catches_a_planted_address(line: str) -> None:
    assert list(offences("planted", line))


@pytest.mark.parametrize("name", ["a/__pycache__/b.pyc", "ravs/core/static/core/build/ravs.css"])
def test_it_catches_a_planted_product(name: str) -> None:
    assert BUILT.search(name)
