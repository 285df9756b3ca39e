"""How fields look in a page: parsed from the HTML that the components make of them."""

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.core.exceptions import ValidationError
from django.template import engines
from django.utils.html import format_html

from ravs.nhsuk_forms.errors import error_list
from ravs.nhsuk_forms.fields import (
    CheckboxesField,
    Choice,
    EmailField,
    HiddenField,
    Look,
    PasswordField,
    RadioField,
    SearchField,
    TextField,
    YesNoField,
)
from ravs.nhsuk_forms.forms import Form

LEVELS = [
    Choice("recorder", "Recorder", hint="Records and edits vaccinations"),
    Choice("lead", "Lead administrator"),
]


class Colleague(Form):
    first_name = TextField(
        label="First name",
        missing="Enter their first name",
        max_length=100,
        look=Look(autocomplete="off", spellcheck=False, width="20"),
    )
    email = EmailField(label="Email address", hint="An nhs.net address", missing="Enter an email")
    vaccinator = YesNoField(label="Are they a vaccinator?", missing="Select yes or no")
    level = RadioField(label="Permission level", choices=LEVELS, missing="Select a level")
    key = HiddenField(required=False)


def html_of(form: Any, name: str, call: str = "field(form[name])") -> Element:
    source = '{% from "nhsuk_forms/field.jinja" import field with context %}{{ ' + call + " }}"
    html = engines["jinja2"].from_string(source).render({"form": form, "name": name})
    return html5lib.parse(f"<!DOCTYPE html>{html}", namespaceHTMLElements=False)


def the(root: Element, tag: str, **attributes: str) -> Element:
    found = [
        element
        for element in root.iter(tag)
        if all(element.get(key.strip("_")) == value for key, value in attributes.items())
    ]
    assert len(found) == 1, (tag, attributes, [element.attrib for element in root.iter(tag)])
    return found[0]


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_it_labels_an_input_and_tells_the_browser_how_to_help() -> None:
    root = html_of(Colleague(), "first_name")
    box = the(root, "input")
    assert words(the(root, "label", for_="first_name")) == "First name"
    assert box.attrib == {
        "class": "nhsuk-input nhsuk-input--width-20",
        "id": "first_name",
        "name": "first_name",
        "type": "text",
        "spellcheck": "false",
        "value": "",
        "autocomplete": "off",
    }


def test_it_ties_the_hint_and_the_error_to_the_input() -> None:
    root = html_of(Colleague({"email": "ada@"}), "email")
    box = the(root, "input")
    assert (box.get("type"), box.get("value"), box.get("spellcheck")) == ("email", "ada@", "false")
    assert box.get("aria-describedby") == "email-hint email-error"
    assert words(the(root, "div", id="email-hint")) == "An nhs.net address"
    assert words(the(root, "span", id="email-error")) == (
        "Error: Enter an email address in the correct format, like name@nhs.net"
    )


def test_it_keeps_what_was_entered_and_escapes_it() -> None:
    entered = '"><script>alert(1)</script>'
    root = html_of(Colleague({"first_name": entered}), "first_name")
    assert the(root, "input").get("value") == entered
    assert not list(root.iter("script"))


def test_it_shows_radios_in_a_fieldset_with_a_hint_for_each() -> None:
    root = html_of(Colleague(), "level")
    first, second = root.iter("input")
    assert words(the(root, "legend")) == "Permission level"
    assert (first.get("id"), first.get("value")) == ("level", "recorder")
    assert (second.get("id"), second.get("value")) == ("level-2", "lead")
    assert first.get("checked") is None
    assert second.get("checked") is None
    assert words(the(root, "div", id="level-item-hint")) == "Records and edits vaccinations"
    assert first.get("aria-describedby") == "level-item-hint"


def test_it_keeps_the_radio_that_was_chosen() -> None:
    root = html_of(Colleague({"level": "lead", "vaccinator": "no"}), "level")
    assert the(root, "input", checked="").get("value") == "lead"
    assert the(html_of(Colleague({"vaccinator": "no"}), "vaccinator"), "input", checked="").get(
        "value"
    ) == ("no")


@pytest.mark.parametrize(("initial", "chosen"), [(True, "yes"), (False, "no")])
def test_a_yes_no_question_starts_from_a_boolean(initial: bool, chosen: str) -> None:
    root = html_of(Colleague(initial={"vaccinator": initial}), "vaccinator")
    assert the(root, "input", checked="").get("value") == chosen


