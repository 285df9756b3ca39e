"""Who calls whom in the product, read from the source: for laws about what a function leads to."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.guards.house import module_of, python_files, tree_of

WRITES = {
    "save",
    "create",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
    "delete",
    "update",
}
NOT_ROWS = {
    "headers",
    "context",
    "fields",
    "session",
    "data",
    "deltas",
    "environ",
    "values",
    "query",
}
"""Dictionaries and the like, whose ``update`` writes no row."""


@dataclass
class Calls:
    """Every function by its dotted name, with the dotted names it calls."""

    called: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    writing: set[str] = field(default_factory=set)

    def reaches(self, start: str, wanted: Iterable[str]) -> bool:
        goal, seen, ahead = set(wanted), set[str](), [start]
        while ahead:
            here = ahead.pop()
            if here in goal:
                return True
            if here not in seen:
                seen.add(here)
                ahead += self.called.get(here, ())
        return False

    def changes_state(self, start: str) -> bool:
        return self.reaches(start, self.writing)


def of_product() -> Calls:
    calls = Calls()
    for file in python_files():
        read(calls, module_of(file), tree_of(file), is_package=file.name == "__init__.py")
    return calls


def read(calls: Calls, module: str, tree: ast.Module, *, is_package: bool = False) -> None:
    names = imported(tree, module if is_package else module.rpartition(".")[0])
    here = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names |= {name: f"{module}.{name}" for name in here}
    if is_package:
        for name, target in names.items():
            calls.called[f"{module}.{name}"].add(target)
    for name, function in functions(tree):
        dotted = f"{module}.{name}"
        owner = name.rpartition(".")[0]
        calls.called[dotted] |= set(targets(function, names, f"{module}.{owner}" if owner else ""))
        if owner:
            calls.called[f"{module}.{owner}"].add(dotted)
        if writes(function):
            calls.writing.add(dotted)


def imported(tree: ast.Module, package: str) -> dict[str, str]:
    """What each imported name stands for."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {a.asname or a.name: a.name for a in node.names}
        if isinstance(node, ast.ImportFrom):
            base = f"{package}.{node.module}" if node.level else str(node.module)
            names |= {a.asname or a.name: f"{base}.{a.name}" for a in node.names}
    return names


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            yield from (
                (f"{node.name}.{inner.name}", inner)
                for inner in node.body
                if isinstance(inner, ast.FunctionDef)
            )


def targets(function: ast.FunctionDef, names: dict[str, str], owner: str) -> Iterator[str]:
    """Whatever a function mentions counts as called: a verb may be handed on as ``act``."""
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in names:
            yield names[node.id]
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "self" and owner:
                yield f"{owner}.{node.attr}"
            elif node.value.id in names:
                yield f"{names[node.value.id]}.{node.attr}"


def writes(function: ast.FunctionDef) -> bool:
    """Whether it calls one of the ORM's writing methods on something that may be rows."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and last_name(node.func.value) not in NOT_ROWS
        for node in ast.walk(function)
    )


def last_name(expression: ast.expr) -> str:
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""
