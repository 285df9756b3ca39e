"""``ravs care-homes …``: what the local directory of organisations knows."""

from pathlib import Path

import click
from django.conf import settings

from ravs.integrations.ods import loading

LOCAL = "ravs.integrations.ods.local.LocalDirectory"


@click.group(name="care-homes")
def care_homes() -> None:
    """Fill the local directory with care homes."""
    if settings.ORGANISATION_DIRECTORY != LOCAL:
        raise click.ClickException("Care homes are looked up elsewhere (ORGANISATION_DIRECTORY).")


@care_homes.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Load care homes from a CSV file with the columns ods, name and address.

    Whichever is there already gets the file's details. A wrong line, and none is loaded.
    """
    click.echo(f"{loading.load(file):,} care homes were loaded.")
