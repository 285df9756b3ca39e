"""``ravs users …`` and ``ravs nightly``."""

from datetime import date, datetime
from pathlib import Path

import click
from django.conf import settings
from django.db import transaction

from ravs.accounts.models import Account
from ravs.accounts.normalise import InvalidEmail, clean_email, email_key
from ravs.accounts.services import unbind_identity
from ravs.core.dates import london_today
from ravs.core.errors import Refusal
from ravs.members import domains, services
from ravs.members.asking.commands import COMMANDS as ASKING
from ravs.members.forms import clean_name
from ravs.members.models import InvitationEnd, Level, Membership
from ravs.members.nightly import Night, run_night
from ravs.members.refusals import AlreadyMember
from ravs.members.services.details import Details
from ravs.organisations.commands import ods_code
from ravs.organisations.models import Organisation
from ravs.organisations.services import organisation_by_ods


class NoSuchPerson(Refusal):
    """Nobody with that address, or nobody at that organisation."""


class OtherDetails(Refusal):
    """The person is here already, with other details."""


class FutureDate(Refusal):
    """A night that has not come yet may only be simulated."""


def email_address(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    try:
        return clean_email(value)
    except InvalidEmail as error:
        raise click.BadParameter(str(error)) from error


def person_name(_context: click.Context, parameter: click.Parameter, value: str) -> str:
    from django.core.exceptions import ValidationError

    label = "First name" if parameter.name == "first_name" else "Last name"
    try:
        return clean_name(value, label=label)
    except ValidationError as error:
        raise click.BadParameter(error.messages[0]) from error


@click.group()
def users() -> None:
    """Add people, bring them back, delete their details, and allow email domains."""


@users.command()
@click.option("--ods", required=True, callback=ods_code, help="Organisation, by ODS code.")
@click.option("--email", required=True, callback=email_address, help="At an allowed domain.")
@click.option("--first-name", required=True, callback=person_name, help="Their first name.")
@click.option("--last-name", required=True, callback=person_name, help="Their last name.")
@click.option(
    "--level",
    required=True,
    type=click.Choice([level.value for level in Level]),
    help="Their permission level.",
)
@click.option("--vaccinator", is_flag=True, help="They give vaccines.")
def add(
    ods: str, email: str, first_name: str, last_name: str, level: str, vaccinator: bool
) -> None:
    """Invite a person to an organisation. The same values again change nothing.

    Nobody is brought back who was deactivated, or whose invite was cancelled: see `reactivate`.
    """
    details = Details(
        email=email,
        first_name=first_name,
        last_name=last_name,
        level=Level(level),
        vaccinator=vaccinator,
    )
    organisation = organisation_by_ods(ods)
    _refuse_to_bring_back(_member(organisation, email))
    try:
        membership = services.invite_member(actor=None, organisation=organisation, details=details)
    except AlreadyMember as refusal:
        membership = _same(refusal.membership, details)
    click.echo(f"{membership} is {membership.get_status_display().lower()}.")


def _member(organisation: Organisation, email: str) -> Membership | None:
    rows = organisation.memberships.select_related("account", "organisation")
    return rows.filter(account__email_key=email_key(email)).first()


def _refuse_to_bring_back(membership: Membership | None) -> None:
    """A list of people that is run again must not undo what a lead administrator decided."""
    if membership is None:
        return
    if membership.is_deactivated or membership.invitation_end == InvitationEnd.CANCELLED:
        state = "is deactivated" if membership.is_deactivated else "had the invite cancelled"
        raise OtherDetails(f"{membership} {state}. Nothing changed: use `ravs users reactivate`.")


def _same(membership: Membership, details: Details) -> Membership:
    there = (Level(membership.level), membership.vaccinator)
    account = membership.account
    is_known_elsewhere = account.memberships.exclude(pk=membership.pk).exists()
    is_same_name = _names(account) == (details.first_name, details.last_name)
    if there != (details.level, details.vaccinator) or not (is_same_name or is_known_elsewhere):
        raise OtherDetails(f"{membership} is there already, with other details. Nothing changed.")
    return membership


def _names(account: Account) -> tuple[str, str]:
    return account.first_name, account.last_name


@users.command()
@click.option("--ods", required=True, callback=ods_code, help="Organisation, by ODS code.")
@click.option("--email", required=True, help="Their email address.")
def reactivate(ods: str, email: str) -> None:
    """Bring back a deactivated person.

    For example an organisation's only lead administrator. Somebody whose invite has expired or was
    cancelled is invited again.
    """
    organisation = organisation_by_ods(ods)
    membership = _member(organisation, email)
    if membership is None:
        raise NoSuchPerson(f"{email} is not a user at {organisation}.")
    if membership.invitation_end:
        back = services.invite_member(
            actor=None, organisation=organisation, details=Details.of(membership)
        )
    else:
        back = services.reactivate_member(actor=None, membership=membership)
    click.echo(f"{back} is {back.get_status_display().lower()}.")


@users.command("unbind-identity")
@click.option("--email", required=True, help="Their email address.")
def unbind(email: str) -> None:
    """Forget the provider's account that a person logs in with.

    The account they log in with next takes its place. Make sure first who is asking.
    """
    account = Account.objects.filter(email_key=email_key(email)).first()
    if account is None:
        raise NoSuchPerson(f"Nobody here has the address {email}.")
    count = unbind_identity(actor=None, account=account)
    click.echo(f"{count} {'identity' if count == 1 else 'identities'} of {account} unbound.")


@users.command()
@click.option("--email", required=True, help="Their email address.")
@click.confirmation_option(prompt="This cannot be undone. Delete this person's details?")
def erase(email: str) -> None:
    """Delete a person's details, at their wish.

    That is their name, email address, access and emails. It is refused while they are a user
    anywhere, and where records have to keep their name. Make sure first who is asking. The history
    keeps what was done, and forgets by whom.
    """
    account = Account.objects.filter(email_key=email_key(email)).first()
    if account is None:
        raise NoSuchPerson(f"Nobody here has the address {email}.")
    services.erase_account(account=account)
    click.echo("Erased. Their account at the identity provider is not touched.")


@users.command("import-domains")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--consumer-mail", is_flag=True, help="Also domains where anybody has an address.")
def import_domains(file: Path, consumer_mail: bool) -> None:
    """Load allowed email domains from a JSON FILE of rules."""
    rules = domains.read_rules(file)
    done = domains.import_domains(rules=rules, consumer_mail=consumer_mail)
    click.echo(
        f"{done.written} domains written, {done.unchanged} unchanged, "
        f"{done.skipped} left out as consumer mail."
    )


for asking in ASKING:
    users.add_command(asking)


@click.command()
@click.option("--date", "night", type=click.DateTime(["%Y-%m-%d"]), help="London date to run for.")
@click.option("--simulate", is_flag=True, help="Do it all, say what was done, and undo it.")
def nightly(night: datetime | None, simulate: bool) -> None:
    """Apply the 90-day rule and its warnings, end old invitations, check the counts."""
    today = night.date() if night else london_today()
    if today > london_today() and not (simulate or settings.MAY_RUN_FUTURE_NIGHTS):
        raise FutureDate(f"{today} has not come yet. Use --simulate to see what it would bring.")
    done = _simulated(today) if simulate else _run(today)
    click.echo(f"Night of {today}{' (simulated, nothing kept)' if simulate else ''}: {done}.")


def _run(today: date) -> Night:
    done = Night()
    with click.progressbar(run_night(today=today), label="Working", show_eta=False) as slices:
        for so_far in slices:
            done = so_far
    return done


def _simulated(today: date) -> Night:
    """Each slice is undone before the next begins, so that nobody waits for its locks."""
    night, done = run_night(today=today), Night()
    while True:
        with transaction.atomic():
            so_far = next(night, None)
            transaction.set_rollback(True)
        if so_far is None:
            return done
        done = so_far
