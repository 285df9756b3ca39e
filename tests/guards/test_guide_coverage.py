"""Every sentence of both guides has a test that proves it, and that test is there."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.guards.house import ROOT

pytestmark = pytest.mark.once

PAGE = ROOT / "docs" / "guide-coverage.md"
SENTENCES = {"A": 29, "B": 36}
"""How many sentences each guide has, its pictures and the cells of its table counted."""

ROW = re.compile(r"^\| ([AB])(\d+) \|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
PROOF = re.compile(r"`([\w/]+\.py)::(\w+)`")


def faults(text: str) -> Iterator[str]:
    """What is wrong with a page of coverage: a number missing or twice, a sentence unproved."""
    rows = ROW.findall(text)
    for guide, count in SENTENCES.items():
        numbers = [int(number) for letter, number, *_ in rows if letter == guide]
        if numbers != list(range(1, count + 1)):
            yield f"guide {guide} is not numbered 1 to {count}, each once"
    for letter, number, said, _decided, proof in rows:
        proofs = PROOF.findall(proof)
        if not said.strip(" …"):
            yield f"{letter}{number} says nothing"
        if not proofs:
            yield f"{letter}{number} has no test"
        for path, name in proofs:
            if name not in named_in(path):
                yield f"{letter}{number}: there is no {path}::{name}"


def named_in(path: str) -> set[str]:
    file = ROOT / path
    if not file.exists():
        return set()
    tree = ast.parse(file.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_sentence_has_a_test_that_is_there() -> None:
    assert list(faults(PAGE.read_text())) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("| A7 |", "| A77 |"),
        ("| B36 |", "| B35 |"),
        ("test_two_organisations_two_levels", "test_that_was_taken_away"),
        ("`tests/guards/test_matrix.py::test_it_opens_or_refuses_as_the_guide_says`", ""),
        ("tests/journeys/test_lists.py", "tests/journeys/test_gone.py"),
    ],
)
def test_it_catches_a_sentence_without_its_test(before: str, after: str) -> None:
    text = PAGE.read_text()
    assert before in text
    assert list(faults(text.replace(before, after)))
