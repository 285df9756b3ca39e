"""Questions which a choice reveals: asked, checked and kept only when it was made."""

from ravs.nhsuk_forms.fields import CheckboxesField, Choice, EmailField, RadioField, TextField
from ravs.nhsuk_forms.forms import Form
from ravs.nhsuk_forms.tests.test_fields import html_of, the


class Contact(Form):
    how = RadioField(
        label="How shall we answer?",
        choices=[
            Choice("email", "By email", reveals=("address",)),
            Choice("letter", "By letter", reveals=("street", "town")),
        ],
        missing="Select how",
    )
    address = EmailField(label="Address", missing="Enter an address")
    street = TextField(label="Street", missing="Enter a street")
    town = TextField(label="Town", required=False)


class Nested(Form):
    topics = CheckboxesField(
        label="Topics", choices=[Choice("a", "A", reveals=("which",)), Choice("b", "B")]
    )
    which = RadioField(label="Which?", choices=[Choice("x", "X", reveals=("why",))], missing="W")
    why = TextField(label="Why?", missing="Say why")


def test_it_asks_only_what_the_choice_reveals() -> None:
    form = Contact({"how": "email", "address": "ada@nhs.net", "street": "Kept from before"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"how": "email", "address": "ada@nhs.net", "street": "", "town": ""}


def test_it_requires_what_the_choice_reveals() -> None:
    assert Contact({"how": "letter"}).errors == {"street": ["Enter a street"]}


def test_it_neither_checks_nor_keeps_what_a_left_choice_hides() -> None:
    form = Contact(
        {"how": "letter", "street": "High St", "address": "no address"}, initial={"address": "old"}
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["address"] == ""


def test_it_asks_nothing_further_while_nothing_is_chosen() -> None:
    assert Contact({}).errors == {"how": ["Select how"]}


def test_a_hidden_question_hides_what_it_would_reveal() -> None:
    assert Nested({"topics": ["b"], "which": "x"}).errors == {}
    assert Nested({"topics": ["a"], "which": "x"}).errors == {"why": ["Say why"]}


def test_it_shows_revealed_questions_right_after_their_choice() -> None:
    group = next(one for one in html_of(Contact(), "how").iter("div") if one.get("data-module"))
    choice, panel, other, further = group
    assert the(choice, "input").get("value") == "email"
    assert [box.get("name") for box in panel.iter("input")] == ["address"]
    assert the(other, "input").get("value") == "letter"
    assert [box.get("name") for box in further.iter("input")] == ["street", "town"]
    assert "conditional" in (panel.get("class") or "")
    assert the(choice, "input").get("data-aria-controls") is None