@pytest.mark.parametrize(("given", "cleaned"), [("yes", True), ("no", False)])
def test_a_yes_no_question_is_cleaned_to_a_boolean(given: str, cleaned: bool) -> None:
    assert YesNoField(label="?", missing="Choose").clean(given) is cleaned


@pytest.mark.parametrize("given", ["", None, "maybe"])
def test_a_yes_no_question_refuses_anything_else(given: str | None) -> None:
    with pytest.raises(ValidationError, match="Choose"):
        YesNoField(label="?", missing="Choose").clean(given)


def test_a_tampered_radio_gets_the_same_words_as_a_missing_one() -> None:
    form = Colleague({"level": "owner"})
    assert form.errors["level"] == ["Select a level"]


def test_the_summary_lists_every_error_in_the_order_of_the_questions() -> None:
    form = Colleague({"email": "x"})
    assert error_list(form) == [
        {"text": "Enter their first name", "href": "#first_name"},
        {
            "text": "Enter an email address in the correct format, like name@nhs.net",
            "href": "#email",
        },
        {"text": "Select yes or no", "href": "#vaccinator"},
        {"text": "Select a level", "href": "#level"},
    ]


def test_the_summary_is_empty_until_a_form_is_sent() -> None:
    assert error_list(Colleague()) == []
    assert error_list(None) == []


def test_an_error_with_a_link_keeps_it_beside_the_field_only() -> None:
    form = Colleague({"first_name": "Ada"})
    form.add_error("first_name", format_html('Ada is here: <a href="/o/RW3">{}</a>', "see <her>"))
    link = the(the(html_of(form, "first_name"), "span", id="first_name-error"), "a")
    assert (link.get("href"), words(link)) == ("/o/RW3", "see <her>")
    assert error_list(form)[0]["text"] == "Ada is here: see <her>"


def test_an_error_never_becomes_markup_by_itself() -> None:
    form = Colleague({"first_name": "Ada"})
    form.add_error("first_name", "<b>Ada</b> is here")
    form.add_error("first_name", "and <i>there</i>")
    root = html_of(form, "first_name")
    assert not list(root.iter("b"))
    assert not list(root.iter("i"))
    assert "<b>Ada</b> is here" in words(the(root, "span", id="first_name-error"))


def test_a_form_wide_error_leads_the_summary_without_a_link() -> None:
    form = Colleague({})
    form.add_error(None, "This person was changed while you were looking")
    assert error_list(form)[0] == {"text": "This person was changed while you were looking"}


class Secret(Form):
    password = PasswordField(label="Password", autocomplete="new-password", missing="Enter one")
    q = SearchField(label="Search active users", look=Look(button="Search"))


def test_it_never_sends_a_password_back() -> None:
    root = html_of(Secret({"password": "correct horse"}), "password")
    box = the(root, "input")
    assert (box.get("type"), box.get("autocomplete")) == ("password", "new-password")
    assert box.get("value") is None


def test_it_keeps_spaces_of_a_password() -> None:
    form = Secret({"password": " correct horse "})
    assert form.is_valid()
    assert form.cleaned_data["password"] == " correct horse "


def test_a_search_box_has_its_own_button() -> None:
    root = html_of(Secret({"q": "o'b"}), "q")
    assert the(root, "input", type="search").get("value") == "o'b"
    assert words(the(root, "button")) == "Search"


def test_it_carries_a_hidden_value_without_a_label() -> None:
    root = html_of(Colleague(initial={"key": "k1"}), "key")
    assert the(root, "input").attrib == {"type": "hidden", "name": "key", "value": "k1"}
    assert not list(root.iter("label"))


class Choosing(Form):
    people = CheckboxesField(
        label="Who?",
        choices=[Choice("1", "Ada"), Choice("2", "Bo")],
        missing="Select someone",
    )


def test_checkboxes_keep_what_was_ticked() -> None:
    root = html_of(Choosing({"people": ["2"]}), "people")
    assert the(root, "input", checked="").get("value") == "2"
    assert words(the(root, "legend")) == "Who?"


def test_checkboxes_link_their_error_to_the_first_box() -> None:
    assert error_list(Choosing({})) == [{"text": "Select someone", "href": "#people"}]


def test_a_page_may_replace_a_parameter() -> None:
    root = html_of(Colleague(), "email", 'field(form[name], classes="ravs-wide")')
    assert "ravs-wide" in (the(root, "input").get("class") or "")
