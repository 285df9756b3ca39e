"""``ravs identity``: set up and run the local identity provider, and register its clients."""

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TextIO
from urllib.parse import urlsplit

import click

SETTINGS = "ravs_identity.settings"


def with_django(command: Callable[..., Any]) -> Callable[..., Any]:
    """The provider has settings of its own, and needs them only once a command really runs."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
        import django

        django.setup()
        return command(*args, **kwargs)

    return run


@click.group()
def identity() -> None:
    """Run the local identity provider: sign-in with a password, for a small organisation.

    Its settings are IDENTITY_DATABASE_URL, IDENTITY_SECRET_KEY, IDENTITY_PUBLIC_URL,
    IDENTITY_PORT, IDENTITY_SCIM_TOKEN, EMAIL_URL and EMAIL_FROM.
    """


@identity.command()
@with_django
def migrate() -> None:
    """Bring the provider's database up to this version, and make its signing key.

    The key is kept in the database, encrypted with IDENTITY_SECRET_KEY. Safe to run again.
    """
    from django.core.management import call_command

    from ravs.core.commands import one_at_a_time
    from ravs_identity.keys import NoSigningKey, ensure_signing_key

    with one_at_a_time():
        call_command("migrate", interactive=False, verbosity=1)
        try:
            made = ensure_signing_key()
        except NoSigningKey as error:
            raise click.ClickException(str(error)) from error
    click.echo("A signing key was made." if made else "The signing key is in place.")


@identity.command()
@click.option("--threads", default=8, show_default=True, help="Requests answered at a time.")
@click.option("--end-with-parent", is_flag=True, help="End when the process that started it ends.")
@with_django
def serve(threads: int, end_with_parent: bool) -> None:
    """Answer browsers at IDENTITY_HOST:IDENTITY_PORT (127.0.0.1:8001) and send the mail."""
    from django.conf import settings

    from ravs.core.commands import refuse_taken
    from ravs_identity import lifeline, serving

    _refuse_unready()
    try:
        refuse_taken(settings.HOST, settings.PORT)
    except click.ClickException as error:
        taken = f"Port {settings.PORT} on {settings.HOST} is taken: set IDENTITY_PORT."
        raise click.ClickException(taken) from error
    _warn()
    if end_with_parent:
        lifeline.end_with_parent()
    serving.serve(host=settings.HOST, port=settings.PORT, threads=threads)


def _refuse_unready() -> None:
    from ravs.core.probes import unapplied_migrations
    from ravs_identity.keys import NoSigningKey, open_keys

    if unapplied_migrations():
        raise click.ClickException("The database is not up to date: run `ravs identity migrate`.")
    try:
        open_keys()
    except NoSigningKey as error:
        raise click.ClickException(str(error)) from error


def _warn() -> None:
    from django.conf import settings

    if not settings.OVER_TLS:
        click.echo(
            "Warning: IDENTITY_PUBLIC_URL is plain http on this machine: cookies are sent without "
            "Secure and without the __Host- prefix. Use an https address for anyone else.",
            err=True,
        )
    if not settings.SCIM_TOKEN:
        click.echo("Warning: IDENTITY_SCIM_TOKEN is not set: SCIM refuses everybody.", err=True)


@identity.group()
def client() -> None:
    """The services that send people here to sign in."""


@client.command("add")
@click.option("--id", "client_id", required=True, help="The client's identifier.")
@click.option("--name", default="", help="What people know the service by.")
@click.option("--redirect-uri", "redirect_uris", required=True, multiple=True)
@click.option("--post-logout-redirect-uri", "logout_uris", multiple=True)
@click.option(
    "--secret-from-env",
    "variable",
    default="OIDC_CLIENT_SECRET",
    show_default=True,
    help="The environment variable that holds the client's secret.",
)
@with_django
def client_add(
    client_id: str,
    name: str,
    redirect_uris: tuple[str, ...],
    logout_uris: tuple[str, ...],
    variable: str,
) -> None:
    """Register a service, or bring its registration up to date. The same again changes nothing."""
    from ravs.core import env
    from ravs_identity.oidc.clients import register

    for address in [*redirect_uris, *logout_uris]:
        _refuse_address(address)
    changed = register(
        client_id=client_id,
        name=name,
        secret=env.secret(variable),
        redirect_uris=redirect_uris,
        logout_uris=logout_uris,
    )
    click.echo(f"Client {client_id} {'is registered' if changed else 'was registered already'}.")


def _refuse_address(address: str) -> None:
    from ravs.core import env

    try:
        parts = urlsplit(address)
        usable = parts.scheme == "https" or (parts.scheme == "http" and env.is_loopback(address))
    except ValueError:
        usable = False
    if not usable or parts.fragment or parts.username or "*" in address:
        raise click.ClickException(
            "A redirect address must be https (http only on this machine), without fragment."
        )


@identity.group()
def people() -> None:
    """The people who may sign in. A directory adds them by SCIM; an operator can do so here."""


@people.command("add")
@click.option("--file", "source", type=click.File(encoding="utf-8"), default="-")
@with_django
def people_add(source: TextIO) -> None:
    """Add people ready to sign in, from a JSON list on standard input or in FILE.

    Each has email, first_name, last_name, password and, if known, external_id. No e-mail is sent:
    the operator vouches for the addresses. Whoever is here already is left as they are.
    """
    from ravs.core.progress import progress
    from ravs_identity import people as register

    try:
        entries = register.read(json.load(source))
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    added = 0
    with progress("Adding people", len(entries)) as advance:
        for entry in entries:
            added += register.add(entry)
            advance(1)
    click.echo(f"Added {added} of {len(entries)}.", file=sys.stdout)
