"""``ravs organisations …``"""

import re

import click

from ravs.audit.verify import length, verify
from ravs.core.errors import Refusal
from ravs.organisations.models import OrganisationType
from ravs.organisations.services import add_organisation, organisation_by_ods


def ods_code(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """An ODS code as it is stored; refuses what cannot be one."""
    if not re.fullmatch(r"[A-Za-z0-9]{2,10}", value.strip()):
        raise click.BadParameter("an ODS code is 2 to 10 letters and digits, such as RW3.")
    return value.strip().upper()


@click.group()
def organisations() -> None:
    """Add organisations to the service."""


@organisations.command()
@click.option("--ods", required=True, callback=ods_code, help="ODS code, such as RW3.")
@click.option("--name", required=True, help="Name, as people know it.")
@click.option(
    "--type", "kind", required=True, type=click.Choice([t.value for t in OrganisationType])
)
@click.option("--region", required=True, help="Code of the NHS England region, such as Y62.")
@click.option("--address", default="", help="First line of the address.")
def add(ods: str, name: str, kind: str, region: str, address: str) -> None:
    """Add an organisation. The same values again change nothing."""
    organisation = add_organisation(
        ods=ods, name=name, kind=OrganisationType(kind), region=region, address=address
    )
    click.echo(f"{organisation} is {organisation.get_status_display().lower()}.")


def optional_ods_code(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    return ods_code(context, parameter, value) if value else None


class HistoryIsBroken(Refusal):
    """What an entry of the history says is not what was written."""


@click.group()
def audit() -> None:
    """Prove that the history is whole."""


@audit.command("verify")
@click.option("--ods", callback=optional_ods_code, help="One organisation only, by ODS code.")
def verify_history(ods: str | None) -> None:
    """Read every entry of the history and name the first that is not as it was written."""
    chain = organisation_by_ods(ods).public_id if ods else None
    with click.progressbar(length=length(chain), label="Reading") as bar:
        report = verify(chain, advance=bar.update)
    if report.first_bad:
        raise HistoryIsBroken(str(report.first_bad))
    erased = f", {report.erased} names erased" if report.erased else ""
    click.echo(f"{report.checked} entries in {report.chains} histories are whole{erased}.")
