"""Each law of pages catches the offender planted for it, and lets a good page pass."""

import pytest
from django.http import HttpResponse

from tests.page_quality import LAWS, assert_page, offences_of, parse

GOOD = """<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><title>Add a user – Record a vaccination service</title>
<link rel="stylesheet" href="/static/core/build/ravs.css"></head>
<body>
<script nonce="n0nce">document.body.className += " js-enabled";</script>
<a href="#maincontent">Skip to main content</a>
<main id="maincontent">
<h1><span class="nhsuk-caption-l">Ada Jones</span> Add a user</h1>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="t0ken">
<label for="email">Email address</label><input id="email" name="email">
<fieldset><legend>Vaccinator?</legend>
<input type="radio" id="v" name="v" value="yes"><label for="v">Yes</label></fieldset>
<button>Continue</button></form>
<p>Read <a href="https://example.org/list">the list</a>.</p>
</main></body></html>"""

OFFENDERS = [
    ("valid_html", "<p>Read", "<p><div>Read</p>"),
    ("valid_html", "<!DOCTYPE html>\n", ""),
    ("british_english", 'lang="en-GB"', 'lang="en"'),
    ("one_main_heading", "</main>", "<h1>Another</h1></main>"),
    ("one_main_heading", "<h1><span", "<h2><span"),
    ("title_begins_with_heading", "<title>Add a user", "<title>Users"),
    ("title_begins_with_heading", "<title>", "<title>Error: "),
    ("title_begins_with_heading", "<h1>", '<div class="nhsuk-error-summary"></div><h1>'),
    ("title_begins_with_heading", "<h1>", '<h1 data-title="Change a user">'),
    ("no_personal_title", "vaccination service</title>", "ada.jones@nhs.net</title>"),
    ("no_personal_title", "vaccination service</title>", "999 000 0018</title>"),
    ("unique_ids", 'id="v"', 'id="email"'),
    ("references_lead_somewhere", '<label for="email"', '<label for="e-mail"'),
    ("references_lead_somewhere", 'name="email"', 'name="email" aria-describedby="hint"'),
    ("references_lead_somewhere", 'href="#maincontent"', 'href="#content"'),
    ("labelled_inputs", '<label for="email">Email address</label>', ""),
    ("labelled_inputs", "Email address</label>", "</label>"),
    ("grouped_choices", "<legend>Vaccinator?</legend>", ""),
    ("named_controls", "<button>Continue", "<button>"),
    ("named_controls", "<p>Read", '<img src="/static/a.svg"><p>Read'),
    ("csrf_in_posts", "csrfmiddlewaretoken", "token"),
    ("csrf_in_posts", 'value="t0ken"', 'value=""'),
    ("csrf_in_posts", 'method="post"', 'method="get"'),
    ("nothing_inline", ' nonce="n0nce"', ""),
    ("nothing_inline", 'nonce="n0nce"', 'nonce="another"'),
    ("nothing_inline", "<button", '<button onclick="go()"'),
    ("nothing_inline", "<p>Read", '<p style="color: red">Read'),
    ("nothing_foreign", 'href="/static', 'href="https://assets.example.org/static'),
    ("nothing_foreign", '<form method="post"', '<form method="post" action="//example.org"'),
    ("no_leaks", "<p>Read", "<p>{{ page.name }}</p><p>Read"),
    ("no_leaks", "<p>Read", "<p>&lt;a href=x&gt;</p><p>Read"),
    ("no_leaks", "<p>Read", "<p>O&amp;#39;Brien</p><p>Read"),
    ("no_leaks", "<p>Read", "<p>None</p><p>Read"),
    ("no_leaks", 'name="email"', 'name="email" value="None"'),
]


def test_it_lets_a_good_page_pass() -> None:
    assert offences_of(GOOD, "n0nce") == []


@pytest.mark.parametrize(("law", "good", "bad"), OFFENDERS)
def test_it_catches_the_planted_offender(law: str, good: str, bad: str) -> None:
    assert good in GOOD
    planted = GOOD.replace(good, bad, 1)
    caught = next(one for one in LAWS if one.__name__ == law)
    assert list(caught(parse(planted, "n0nce")))


def test_every_law_has_an_offender() -> None:
    assert {law.__name__ for law in LAWS} == {law for law, _, _ in OFFENDERS}


def test_it_takes_the_nonce_from_the_response() -> None:
    response = HttpResponse(
        GOOD, headers={"Content-Security-Policy": "script-src 'self' 'nonce-other'"}
    )
    with pytest.raises(AssertionError, match="nonce"):
        assert_page(response)
    response.headers["Content-Security-Policy"] = "script-src 'self' 'nonce-n0nce'"
    assert_page(response)
