"""Header, menu and footer: what they show to whom."""

from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.test import override_settings
from django.urls import resolve, reverse

from ravs.core import navigation
from ravs.core.access import declared_access
from ravs.core.presenters import Link
from tests import people
from tests.clients import PageClient
from tests.people import Leeds

pytestmark = pytest.mark.once

SVG = "{http://www.w3.org/2000/svg}svg"


def page(client: PageClient, name: str = "vaccinations:home", **kwargs: str) -> Element:
    html = client.page(name, **kwargs).content.decode()
    root: Element = html5lib.parse(html, namespaceHTMLElements=False)
    return root


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def within(root: Element, tag: str, css: str = "") -> list[Element]:
    return [one for one in root.iter(tag) if css in one.get("class", "").split() or not css]


def header(root: Element) -> Element:
    return within(root, "header")[0]


def menu(root: Element) -> list[str]:
    return [words(link) for link in within(root, "a", "nhsuk-header__navigation-link")]


def test_it_shows_where_one_is_and_who_one_is(client: PageClient, leeds: Leeds) -> None:
    client.sign_in(leeds.priya.account)
    text = words(header(page(client, ods="RR8")))
    assert "Organisation: Leeds Teaching Hospitals (RR8)" in text
    assert "Priya Shah" in text


def test_it_offers_to_change_organisation_only_with_several(
    client: PageClient, leeds: Leeds
) -> None:
    client.sign_in(leeds.priya.account)
    assert "Change organisation" not in words(header(page(client, ods="RR8")))
    people.member(people.organisation("RW3", "Manchester"), leeds.priya.account)
    assert "Change organisation" in words(header(page(client, ods="RR8")))


def test_it_leads_to_the_profile_and_logs_out_by_post(client: PageClient, leeds: Leeds) -> None:
    client.sign_in(leeds.priya.account)
    top = header(page(client, ods="RR8"))
    assert reverse("members:profile") in [link.get("href") for link in top.iter("a")]
    form = within(top, "form")[0]
    assert (form.get("method"), form.get("action")) == ("post", "/sign-out")
    assert words(within(form, "button")[0]) == "Log out"


def test_a_name_of_an_organisation_never_becomes_markup(client: PageClient, db: None) -> None:
    trust = people.organisation("RX1", "Bob & <b>Daughters</b> Pharmacy")
    rosa = people.member(trust, "Rosa O'Keane")
    client.sign_in(rosa.account)
    top = header(page(client, ods="RX1"))
    assert "Bob & <b>Daughters</b> Pharmacy (RX1)" in words(top)
    assert not within(top, "b")
    assert "Rosa O'Keane" in words(top)


@pytest.mark.django_db
def test_a_stranger_sees_no_menu_and_no_account(client: PageClient) -> None:
    root = page(client, "core:help")
    assert menu(root) == []
    assert not within(header(root), "form")
    assert "data-session-extend-url" not in within(root, "body")[0].attrib


MENUS = {
    "rosa": ["Home", "Record vaccinations", "Records"],
    "adam": ["Home", "Record vaccinations", "Vaccines", "Records", "Reports"],
    "priya": ["Home", "Record vaccinations", "Vaccines", "Records", "Reports", "Manage users"],
}


@pytest.mark.parametrize("who", MENUS)
def test_the_menu_holds_the_doors_that_open(client: PageClient, leeds: Leeds, who: str) -> None:
    client.sign_in(leeds.people[who].account)
    root = page(client, ods="RR8")
    assert menu(root) == MENUS[who]
    for link in within(root, "a", "nhsuk-header__navigation-link"):
        assert client.get(link.get("href", "")).status_code == 200


def test_every_entry_of_the_menu_has_a_page_with_a_declared_door() -> None:
    for item in navigation.MENU:
        view = resolve(reverse(item.url_name, kwargs={"ods": "RR8"})).func
        assert declared_access(view), item


def test_the_menu_marks_the_page_one_is_on(client: PageClient, leeds: Leeds) -> None:
    client.sign_in(leeds.priya.account)
    for name, mark in [("members:list", "page"), ("members:add", "true")]:
        root = page(client, name, ods="RR8")
        marked = [link for link in root.iter("a") if link.get("aria-current")]
        menu_marks = {words(m): m.get("aria-current") for m in marked}
        assert menu_marks["Manage users"] == mark
        assert "Home" not in menu_marks


@pytest.mark.parametrize(
    ("path", "marks"),
    [
        ("/o/RR8", {"Home": "page"}),
        ("/o/RR8/users", {"Users": "page"}),
        ("/o/RR8/users/add", {"Users": "true"}),
        ("/o/RR8/users-and-more", {}),
        ("/o/RR8/history", {}),
        ("/o/RR80", {}),
    ],
)
def test_the_deepest_entry_is_marked(path: str, marks: dict[str, str]) -> None:
    links = (Link("Home", "/o/RR8"), Link("Users", "/o/RR8/users"))
    marked = navigation.mark_current(links, path)
    assert {link.label: link.current for link in marked if link.current} == marks


def test_it_says_how_long_one_stays_logged_in(client: PageClient, leeds: Leeds) -> None:
    client.sign_in(leeds.rosa.account)
    root = page(client, ods="RR8")
    foot = words(within(root, "footer")[0])
    assert "not used the service for 30 minutes, and after 12 hours in any case" in foot
    body = within(root, "body")[0].attrib
    assert body["data-session-idle-seconds"] == "1800"
    assert body["data-session-warning-seconds"] == "120"
    assert body["data-session-extend-url"] == reverse("accounts:extend-session")
    assert body["data-session-sign-out-url"] == reverse("accounts:sign-out")


@pytest.mark.django_db
def test_the_footer_leads_to_help_and_the_statements(client: PageClient) -> None:
    foot = within(page(client, "core:cookies"), "footer")[0]
    assert [words(link) for link in foot.iter("a")] == [
        "Help and support",
        "User guide",
        "What’s new",
        "Accessibility statement",
        "Cookies",
        "Terms of use",
    ]
    for link in foot.iter("a"):
        assert client.get(link.get("href", "")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("shown", [True, False])
def test_the_logo_shows_only_by_setting(client: PageClient, shown: bool) -> None:
    with override_settings(NHS_LOGO=shown):
        top = header(page(client, "core:help"))
    assert bool(within(top, SVG, "nhsuk-header__logo")) is shown
    assert "Record a vaccination service" in words(top)


@pytest.mark.django_db
def test_an_operator_may_bring_the_licensed_font(client: PageClient) -> None:
    with override_settings(NHSUK_FONT_STYLESHEET="/static/fonts.css"):
        styles = [link.get("href") for link in page(client, "core:help").iter("link")]
    assert "/static/fonts.css" in styles
    assert "/static/fonts.css" not in [
        link.get("href") for link in page(client, "core:help").iter("link")
    ]


def test_a_banner_follows_what_was_done_and_is_shown_once(client: PageClient, leeds: Leeds) -> None:
    client.sign_in(leeds.rosa.account)
    client.submit(
        "members:profile", {"first_name": "Rosa", "last_name": "<i>Keane</i>"}, status=200
    )
    client.submit("members:profile", {"first_name": "Rose", "last_name": "Keane"})
    banner = within(page(client, "members:profile"), "div", "nhsuk-notification-banner--success")[0]
    assert "Your name has been changed" in words(banner)
    assert banner.get("role") == "alert"
    assert not within(page(client, "members:profile"), "div", "nhsuk-notification-banner")
