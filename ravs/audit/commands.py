"""``ravs audit``: proving that the history is whole."""

from uuid import UUID

import click
from django.conf import settings
from django.utils.module_loading import import_string

from ravs.audit import verify as verifying
from ravs.core.progress import progress


@click.group()
def audit() -> None:
    """Prove that the history is whole."""


@audit.command()
@click.option("--ods", help="Only the history of the organisation with this ODS code.")
def verify(ods: str | None) -> None:
    """Read the history again from its first row and check every row against the one before.

    Ends with status 0 when nothing was changed, removed or moved; otherwise names the first row
    at which something was. People erased by right are counted, and are no fault.
    """
    chains: list[UUID | None] = [*organisations(ods)] if ods else [None]
    total = sum(verifying.length(chain) for chain in chains)
    with progress("Checking the history", total) as advance:
        reports = [verifying.verify(chain, advance=advance) for chain in chains]
    for report in reports:
        if report.first_bad:
            raise click.ClickException(str(report.first_bad))
    checked = sum(report.checked for report in reports)
    erased = sum(report.erased for report in reports)
    click.echo(f"{checked} events checked: the history is whole. {erased} erased.")


def organisations(ods: str) -> list[UUID]:
    """Every organisation that bears or bore this code; asked of the room that the settings name."""
    found: list[UUID] = import_string(settings.AUDIT_ORGANISATIONS_BY_ODS)(ods)
    if not found:
        raise click.ClickException(f"No organisation has the ODS code {ods}.")
    return found
