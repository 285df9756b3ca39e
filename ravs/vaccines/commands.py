"""``ravs catalogue …`` and ``ravs vaccines …``"""

from pathlib import Path

import click

from ravs.core.dates import london_today
from ravs.organisations.commands import ods_code
from ravs.organisations.services import organisation_by_ods
from ravs.vaccines import services
from ravs.vaccines.catalogue.reading import BadCatalogue
from ravs.vaccines.catalogue.showing import sections
from ravs.vaccines.services.enabling import type_by_code

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def catalogue() -> None:
    """What can be given, to whom and how: rows that a file brings."""


@catalogue.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Check it all, say what would change, keep nothing.")
def import_(file: Path, dry_run: bool) -> None:
    """Add and change rows of the catalogue from a TOML FILE.

    Rows that the file does not name stay as they are. The same file again changes nothing. If
    anything is wrong with the file, every fault is listed and nothing is changed.
    """
    try:
        done = services.import_catalogue(file=file, dry_run=dry_run)
    except BadCatalogue as refusal:
        for fault in refusal.faults:
            click.echo(fault)
        raise click.ClickException(refusal.summary) from refusal
    would = "would be " if dry_run else ""
    click.echo(f"{done.added} rows {would}added, {done.changed} {would}changed.")


@catalogue.command()
@click.option("--needs-check", is_flag=True, help="Only what a clinician has still to confirm.")
def show(needs_check: bool) -> None:
    """Print what the catalogue says today."""
    for section in sections(london_today(), needs_check=needs_check):
        click.echo(section.title)
        for row in section.rows:
            unsure = f" (needs clinical check: {', '.join(row.needs_check)})"
            click.echo(f"  {row.text}{unsure if row.needs_check else ''}")


@click.group()
def vaccines() -> None:
    """Say which vaccines an organisation may give."""


@vaccines.command()
@click.option("--ods", required=True, callback=ods_code, help="Organisation, by ODS code.")
@click.option("--type", "code", required=True, help="Code of the vaccine, such as flu.")
def enable(ods: str, code: str) -> None:
    """Let an organisation give a vaccine. The same again changes nothing."""
    organisation, type_ = organisation_by_ods(ods), type_by_code(code)
    services.enable_vaccine(actor=None, organisation=organisation, type=type_)
    click.echo(f"{organisation} can give {type_.name}.")


@vaccines.command()
@click.option("--ods", required=True, callback=ods_code, help="Organisation, by ODS code.")
@click.option("--type", "code", required=True, help="Code of the vaccine, such as flu.")
def withdraw(ods: str, code: str) -> None:
    """Let an organisation give a vaccine no longer. Its batches and records stay."""
    organisation, type_ = organisation_by_ods(ods), type_by_code(code)
    services.withdraw_vaccine(organisation=organisation, type=type_)
    click.echo(f"{organisation} cannot give {type_.name}.")
