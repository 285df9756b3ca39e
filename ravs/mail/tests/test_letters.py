"""Letters: what they say, and what a value in one can never become."""

from collections.abc import Callable
from uuid import UUID

import html5lib
import pytest
from hypothesis import example, given
from hypothesis import settings as tries
from hypothesis import strategies as st
from jinja2 import DictLoader, UndefinedError
from pytest_django.fixtures import Settings

from ravs.mail import letters
from ravs.mail.addresses import BadAddress, domain_of, one_address
from ravs.mail.letters import BadSubject, BadTemplate, Letter, compose
from ravs.mail.markdown import ForeignLink, one_line, parse, to_text

ABOUT = UUID("0197b000-0000-7000-8000-00000000000b")

WELCOME = """\
Subject: You have been invited to {{ organisation }}

# Hello {{ name }}

{{ inviter }} has invited you to use **{{ organisation }}**. Read
{{ link("the guide", url_to("/user-guide")) }} first.

## What to do

1. Activate your {{ settings.IDENTITY_PROVIDER_NAME }} account within **7 days**.
2. Log in:
   - with your e-mail address
   - and your password
3. Say hello to {{ inviter }}

{{ button("Log in", url_to("/sign-in")) }}

---

{{ name }}

Need help? Write to {{ link(settings.SUPPORT_CONTACT, "mailto:" ~ settings.SUPPORT_CONTACT) }}.
"""

ATTACKS = [
    "[x](http://evil.example)",
    "<http://evil.example>",
    "![x](http://evil.example/pixel.png)",
    "*bold* _it_ **x** `code`",
    "<script>alert(1)</script><b>",
    "Priya\r\nBcc: everybody@nhs.net",
    "Priya\n\n# Heading\n\n- item\n1. item",
    "    indented",
    "&lt;b&gt; &amp; &#60;",
    "x\n===\n",
    "---",
    "> quoted",
    "{{ 7 * 7 }} {% raw %}",
    "back\\slash\\",
    "[ref]: http://evil.example",
    'a "button" b',
    "\u202eevil\u202c",
]


@pytest.fixture(autouse=True)
def welcome(monkeypatch: pytest.MonkeyPatch) -> None:
    templates = DictLoader(
        {
            "welcome": WELCOME,
            "no-subject": "Hello\n",
            "foreign": "Subject: x\n\n{{ link('x', 'https://evil.example/') }}\n",
            "foreign-markdown": "Subject: x\n\n[x](https://evil.example/)\n",
            "typo": "Subject: x\n\nDear {{ nmae }}\n",
            "secret": "Subject: x\n\n{{ settings.SECRET_KEY }}\n",
            "value": "Subject: {{ value }}\n\n{{ value }}\n",
        }
    )
    monkeypatch.setattr(letters._letters(), "loader", templates)


def write(
    name: str = "Sam Okafor",
    organisation: str = "St Mary's NHS Trust",
    inviter: str = "Priya Shah",
    to: str = "sam.okafor@nhs.net",
) -> Letter:
    values = {"name": name, "organisation": organisation, "inviter": inviter}
    return compose("welcome", kind="welcome", to=to, about=ABOUT, context=values)


def test_it_reads_well_as_plain_text() -> None:
    letter = write()

    assert letter.subject == "You have been invited to St Mary's NHS Trust"
    assert letter.text == (
        "Hello Sam Okafor\n"
        "\n"
        "Priya Shah has invited you to use St Mary's NHS Trust. Read the guide"
        " (https://ravs.test/user-guide) first.\n"
        "\n"
        "What to do\n"
        "\n"
        "1. Activate your Okta account within 7 days.\n"
        "2. Log in:\n"
        "   - with your e-mail address\n"
        "   - and your password\n"
        "3. Say hello to Priya Shah\n"
        "\n"
        "Log in:\n"
        "https://ravs.test/sign-in\n"
        "\n"
        "---\n"
        "\n"
        "Sam Okafor\n"
        "\n"
        "Need help? Write to support@ravs.test.\n"
    )


