"""``ravs users requests``, ``grant`` and ``decline``: answers where no lead is left."""

import click

from ravs.accounts.normalise import email_key
from ravs.core.errors import Refusal
from ravs.core.presenters import written_date
from ravs.members.asking import services
from ravs.members.models import Level, Membership, ReactivationRequest
from ravs.organisations.commands import ods_code
from ravs.organisations.models import OrganisationStatus
from ravs.organisations.services import organisation_by_ods

Ods = click.option("--ods", required=True, callback=ods_code, help="Organisation, by ODS code.")
Email = click.option("--email", required=True, help="Their email address.")


class NobodyAsks(Refusal):
    """There is no request waiting of that person at that organisation."""


def _ods_or_all(context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    return ods_code(context, parameter, value) if value else ""


@click.command("requests")
@click.option("--ods", callback=_ods_or_all, help="One organisation only, by ODS code.")
def requests(ods: str) -> None:
    """List who asks to be reactivated, and why.

    Those who have waited longest come first. Those marked * are at organisations that had no active
    lead administrator when they asked.
    """
    rows = ReactivationRequest.objects.filter(state=ReactivationRequest.State.WAITING)
    rows = rows.exclude(organisation__status=OrganisationStatus.CLOSED)
    if ods:
        rows = rows.filter(organisation=organisation_by_ods(ods))
    found = rows.select_related("membership__account", "organisation").order_by("pk")
    for row in found.iterator():
        click.echo(_line(row))
    if not found.exists():
        click.echo("Nobody is waiting for an answer.")


def _line(request: ReactivationRequest) -> str:
    account = request.membership.account
    mark = "* " if request.to_region else "  "
    level = Level(request.membership.level).label.lower()
    reason = " ".join(request.reason.split())
    return (
        f"{mark}{request.organisation.ods} {account.email} ({account.full_name}, {level}), "
        f"asked on {written_date(request.asked_at)}: {reason}"
    )


@click.command()
@Ods
@Email
def grant(ods: str, email: str) -> None:
    """Accept somebody's request to be reactivated. Make sure first who they are."""
    back = services.accept_request(actor=None, membership=_asking(ods, email))
    click.echo(f"{back} is {back.get_status_display().lower()}.")


@click.command()
@Ods
@Email
def decline(ods: str, email: str) -> None:
    """Decline somebody's request to be reactivated. They are told by email."""
    membership = _asking(ods, email)
    services.decline_request(actor=None, membership=membership)
    click.echo(f"The request of {membership} is declined.")


def _asking(ods: str, email: str) -> Membership:
    organisation = organisation_by_ods(ods)
    rows = organisation.memberships.select_related("account", "organisation")
    found = rows.filter(account__email_key=email_key(email)).first()
    if found is None or services.waiting_of(found) is None:
        raise NobodyAsks(f"No request of {email} waits for an answer at {organisation}.")
    return found


COMMANDS = (requests, grant, decline)
