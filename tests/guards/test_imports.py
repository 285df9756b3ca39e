"""Imports run downhill, and nothing but ``core/http.py`` builds an HTTP client."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.house import ROOT, python_files, shown, tree_of

pytestmark = pytest.mark.once

DOOR = "ravs/core/http.py"
CLIENTS = {
    "aiohttp",
    "http.client",
    "httplib2",
    "httpx",
    "httpx2",
    "pycurl",
    "requests",
    "urllib.request",
    "urllib3",
}
PLANTED = {
    "downhill": ("ravs/core/planted.py", "import ravs.members.models\n"),
    "furniture": ("ravs/members/permissions.py", "import ravs.members.services\n"),
    "provider-apart": ("ravs/members/planted.py", "import ravs_identity.apps\n"),
    "provider-frugal": ("ravs_identity/planted.py", "import ravs.accounts.models\n"),
    "ports": ("ravs/integrations/identity/port.py", "import ravs.nhsuk_forms.apps\n"),
    "adapters": ("ravs/members/planted.py", "import ravs.integrations.identity.none\n"),
}


def lint(tree: Path, *contracts: str) -> "subprocess.CompletedProcess[str]":
    """Run import-linter on a tree with the contracts of ``pyproject.toml``."""
    chosen = [argument for name in contracts for argument in ("--contract", name)]
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", *chosen],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_imports_downhill() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("contract", PLANTED)
def test_it_catches_a_planted_import_uphill(contract: str, tmp_path: Path) -> None:
    for package in ("ravs", "ravs_identity"):
        copy_python(ROOT / package, tmp_path / package)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file, line = PLANTED[contract]
    with (tmp_path / file).open("a") as planted:
        planted.write(line)
    done = lint(tmp_path, contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout


def copy_python(source: Path, target: Path) -> None:
    only_python = shutil.ignore_patterns("jinja2", "static", "data", "__pycache__", "tests")
    shutil.copytree(source, target, ignore=only_python)


def clients_in(tree: ast.Module) -> set[str]:
    """HTTP libraries which a file imports, in whatever way."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {client for client in CLIENTS for name in names if f"{name}.".startswith(f"{client}.")}


def test_it_builds_http_clients_behind_the_one_door() -> None:
    found = {shown(file): clients_in(tree_of(file)) for file in python_files()}
    assert {file for file, clients in found.items() if clients} == {DOOR}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("import httpx", {"httpx"}),
        ("import urllib.request as get", {"urllib.request"}),
        ("from urllib import request", {"urllib.request"}),
        ("from http.client import HTTPSConnection", {"http.client"}),
        ("from requests.adapters import HTTPAdapter", {"requests"}),
        ("from urllib.parse import urlsplit", set()),
        ("from http import HTTPStatus", set()),
    ],
)
def test_it_catches_a_planted_client(line: str, expected: set[str]) -> None:
    assert clients_in(ast.parse(line)) == expected
