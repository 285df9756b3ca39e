"""Writing a letter: one Markdown template, read as plain text, as HTML and as a preview.

A template is ``<room>/emails/<kind>.jinja``. Its first line is ``Subject: …``; the rest is simple
Markdown. Every value is escaped where it is put in, so a name can be nothing but a name.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.utils import get_app_template_dirs
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ravs.mail import markdown
from ravs.mail.addresses import one_address

SUBJECT = "Subject:"


class BadTemplate(ValueError):
    """A letter's template does not begin with its subject."""


class BadSubject(ValueError):
    """A subject that would not fit on one line of a header."""


@dataclass(frozen=True)
class Letter:
    """A letter ready for the outbox. ``about`` is the public id of what it tells of."""

    kind: str
    to: str
    subject: str
    text: str
    html: str
    about: UUID
    organisation: UUID | None = None
    source: str = ""

    def __post_init__(self) -> None:
        one_address(self.to)
        if not self.subject or self.subject != markdown.one_line(self.subject):
            raise BadSubject("A subject is one line of text.")

    @property
    def preview(self) -> str:
        """The same text for a page: no styles, no document round it. Made for who asks."""
        return str(markdown.to_preview(markdown.parse(self.source)))


def compose(
    template: str,
    *,
    kind: str,
    to: str,
    about: UUID,
    context: dict[str, Any],
    organisation: UUID | None = None,
) -> Letter:
    """Write the letter of ``template``. Nothing is stored and nothing sent: also for previews."""
    source = _letters().get_template(template).render(context)
    first, _, body = source.lstrip().partition("\n")
    if not first.startswith(SUBJECT):
        raise BadTemplate(f"{template} does not begin with its subject.")
    subject = markdown.to_text(markdown.parse(first.removeprefix(SUBJECT).strip())).strip()
    tokens = markdown.parse(body)
    text = markdown.to_text(tokens)
    html = _layouts().get_template("mail/letter.html.jinja")
    return Letter(
        kind=kind,
        to=to,
        subject=subject,
        text=text,
        html=html.render(
            subject=subject,
            body=markdown.to_html(tokens),
            service_name=settings.SERVICE_NAME,
            public_url=settings.PUBLIC_URL,
        ),
        about=about,
        organisation=organisation,
        source=body,
    )


def link(text: object, url: str) -> Markup:
    """``{{ link("Sign in", url) }}``: words that lead to an address of ours."""
    return Markup(f"[{markdown.escape(text)}](<{_destination(url)}>)")  # noqa: S704 - Markdown


def button(text: object, url: str) -> Markup:
    """``{{ button("Sign in", url) }}``: the one thing a letter asks for. Stands alone on a line."""
    destination = _destination(url)
    return Markup(f'[{markdown.escape(text)}](<{destination}> "{markdown.BUTTON}")')  # noqa: S704


def url_to(path: str) -> str:
    """An address of the service: ``PUBLIC_URL``, never the host a request came in by."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def _destination(url: str) -> str:
    return str(markdown.escape(url))


def _literal(value: object) -> Markup:
    """What Jinja puts in for every expression: mark-up made above as it is, all else escaped."""
    return value if isinstance(value, Markup) else markdown.escape(value)


@lru_cache
def _letters() -> Environment:
    """Templates in Markdown. An unknown name in one is an error, not an empty place."""
    environment = Environment(
        loader=FileSystemLoader([str(path) for path in get_app_template_dirs("jinja2")]),
        autoescape=True,
        finalize=_literal,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    environment.globals.update(link=link, button=button, url_to=url_to, settings=_Named())
    return environment


@lru_cache
def _layouts() -> Environment:
    return Environment(
        loader=FileSystemLoader([str(path) for path in get_app_template_dirs("jinja2")]),
        autoescape=True,
        undefined=StrictUndefined,
    )


class _Named:
    """The few settings a letter may speak of."""

    ALLOWED = frozenset({"SERVICE_NAME", "IDENTITY_PROVIDER_NAME", "SUPPORT_CONTACT"})

    def __getattr__(self, name: str) -> Any:
        if name not in self.ALLOWED:
            raise AttributeError(name)
        return getattr(settings, name)
