"""The provider's template environment: the same macros and layouts as the service."""

from typing import Any

import jinja2
from django.templatetags.static import static
from django.urls import reverse

from ravs.core import presenters
from ravs.nhsuk_forms.errors import error_list
from ravs.nhsuk_forms.params import params_of


def environment(**options: Any) -> jinja2.Environment:
    """Our templates, then those of ``nhsuk-frontend-jinja``, which need this ``undefined``."""
    options["loader"] = jinja2.ChoiceLoader(
        [options["loader"], jinja2.PackageLoader("nhsuk_frontend_jinja", "templates")]
    )
    options.update(undefined=jinja2.ChainableUndefined, trim_blocks=True, lstrip_blocks=True)
    env = jinja2.Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True
    env.globals.update(
        banners=no_banners,
        error_list=error_list,
        params_of=params_of,
        static=static,
        url=reverse,
    )
    env.filters.update(
        contact_link=presenters.contact_link,
        date=presenters.written_date,
        date_and_time=presenters.written_moment,
        without_nhs_logo=presenters.without_nhs_logo,
    )
    return env


def no_banners(_request: object) -> list[object]:
    """The shared layout asks for banners; this provider says what it has to say on pages."""
    return []
