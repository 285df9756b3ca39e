"""What the guards walk through: every address, every Python file, every template of the house.

Derived from the resolver and from the tree, never from a list kept by hand.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from ravs.core.access import declared_access

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (ROOT / "ravs", ROOT / "ravs_identity")


@dataclass(frozen=True)
class Route:
    """One address of the service."""

    name: str
    pattern: str
    view: Callable[..., Any]
    arguments: tuple[str, ...]

    @property
    def access(self) -> str | None:
        return declared_access(self.view)

    @property
    def keys(self) -> tuple[str, ...]:
        """Arguments which name something that belongs to somebody."""
        return tuple(name for name in self.arguments if name != "ods")

    def __str__(self) -> str:
        return self.name


def routes(urlconf: str | None = None) -> list[Route]:
    return list(_walk(get_resolver(urlconf).url_patterns, "", ""))


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, here, inner)
        elif isinstance(pattern, URLPattern):
            arguments = tuple(pattern.pattern.converters)
            yield Route(f"{namespace}{pattern.name or here}", here, pattern.callback, arguments)


def python_files(*, tests: bool = False, migrations: bool = False) -> list[Path]:
    """Python files of the product, or with its tests."""
    found = [file for package in PACKAGES for file in package.rglob("*.py")]
    if tests:
        found += [*(ROOT / "tests").rglob("*.py"), ROOT / "conftest.py"]
    return sorted(
        file
        for file in found
        if (tests or not is_test(file)) and (migrations or "migrations" not in file.parts)
    )


def module_of(file: Path) -> str:
    """A file as Python imports it."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_test(file: Path) -> bool:
    inside = file.relative_to(ROOT).parts
    return "tests" in inside or inside == ("conftest.py",)


def templates() -> list[Path]:
    return sorted(file for package in PACKAGES for file in package.rglob("*.jinja"))


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def shown(file: Path) -> str:
    """A path as a person would name it."""
    return file.relative_to(ROOT).as_posix()
