"""The one template environment: the design system's macros, and a few words of our own."""

from typing import Any

import jinja2
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from ravs.core import presenters
from ravs.nhsuk_forms.errors import error_list
from ravs.nhsuk_forms.params import params_of


def environment(**options: Any) -> jinja2.Environment:
    """Our templates first, then those of ``nhsuk-frontend-jinja``.

    ``ChainableUndefined`` is what the published macros need: they ask for options of options that
    nobody gave. One typed dataclass per page and a strict test client stand against typing slips.
    """
    options["loader"] = jinja2.ChoiceLoader(
        [options["loader"], jinja2.PackageLoader("nhsuk_frontend_jinja", "templates")]
    )
    options.update(undefined=jinja2.ChainableUndefined, trim_blocks=True, lstrip_blocks=True)
    env = jinja2.Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True
    env.globals.update(
        banners=banners,
        error_list=error_list,
        params_of=params_of,
        static=static,
        url=url,
    )
    env.filters.update(
        contact_link=presenters.contact_link,
        date=presenters.written_date,
        date_and_time=presenters.written_moment,
        without_nhs_logo=presenters.without_nhs_logo,
    )
    return env


def url(name: str, **kwargs: Any) -> str:
    """``url("members:list", ods="RW3")``."""
    return reverse(name, kwargs=kwargs or None)


def banners(request: HttpRequest | None) -> list[Any]:
    """What the last request left to be said; reading empties it."""
    return list(get_messages(request)) if request else []
