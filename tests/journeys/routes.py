"""Which pages the two programs have, and which of them no journey has looked at.

Run as a program it prints the addresses of one of them: each has settings of its own, and one
process can hold only one.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

PROGRAMS = {"web": "ravs.config.settings.production", "provider": "ravs_identity.settings"}

NO_PAGES = {
    "members:landing": "leads on to the organisation used last, or to the choice",
    "members:import-template": "a file",
    "members:import-problems": "a file",
    "members:import-receipt": "a file",
    "members:import-progress": "JSON for the page that waits",
    "members:several-progress": "JSON for the page that waits",
    "members:several-undo": "a button, which leads to the page of what was begun",
    "members:export": "a file",
    "vaccinations:go-on": "leads on to the next question of a draft",
    "vaccinations:clinic-begin": "a button, which leads to the first question of a clinic",
    "vaccinations:clinic-end": "a button, which leads back to where recording begins",
    "idp:oidc:configuration": "JSON for programs",
    "idp:oidc:jwks": "JSON for programs",
    "idp:oidc:token": "for the service alone",
    "idp:oidc:userinfo": "for the service alone",
    "scim": "for the service alone",
}
"""Addresses that show nobody a page, and why."""

ONLY_REFUSALS = {
    "accounts:callback": "leads on to the service, or says why nobody is logged in",
    "idp:oidc:authorization": "leads back to the service, or says that a link is broken",
}
"""Addresses whose only pages are refusals. Everywhere else a refusal is not the page."""


def addresses(resolver: Any, above: str = "", names: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """The full name and the route of every address below ``resolver``."""
    for pattern in resolver.url_patterns:
        route = above + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from addresses(pattern, route, inner)
        else:
            yield [":".join((*names, pattern.name or pattern.callback.__name__)), route]


def of_program(settings: str, env: dict[str, str]) -> list[tuple[str, re.Pattern[str]]]:
    """Every address of one program, asked of its own resolver."""
    told = _told(tuple(sorted({**env, "DJANGO_SETTINGS_MODULE": settings}.items())))
    return [(name, matching(route)) for name, route in json.loads(told)]


@cache
def _told(env: tuple[tuple[str, str], ...]) -> str:
    """What this file prints in such an environment."""
    asked = subprocess.run(
        [sys.executable, __file__], env=dict(env), capture_output=True, text=True, check=True
    )
    return asked.stdout


def matching(route: str) -> re.Pattern[str]:
    """Paths of this route. Converters are told apart no further than the journeys need."""
    parts = re.split(r"(<[^>]+>)", route)
    kinds = {"<path": ".+", "<uuid": "[0-9a-f-]{36}"}
    return re.compile(
        "/"
        + "".join(
            kinds.get(part.partition(":")[0], "[^/]+") if part.startswith("<") else re.escape(part)
            for part in parts
        )
    )


def unseen(
    shown: Iterable[str], refused: Iterable[str], origins: dict[str, str], env: dict[str, str]
) -> list[str]:
    """The names of the addresses that have a page which was neither shown nor, where it is one,
    refused."""
    missing = []
    for program, settings in PROGRAMS.items():
        routes = of_program(settings, env)
        found = names_of(shown, origins[program], routes)
        found |= names_of(refused, origins[program], routes) & ONLY_REFUSALS.keys()
        missing += [name for name, _ in routes if name not in found and name not in NO_PAGES]
    return missing


def names_of(
    urls: Iterable[str], origin: str, routes: list[tuple[str, re.Pattern[str]]]
) -> set[str]:
    """What the addresses of one program among ``urls`` are called."""
    return {name_of(urlsplit(url).path, routes) for url in urls if url.startswith(f"{origin}/")}


def name_of(path: str, routes: list[tuple[str, re.Pattern[str]]]) -> str:
    """The first route that fits decides, as in Django."""
    return next((name for name, pattern in routes if pattern.fullmatch(path)), "")


if __name__ == "__main__":
    import django
    from django.urls import get_resolver

    django.setup()
    os.write(1, json.dumps(list(addresses(get_resolver()))).encode())
