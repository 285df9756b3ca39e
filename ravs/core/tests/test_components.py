"""Layouts and components, as pages of other rooms use them."""

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.template import engines
from django.test import RequestFactory

from ravs.core.pagination import page_of
from ravs.nhsuk_forms.fields import TextField
from ravs.nhsuk_forms.forms import Form
from tests.page_quality import offences_of


class Naming(Form):
    name = TextField(label="Name", missing="Enter a name")


def rendered(source: str, **context: Any) -> str:
    request = RequestFactory().get("/")
    request.csp_nonce = "n0nce"  # type: ignore[attr-defined]
    html: str = engines["jinja2"].from_string(source).render(context, request)
    return html


def page(source: str, **context: Any) -> Element:
    html = rendered(source, **context)
    assert offences_of(html, "n0nce") == []
    root: Element = html5lib.parse(html, namespaceHTMLElements=False)
    return root


def part(call: str, **context: Any) -> Element:
    names = "tabs_nav, stacked_table, pagination, summary_rows, tag, inset, warning_button"
    html = rendered(f'{{% from "core/components.jinja" import {names} %}}{call}', **context)
    root: Element = html5lib.parse(f"<!DOCTYPE html>{html}", namespaceHTMLElements=False)
    return root


def words(element: Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


FORM = (
    '{% extends "core/layout-form.jinja" %}{% set title = "Add a user" %}{% set back = "/list" %}'
)
CONFIRM = """{% extends "core/layout-confirmation.jinja" %}{% set title = "Deactivate this user?" %}
{% set caption = "Ada Jones" %}{% set submit = "Deactivate user" %}{% set warning = true %}
{% set cancel = "/list" %}{% block intro %}<p>They cannot log in.</p>{% endblock %}"""


def test_a_page_has_its_title_heading_and_way_back() -> None:
    root = page(FORM, form=Naming())
    assert words(root.find(".//title")) == "Add a user – Record a vaccination service"
    assert words(root.find(".//h1")) == "Add a user"
    back = root.find(".//a[@class='nhsuk-back-link']")
    assert back is not None
    assert (back.get("href"), words(back)) == ("/list", "Back")


def test_a_page_with_errors_says_so_before_all_else() -> None:
    root = page(FORM, form=Naming({"name": ""}))
    assert words(root.find(".//title")).startswith("Error: Add a user – ")
    summary = root.find(".//div[@data-module='nhsuk-error-summary']")
    assert words(summary) == "There is a problem Enter a name"
    order = [e for e in root.iter() if e is summary or e.tag == "h1"]
    assert order[0] is summary


def test_errors_may_be_given_without_a_form() -> None:
    root = page(
        '{% extends "core/layout.jinja" %}{% set title = "Send" %}',
        form_errors=[{"text": "Somebody else was quicker"}],
    )
    assert words(root.find(".//title")).startswith("Error: Send")


def test_a_form_posts_with_a_token_and_checks_nothing_in_the_browser() -> None:
    form = page(FORM, form=Naming()).find(".//main//form")
    assert form is not None
    assert (form.get("method"), form.get("novalidate")) == ("post", "")
    assert words(form.find(".//button")) == "Continue"


def test_a_confirmation_has_one_red_button_and_a_way_out() -> None:
    root = page(CONFIRM)
    assert words(root.find(".//title")).startswith("Deactivate this user? – ")
    assert words(root.find(".//h1")) == "Ada Jones Deactivate this user?"
    button = root.find(".//main//button")
    assert button is not None
    assert words(button) == "Deactivate user"
    assert "nhsuk-button--warning" in (button.get("class") or "")
    assert button.get("data-prevent-double-click") == "true"
    assert words(root.find(".//a[@href='/list']")) == "Cancel"


def test_a_heading_that_names_a_person_keeps_the_name_out_of_the_title() -> None:
    root = page(
        '{% extends "core/layout.jinja" %}{% set title = "Ada Jones" %}'
        '{% set page_title = "Change user" %}'
    )
    assert words(root.find(".//title")) == "Change user – Record a vaccination service"
    assert words(root.find(".//h1")) == "Ada Jones"


TABS = """{{ tabs_nav([{"text": "Invited", "count": 0, "href": "/i"},
{"text": "Active", "count": 3, "href": "/a", "current": true}], label="Users by status") }}"""


def test_tabs_are_links_with_counts_and_one_is_current() -> None:
    nav = part(TABS).find(".//nav")
    assert nav is not None
    assert nav.get("aria-label") == "Users by status"
    links = [(words(a), a.get("href"), a.get("aria-current")) for a in nav.iter("a")]
    assert links == [("Invited (0)", "/i", None), ("Active (3)", "/a", "page")]


TABLE = """{{ stacked_table("2 active users", ["Name", "Email"],
[[name, "ada@nhs.net"], ["Bo", {"html": "<a href='/b'>Change</a>"}]]) }}"""


def test_a_table_keeps_its_roles_and_labels_when_it_stacks() -> None:
    table = part(TABLE, name="Ada <script>").find(".//table")
    assert table is not None
    assert table.get("role") == "table"
    assert words(table.find("caption")) == "2 active users"
    heads = [(words(th), th.get("scope"), th.get("role")) for th in table.findall(".//thead//th")]
    assert heads == [("Name", "col", "columnheader"), ("Email", "col", "columnheader")]
    first = table.find(".//tbody/tr")
    assert first is not None
    assert [cell.get("role") for cell in first] == ["rowheader", "cell"]
    labels = [words(span) for span in first.iter("span") if span.get("aria-hidden")]
    assert labels == ["Name", "Email"]
    assert "Ada <script>" in words(first)
    assert not list(table.iter("script"))
    assert table.find(".//a[@href='/b']") is not None


def test_pages_are_numbered_only_when_there_are_several() -> None:
    call = "{{ pagination(pages) }}"
    assert part(call, pages=page_of("1", total=20, size=20, path="/u")).find(".//nav") is None
    nav = part(call, pages=page_of("2", total=60, size=20, path="/u", q="a")).find(".//nav")
    assert nav is not None
    links = [(words(a), a.get("href"), a.get("aria-current")) for a in nav.iter("a")]
    assert links == [
        ("Previous page", "/u?q=a", None),
        ("1", "/u?q=a", None),
        ("2", "/u?q=a&page=2", "page"),
        ("3", "/u?q=a&page=3", None),
        ("Next page", "/u?q=a&page=3", None),
    ]


def test_a_change_link_says_what_it_changes() -> None:
    rows = [
        {"key": "Email address", "value": "<b>@nhs.net", "change": "/add#email"},
        {"key": "Name", "value": "Ada", "change": "/add#name", "change_of": "their name"},
        {"key": "Last log in", "value": "Today"},
    ]
    summary = part("{{ summary_rows(rows) }}", rows=rows).find(".//dl")
    assert summary is not None
    assert [words(dd) for dd in summary.iter("dd")] == [
        "<b>@nhs.net",
        "Change email address",
        "Ada",
        "Change their name",
        "Today",
    ]


@pytest.mark.parametrize(
    ("call", "css", "text"),
    [
        ('{{ tag("Lapsed", "orange") }}', "nhsuk-tag nhsuk-tag--orange", "Lapsed"),
        ("{% call inset() %}<p>Mind</p>{% endcall %}", "nhsuk-inset-text", "Information: Mind"),
        ('{{ warning_button("Go") }}', "nhsuk-button nhsuk-button--warning", "Go"),
    ],
)
def test_small_components_take_only_their_words(call: str, css: str, text: str) -> None:
    element = part(call).find(f".//*[@class='{css}']")
    assert words(element) == text
