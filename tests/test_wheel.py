"""The wheel: everything that runs is inside, the compiled front end above all, and no test is."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.guards.house import PACKAGES, ROOT, shown

pytestmark = pytest.mark.once

SOURCES = ("pyproject.toml", "README.md", "requirements", "ravs", "ravs_identity")
FRONT_END = ("ravs.css", "nhsuk-frontend.min.js")


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a wheel that was built from a copy of the tree."""
    tree = tmp_path_factory.mktemp("tree")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tree / name)
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tree / "dist"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = (tree / "dist").glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def wanted(*patterns: str) -> set[str]:
    """Files of the tree that run, by their names in the wheel."""
    found = {
        file for package in PACKAGES for pattern in patterns for file in package.rglob(pattern)
    }
    return {shown(file) for file in found if file.is_file() and not is_left_out(file)}


def is_left_out(file: Path) -> bool:
    return "tests" in file.relative_to(ROOT).parts


def test_it_holds_the_compiled_front_end(inside: set[str]) -> None:
    assert {f"ravs/core/static/core/build/{name}" for name in FRONT_END} <= inside


@pytest.mark.parametrize("pattern", ["*.py", "jinja2/**/*", "static/**/*", "data/**/*"])
def test_it_holds_whatever_runs(inside: set[str], pattern: str) -> None:
    assert wanted(pattern) - inside == set()


def test_it_holds_no_test(inside: set[str]) -> None:
    assert [name for name in inside if "tests/" in name] == []
