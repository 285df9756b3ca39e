"""Several lines of text: how many characters fit, and what becomes of line breaks."""

import pytest
from django.core.exceptions import ValidationError
from django.template import engines

from ravs.nhsuk_forms.fields import TextAreaField
from ravs.nhsuk_forms.forms import Form


class Letter(Form):
    why = TextAreaField(label="Why?", hint="In short", missing="Say why", most=20, rows=3)


def html_of(form: Letter) -> str:
    template = engines["jinja2"].from_string(
        '{% from "nhsuk_forms/field.jinja" import field with context %}{{ field(form["why"]) }}'
    )
    return str(template.render({"form": form}))


def test_it_says_how_much_fits_and_is_tied_to_its_hint() -> None:
    shown = html_of(Letter())
    assert 'data-maxlength="20"' in shown
    assert 'rows="3"' in shown
    assert "You can enter up to 20 characters" in shown
    assert 'aria-describedby="why-info why-hint"' in shown


def test_what_was_typed_stays_and_is_text() -> None:
    shown = html_of(Letter({"why": "<b>because it is so</b>"}))
    assert "&lt;b&gt;because it is so&lt;/b&gt;" in shown
    assert "Why? must be 20 characters or fewer" in shown


def test_a_line_break_counts_once_however_the_browser_sends_it() -> None:
    field = TextAreaField(label="Why?", missing="Say why", most=3)
    for sent in ("a\r\nb", "a\rb", "a\nb"):
        assert field.clean(sent) == "a\nb"


@pytest.mark.parametrize(("given", "words"), [("", "Say why"), (None, "Say why"), ("abcd", "3")])
def test_nothing_and_too_much_are_refused(given: str | None, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        TextAreaField(label="Why?", missing="Say why", most=3).clean(given)
