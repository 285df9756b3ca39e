"""Sizes: a file, a function, a view and a template stay small enough to read at once."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards.house import is_test, python_files, shown, templates, tree_of

pytestmark = pytest.mark.once

FILE, TEST_FILE, FUNCTION, VIEW, TEMPLATE = 400, 600, 40, 15, 120
JOURNEY = 80
"""A journey is one story, told from its beginning to its end."""


def long_file(name: str, lines: int, *, test: bool) -> list[str]:
    most = TEST_FILE if test else FILE
    return [f"{name}: {lines} lines, {most} at most"] if lines > most else []


def long_functions(name: str, tree: ast.Module, *, views: bool = False) -> Iterator[str]:
    usual = JOURNEY if name.startswith("tests/journeys/test_") else FUNCTION
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            is_view = views and [a.arg for a in node.args.args[:1]] == ["request"]
            most = VIEW if is_view and not node.name.startswith("_") else usual
            if (lines := length_of(node)) > most:
                yield f"{name}: {node.name} has {lines} lines, {most} at most"


def length_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of what a function does: neither its signature nor what it says of itself."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def is_views(file: Path) -> bool:
    return file.name == "views.py" or file.parent.name == "views"


def lines_of(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def test_it_keeps_files_short() -> None:
    found = [
        offence
        for file in python_files(tests=True)
        for offence in long_file(shown(file), lines_of(file), test=is_test(file))
    ]
    assert found == []


def test_it_keeps_functions_and_views_short() -> None:
    found = [
        offence
        for file in python_files(tests=True)
        for offence in long_functions(shown(file), tree_of(file), views=is_views(file))
    ]
    assert found == []


def test_it_keeps_templates_short() -> None:
    found = [
        f"{shown(file)}: {lines} lines, {TEMPLATE} at most"
        for file in templates()
        if (lines := lines_of(file)) > TEMPLATE
    ]
    assert found == []


def test_it_catches_planted_giants() -> None:
    view = "def show(request):\n" + "    x = 1\n" * 16
    function = "def work():\n    '''Says much.'''\n" + "    x = 1\n" * 41
    fits = "def work():\n    '''Says\n\n    much.'''\n" + "    x = 1\n" * 40
    assert list(long_functions("views.py", ast.parse(view), views=True)) == [
        "views.py: show has 16 lines, 15 at most"
    ]
    assert list(long_functions("x.py", ast.parse(function))) == [
        "x.py: work has 41 lines, 40 at most"
    ]
    assert list(long_functions("x.py", ast.parse(fits))) == []
    assert long_file("x.py", 401, test=False)
    assert not long_file("test_x.py", 600, test=True)
