"""The menu. Who sees an item is decided by what its page declares, never here."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import resolve, reverse

from ravs.core.access import Access, declared_access
from ravs.core.presenters import Link


@dataclass(frozen=True)
class Item:
    """One entry of the menu, under the organisation in the address."""

    label: str
    url_name: str
    beneath: str = ""
    """What else belongs to it, by the first part of its address at the organisation."""


# Order of the live service (domain 2.2).
MENU = (
    Item("Home", "vaccinations:home"),
    Item("Record vaccinations", "vaccinations:record", beneath="patients"),
    Item("Vaccines", "vaccines:list"),
    Item("Records", "vaccinations:records"),
    Item("Reports", "reports:create"),
    Item("Manage users", "members:list"),
)

FOOTER = (
    Item("Help and support", "core:help"),
    Item("User guide", "core:user-guide"),
    Item("What’s new", "core:whats-new"),
    Item("Accessibility statement", "core:accessibility-statement"),
    Item("Cookies", "core:cookies"),
    Item("Terms of use", "core:terms"),
)


def menu(request: HttpRequest, ods: str) -> tuple[Link, ...]:
    """The entries whose door would open to this person, the one they are in marked."""
    permissions: frozenset[str] = getattr(request, "permissions", frozenset())
    links, path = [], request.path
    for item in MENU:
        href = reverse(item.url_name, kwargs={"ods": ods})
        if item.beneath and f"{path}/".startswith(f"/o/{ods}/{item.beneath}/"):
            path = f"{href}/{item.beneath}"
        access = declared_access(resolve(href).func)
        if access in permissions or access in {Access.SIGNED_IN, Access.PUBLIC}:
            links.append(Link(item.label, href))
    return mark_current(tuple(links), path)


def footer() -> tuple[Link, ...]:
    """The links under every page."""
    return tuple(Link(item.label, reverse(item.url_name)) for item in FOOTER)


def mark_current(links: tuple[Link, ...], path: str) -> tuple[Link, ...]:
    """Mark the deepest link whose page is ``path`` or stands above it.

    The first one, home, stands above everything and is marked for itself alone.
    """
    above = [link for link in links[1:] if path.startswith(f"{link.href}/")]
    above += [link for link in links if path == link.href]
    deepest = max(above, key=lambda link: len(link.href), default=None)
    return tuple(
        Link(link.label, link.href, "page" if path == link.href else "true")
        if link is deepest
        else link
        for link in links
    )
