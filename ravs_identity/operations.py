"""What the commands of ``ravs identity`` do. Imported once Django is set up."""

import json
from typing import TextIO
from urllib.parse import urlsplit

import click
from django.conf import settings
from django.core.management import call_command

from ravs.core import env, lifeline
from ravs.core.commands import one_at_a_time
from ravs.core.probes import unapplied_migrations
from ravs.core.progress import progress
from ravs.core.serving import NowhereToListen, refuse_taken
from ravs_identity import people, serving
from ravs_identity.keys import NoSigningKey, ensure_signing_key, open_keys
from ravs_identity.oidc.clients import register

NO_TLS = (
    "Warning: IDENTITY_PUBLIC_URL is plain http on this machine: cookies are sent without Secure "
    "and without the __Host- prefix. Use an https address for anyone else."
)
WITHOUT_SCIM = "Warning: IDENTITY_SCIM_TOKEN is not set: SCIM refuses everybody."


def migrate() -> None:
    with one_at_a_time():
        call_command("migrate", interactive=False, verbosity=1)
        try:
            made = ensure_signing_key()
        except NoSigningKey as error:
            raise click.ClickException(str(error)) from error
    click.echo("A signing key was made." if made else "The signing key is in place.")


def serve(*, threads: int, end_with_parent: bool) -> None:
    refuse_unready()
    try:
        refuse_taken(settings.HOST, settings.PORT)
    except NowhereToListen as error:
        reason = str(error).replace("set PORT", "set IDENTITY_PORT")
        raise click.ClickException(reason) from error
    warn()
    if end_with_parent:
        lifeline.end_with_parent()
    serving.serve(host=settings.HOST, port=settings.PORT, threads=threads)


def refuse_unready() -> None:
    """Nothing is served from a database that is not set up, or whose key cannot be opened."""
    if unapplied_migrations():
        raise click.ClickException("The database is not up to date: run `ravs identity migrate`.")
    try:
        open_keys()
    except NoSigningKey as error:
        raise click.ClickException(str(error)) from error


def warn() -> None:
    if not settings.OVER_TLS:
        click.echo(NO_TLS, err=True)
    if not settings.SCIM_TOKEN:
        click.echo(WITHOUT_SCIM, err=True)


def add_client(
    *,
    client_id: str,
    name: str,
    redirect_uris: tuple[str, ...],
    logout_uris: tuple[str, ...],
    variable: str,
) -> None:
    for address in [*redirect_uris, *logout_uris]:
        refuse_address(address)
    changed = register(
        client_id=client_id,
        name=name,
        secret=env.secret(variable),
        redirect_uris=redirect_uris,
        logout_uris=logout_uris,
    )
    click.echo(f"Client {client_id} {'is registered' if changed else 'was registered already'}.")


def refuse_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        safe = parts.scheme == "https" or (parts.scheme == "http" and env.is_loopback(address))
        usable = safe and bool(parts.hostname) and not (parts.fragment or parts.username)
    except ValueError:
        usable = False
    if not usable or "*" in address or not address.isprintable() or " " in address:
        raise click.ClickException(
            "A redirect address must be https (http only on this machine), without fragment."
        )


def add_people(*, source: TextIO) -> None:
    try:
        entries = people.read(json.load(source))
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    added = 0
    with progress("Adding people", len(entries)) as advance:
        for entry in entries:
            added += people.add(entry)
            advance(1)
    click.echo(f"Added {added} of {len(entries)}.")