def shape(html: str) -> list[tuple[str, str]]:
    """Every element of a page, in order, with where it leads."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return [(str(node.tag), node.get("href", "")) for node in tree.iter()]


def words(html: str) -> str:
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return " ".join("".join(tree.itertext()).split())


def test_it_is_a_whole_valid_page_in_html() -> None:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(write().html)

    assert tree.get("lang") == "en-GB"
    assert tree.findtext(".//title") == "You have been invited to St Mary's NHS Trust"
    assert [node.text for node in tree.iter("h1")] == ["Hello Sam Okafor"]
    assert not list(tree.iter("style")) + list(tree.iter("img")) + list(tree.iter("script"))


def test_it_links_only_to_the_service_and_its_support() -> None:
    links = [href for tag, href in shape(write().html) if tag == "a"]

    assert links == [
        "https://ravs.test/user-guide",
        "https://ravs.test/sign-in",
        "mailto:support@ravs.test",
        "https://ravs.test",
    ]


def test_it_previews_the_same_words_without_styles_below_a_pages_headings() -> None:
    letter = write()

    assert "style=" not in letter.preview
    assert [tag for tag, _ in shape(letter.preview) if tag.startswith("h")] == [
        "html",
        "head",
        "h3",
        "h4",
        "hr",
    ]
    assert words(letter.preview) in words(letter.html)


@pytest.mark.parametrize("template", ["foreign", "foreign-markdown"])
def test_it_refuses_a_link_to_anywhere_else(template: str) -> None:
    with pytest.raises(ForeignLink):
        compose(template, kind="x", to="sam@nhs.net", about=ABOUT, context={})


@pytest.mark.parametrize(
    "url",
    [
        "https://ravs.test.evil.example/",
        "https://ravs.test@evil.example/",
        "http://ravs.test/",
        "//evil.example/",
        "/sign-in",
        "javascript:alert(1)",
        "mailto:somebody.else@evil.example",
        "https://ravs.test\\@evil.example/",
    ],
)
def test_it_refuses_an_address_that_only_looks_like_ours(url: str) -> None:
    assert links_in(f"[x](<{url}>)") == []


def links_in(source: str) -> list[str]:
    """Where a letter would lead, if it may be written at all."""
    try:
        tokens = parse(source)
    except ForeignLink:
        return []
    inline = [child for token in tokens for child in token.children or []]
    return [str(child.attrGet("href")) for child in inline if child.type == "link_open"]


def test_it_finds_the_links_there_are() -> None:
    assert links_in("[x](<https://ravs.test/sign-in>)") == ["https://ravs.test/sign-in"]


def test_it_may_link_to_further_addresses_that_the_settings_name(settings: Settings) -> None:
    settings.MAIL_LINK_ORIGINS = ["http://localhost:8001"]

    assert to_text(parse("[x](http://localhost:8001/reset)")) == (
        "x (http://localhost:8001/reset)\n"
    )


def against_attacks(check: Callable[[str], None]) -> Callable[[], None]:
    for attack in ATTACKS:
        check = example(attack)(check)
    return tries(deadline=None)(given(st.text(max_size=60))(check))


@against_attacks
def test_it_lets_a_name_be_nothing_but_a_name(name: str) -> None:
    letter = write(name=name, organisation=f"x {name} x", inviter=name)
    plain = write(name="A", organisation="x A x", inviter="A")
    called = one_line(name)

    if called:
        assert shape(letter.html) == shape(plain.html)
        assert shape(letter.preview) == shape(plain.preview)
    assert f"invited to x {called} x".replace("  ", " ") in letter.subject.replace("  ", " ")
    assert called in letter.text
    assert one_line(called) in one_line(words(letter.html))
    assert "\n" not in letter.subject


def test_it_joins_the_lines_of_a_value_instead_of_heeding_them() -> None:
    letter = write(name="Sam\r\nBcc: everybody@nhs.net\r\n\r\nFree pills")

    assert "Hello Sam Bcc: everybody@nhs.net Free pills\n" in letter.text


@pytest.mark.parametrize(
    "to",
    [
        "sam@nhs.net\r\nBcc: everybody@nhs.net",
        "sam@nhs.net\nX: y",
        "sam@nhs.net, everybody@nhs.net",
        "sam@nhs.net;everybody@nhs.net",
        "Sam <sam@nhs.net>",
        "<sam@nhs.net>",
        "sam okafor@nhs.net",
        "sam@nhs.net\u200b",
        "sam",
        "@nhs.net",
        "sam@",
        "",
    ],
)
def test_it_goes_to_exactly_one_plain_address(to: str) -> None:
    with pytest.raises(BadAddress) as refused:
        write(to=to)

    assert not to or to not in str(refused.value)


@pytest.mark.parametrize(
    "to", ["sam@nhs.net", "sam.okafor+rw3@nhs.net", "o'brien@gp.nhs.uk", "sam@bücher.example"]
)
def test_it_takes_every_ordinary_address(to: str) -> None:
    assert one_address(to) == to


@pytest.mark.parametrize("subject", ["", "two\nlines", "two\r\nBcc: x", "tab\there", " edge "])
def test_it_has_a_subject_of_one_line_however_it_is_made(subject: str) -> None:
    with pytest.raises(BadSubject):
        Letter(kind="x", to="sam@nhs.net", subject=subject, text="", html="", about=ABOUT)


def test_it_refuses_a_template_that_does_not_begin_with_its_subject() -> None:
    with pytest.raises(BadTemplate, match="no-subject"):
        compose("no-subject", kind="x", to="sam@nhs.net", about=ABOUT, context={})


def test_it_stumbles_over_a_name_that_the_template_gets_wrong() -> None:
    with pytest.raises(UndefinedError):
        compose("typo", kind="x", to="sam@nhs.net", about=ABOUT, context={"name": "Sam"})


def test_it_gives_a_template_no_settings_but_the_named_ones() -> None:
    with pytest.raises(UndefinedError):
        compose("secret", kind="x", to="sam@nhs.net", about=ABOUT, context={})


def test_it_knows_the_domain_of_the_sender() -> None:
    assert domain_of("Record a vaccination <ravs@ravs.test>") == "ravs.test"
    assert domain_of("ravs@ravs.test") == "ravs.test"
