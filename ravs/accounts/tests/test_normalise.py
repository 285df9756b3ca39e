"""E-mail addresses: what makes two of them one, and what makes none of them."""

import unicodedata

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ravs.accounts.normalise import InvalidEmail, clean_email, email_key

LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789.-_+'", min_size=1, max_size=30)
DOMAIN = st.sampled_from(["rw3.nhs.uk", "nhs.net", "münchen.example", "xn--mnchen-3ya.example"])
unhurried = settings(deadline=None)
INVISIBLE = st.sampled_from(["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e"])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ada.Jones@NHS.net", "ada.jones@nhs.net"),
        ("  ada.jones@nhs.net\t", "ada.jones@nhs.net"),
        ("ada\u200b.jones@nhs\u00ad.net", "ada.jones@nhs.net"),
        ("\ufeffada@nhs.net", "ada@nhs.net"),
        ("\uff41\uff44\uff41@nhs.net", "ada@nhs.net"),
        ("ada@nhs\u3002net", "ada@nhs.net"),
        ("ada@M\u00dcNCHEN.example", "ada@xn--mnchen-3ya.example"),
        ("ada@mu\u0308nchen.example", "ada@xn--mnchen-3ya.example"),
        ("ada@xn--mnchen-3ya.example", "ada@xn--mnchen-3ya.example"),
        ("JOS\u00c9@nhs.net", "jos\u00e9@nhs.net"),
        ("jose\u0301@nhs.net", "jos\u00e9@nhs.net"),
        ("a+b@nhs.net", "a+b@nhs.net"),
    ],
)
def test_it_writes_one_address_one_way(text: str, key: str) -> None:
    assert email_key(text) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "@nhs.net",
        "ada@",
        "ada@@nhs.net",
        "a@b@nhs.net",
        "a\uff20evil.example@nhs.net",
        "a\ufe6bb@nhs.net",
        "\u200b@nhs.net",
        "ada@\u200b",
        "ada jones@nhs.net",
        "ada\u00a0jones@nhs.net",
        "ada\njones@nhs.net",
        "ada\x00@nhs.net",
        "ada@nhs..net",
        "ada@.nhs.net",
        "ada@nhs.net.",
        "ada@nhs_.net",
        "ada@-nhs.net",
        "ada@[127.0.0.1]",
        "ada@nhs.net\u2044evil",
        f"{'a' * 65}@nhs.net",
        f"ada@{'a' * 64}.net",
        f"ada@{'a.' * 140}net",
    ],
)
def test_it_refuses_what_is_no_address(text: str) -> None:
    with pytest.raises(InvalidEmail):
        email_key(text)


@unhurried
@given(st.text(max_size=80) | st.builds("{}@{}".format, st.text(max_size=20), st.text(max_size=30)))
@example("\u0130@nhs.net")
@example("\u1e9e\u03a3@stra\u00dfe.example")
@example("A\u0345@nhs.net")
def test_it_settles_at_once_or_refuses(text: str) -> None:
    try:
        key = email_key(text)
    except InvalidEmail:
        return
    assert email_key(key) == key
    assert key.count("@") == 1
    local, _, domain = key.partition("@")
    assert local == unicodedata.normalize("NFKC", local) == local.lower()
    assert not any(unicodedata.category(letter)[0] in "CZ" for letter in key)
    assert domain.isascii()
    assert len(key) <= 320


@unhurried
@given(LOCAL, DOMAIN, st.data())
def test_it_sees_through_capitals_spaces_and_invisible_letters(
    local: str, domain: str, data: st.DataObject
) -> None:
    address = f"{local}@{domain}"
    key = email_key(address)
    letters = [
        data.draw(st.sampled_from([letter, letter.upper()])) + data.draw(INVISIBLE | st.just(""))
        for letter in address
    ]

    assert email_key(f" {''.join(letters)}\n") == key


@unhurried
@given(LOCAL, LOCAL, DOMAIN)
def test_it_keeps_different_people_apart(one: str, other: str, domain: str) -> None:
    assume(one != other)

    assert email_key(f"{one}@{domain}") != email_key(f"{other}@{domain}")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (" Ada.Jones@NHS.net ", "Ada.Jones@nhs.net"),
        ("ada\u200b@nhs.net", "ada@nhs.net"),
        ("o'neil@rw3.nhs.uk", "o'neil@rw3.nhs.uk"),
        ("ada+rota@nhs.net", "ada+rota@nhs.net"),
        ("ada@m\u00fcnchen.example", "ada@xn--mnchen-3ya.example"),
        ("ada@ravs.test", "ada@ravs.test"),
    ],
)
def test_it_cleans_what_was_typed(text: str, clean: str) -> None:
    assert clean_email(text) == clean
    assert email_key(clean) == email_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "ada",
        "ada@nhs",
        "ada@localhost",
        "ada@[127.0.0.1]",
        '"ada jones"@nhs.net',
        "ada..jones@nhs.net",
        ".ada@nhs.net",
        "ada.@nhs.net",
        "jos\u00e9@nhs.net",
        "ada@nhs.net, bob@nhs.net",
        "ada@nhs.net\nBcc: bob@nhs.net",
        "Ada Jones <ada@nhs.net>",
        "ada@nhs.net%0abcc:bob@nhs.net",
        f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 20}.net",
    ],
)
def test_it_refuses_what_no_letter_can_reach(text: str) -> None:
    with pytest.raises(InvalidEmail):
        clean_email(text)


@unhurried
@given(st.text(max_size=80) | st.builds("{}@nhs.net".format, st.text(max_size=30)))
def test_it_never_lets_a_header_line_through(text: str) -> None:
    try:
        clean = clean_email(text)
    except InvalidEmail:
        return
    assert clean.isascii()
    assert clean.isprintable()
    assert len(clean) <= 254
