"""``ravs identity``: set up and run the local identity provider, and register its clients.

The provider has settings of its own, and needs them only once a command really runs: what each
command does stands in ``operations``, which is loaded then and not before.
"""

import os
from importlib import import_module
from typing import Any, TextIO

import click
import django

SETTINGS = "ravs_identity.settings"


def carry_out(operation: str, **given: Any) -> None:
    os.umask(0o077)  # a database file is for this user alone
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    django.setup()
    getattr(import_module("ravs_identity.operations"), operation)(**given)


@click.group()
def identity() -> None:
    """Run the local identity provider: sign-in with a password, for a small organisation.

    Its settings are IDENTITY_DATABASE_URL, IDENTITY_SECRET_KEY, IDENTITY_PUBLIC_URL,
    IDENTITY_PORT, IDENTITY_SCIM_TOKEN, EMAIL_URL and EMAIL_FROM.
    """


@identity.command()
def migrate() -> None:
    """Bring the provider's database up to date, and make its signing key.

    The key is kept in the database, encrypted with IDENTITY_SECRET_KEY. Safe to run again.
    """
    carry_out("migrate")


@identity.command()
@click.option("--threads", default=8, show_default=True, help="Requests answered at a time.")
@click.option("--end-with-parent", is_flag=True, help="End when the process that started it ends.")
def serve(threads: int, end_with_parent: bool) -> None:
    """Answer browsers and send the mail, until told to stop.

    Listens at IDENTITY_HOST:IDENTITY_PORT (127.0.0.1:8001).
    """
    carry_out("serve", threads=threads, end_with_parent=end_with_parent)


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
def client_add(
    client_id: str,
    name: str,
    redirect_uris: tuple[str, ...],
    logout_uris: tuple[str, ...],
    variable: str,
) -> None:
    """Register a service, or bring its registration up to date. The same again changes nothing."""
    carry_out(
        "add_client",
        client_id=client_id,
        name=name,
        redirect_uris=redirect_uris,
        logout_uris=logout_uris,
        variable=variable,
    )


@identity.group()
def people() -> None:
    """The people who may sign in.

    A directory adds them by SCIM; an operator can do so here.
    """


@people.command("add")
@click.option("--file", "source", type=click.File(encoding="utf-8"), default="-")
def people_add(source: TextIO) -> None:
    """Add people ready to sign in, from a JSON list on standard input or in FILE.

    Each has email, first_name, last_name, password and, if known, external_id. No e-mail is sent:
    the operator vouches for the addresses. Whoever is here already is left as they are.
    """
    carry_out("add_people", source=source)
