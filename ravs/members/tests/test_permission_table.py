"""The document that people read says what the code does."""

from pathlib import Path

from ravs.members.permission_table import markdown

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "permissions.md"


def test_it_is_the_document_as_committed() -> None:
    assert DOCUMENT.read_text() == markdown(), "Run `make docs` and commit the result."


def test_it_notices_a_level_that_gained_a_right() -> None:
    assert "| Recorder | Yes | No | No | No |" in markdown()
