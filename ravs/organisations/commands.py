"""``ravs organisations …``"""

import re
from collections.abc import Callable

import click

from ravs.accounts.normalise import InvalidEmail, clean_email
from ravs.organisations.models import OrganisationType
from ravs.organisations.services import (
    add_organisation,
    add_site,
    organisation_by_ods,
    set_pcn_practices,
    set_region_contact,
)


def ods_code(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """An ODS code as it is stored; refuses what cannot be one."""
    if not re.fullmatch(r"[A-Za-z0-9]{2,10}", value.strip()):
        raise click.BadParameter("an ODS code is 2 to 10 letters and digits, such as RW3.")
    return value.strip().upper()


def ods_codes(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> list[str]:
    return [ods_code(context, parameter, value) for value in values]


def line(longest: int) -> Callable[[click.Context, click.Parameter, str], str]:
    """A reader of one line of text that fits its column."""

    def read(_context: click.Context, parameter: click.Parameter, value: str) -> str:
        text = " ".join(value.split())
        if len(text) > longest or not text.isprintable() or (parameter.required and not text):
            raise click.BadParameter(
                f"the {parameter.name} is one line of 1 to {longest} characters."
            )
        return text

    return read


@click.group()
def organisations() -> None:
    """Add organisations and their sites to the service."""


@organisations.command()
@click.option("--ods", required=True, callback=ods_code, help="ODS code, such as RW3.")
@click.option("--name", required=True, callback=line(200), help="Name, as people know it.")
@click.option(
    "--type", "kind", required=True, type=click.Choice([t.value for t in OrganisationType])
)
@click.option("--region", required=True, help="Code of the NHS England region, such as Y62.")
@click.option("--address", default="", callback=line(300), help="First line of the address.")
def add(ods: str, name: str, kind: str, region: str, address: str) -> None:
    """Add an organisation. The same values again change nothing."""
    organisation = add_organisation(
        ods=ods, name=name, kind=OrganisationType(kind), region=region, address=address
    )
    click.echo(f"{organisation} is {organisation.get_status_display().lower()}.")


@organisations.command("add-site")
@click.option("--ods", required=True, callback=ods_code, help="The organisation's ODS code.")
@click.option("--site", required=True, callback=ods_code, help="The site's ODS code.")
@click.option("--name", required=True, callback=line(200), help="The site's name.")
@click.option("--address", default="", callback=line(300), help="First line of the address.")
def site(ods: str, site: str, name: str, address: str) -> None:
    """Add a site, where vaccines are kept and given. The same values again change nothing."""
    organisation = organisation_by_ods(ods)
    added = add_site(organisation=organisation, ods=site, name=name, address=address)
    click.echo(f"{added} is a site of {organisation}.")


@organisations.command("pcn")
@click.option("--ods", required=True, callback=ods_code, help="ODS code of the GP surgery.")
@click.argument("practices", nargs=-1, callback=ods_codes)
def pcn(ods: str, practices: list[str]) -> None:
    """Say which GP practices are in the primary care network of a GP surgery.

    Who records a vaccination there that is paid for within the network alone is warned of patients
    of other practices. Without any ODS code nobody is warned.
    """
    told = set_pcn_practices(organisation=organisation_by_ods(ods), practices=practices)
    click.echo(f"{told}: {len(told.pcn_practices)} practices in its primary care network.")


def contact_address(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    try:
        return clean_email(value) if value.strip() else ""
    except InvalidEmail as error:
        raise click.BadParameter(str(error)) from error


@organisations.command("region-contact")
@click.option("--region", required=True, help="Code of the NHS England region, such as Y62.")
@click.option("--email", required=True, callback=contact_address, help="Empty: nobody is told.")
def region_contact(region: str, email: str) -> None:
    """Say where a region is told of organisations that lose their last lead administrator."""
    told = set_region_contact(code=region, email=email)
    click.echo(f"{told} ({told.code}) is told at {told.contact_email or 'no address'}.")
