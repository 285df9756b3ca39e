"""Changing what a person may do, and what they are called."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import Event, MemberChanged, MemberDatesChanged, MemberRenamed
from ravs.core.dates import london_today
from ravs.mail.services import enqueue
from ravs.members import dates, emails, ground
from ravs.members.models import Level, Membership
from ravs.members.names import write_keys
from ravs.members.permissions import is_last_lead, is_reduction, may_be_changed
from ravs.members.refusals import (
    ChangedMeanwhile,
    LastLeadAdministrator,
    LastLeadEnds,
    NotInThatState,
)

WRITTEN = (
    "level",
    "vaccinator",
    "clinician",
    "reduced_at",
    "starts_on",
    "ends_on",
    "end_told_days",
)


@dataclass(frozen=True)
class Standing:
    """What *Change* sets: a level, the flags that steer pick-lists, the first and last day."""

    level: Level
    vaccinator: bool
    clinician: bool = False
    starts_on: date | None = None
    ends_on: date | None = None

    @classmethod
    def of(cls, membership: Membership) -> "Standing":
        return cls(
            Level(membership.level),
            membership.vaccinator,
            membership.clinician,
            membership.starts_on,
            membership.ends_on,
        )

    @property
    def rights(self) -> tuple[Level, bool, bool]:
        """The part that is no date."""
        return self.level, self.vaccinator, self.clinician

    @property
    def dates(self) -> tuple[date | None, date | None]:
        return self.starts_on, self.ends_on


@transaction.atomic
def change_member(
    *,
    actor: Account | None,
    membership: Membership,
    standing: Standing,
    shown: Standing | None = None,
    undo: bool = False,
) -> Membership:
    """Set a person's level, flags and dates at this organisation; no difference, no event.

    A raise waits for the person's next log-in; a reduction ends their session here, so that
    their next request is that log-in. The flags steer pick-lists at once. ``shown`` is what the
    person who decided was looking at: somebody else's change meanwhile is not undone by chance.

    Raises:
        NotALeadAdministrator, NotInThatState, ChangedMeanwhile, DatesNotPossible,
        LastLeadAdministrator (guards G1 and G2), LastLeadEnds (an end date for the last one),
        OrganisationNotOpen (raising while the organisation is deactivated)
    """
    membership = ground.lock_membership(membership)
    ground.require_lead(actor, membership.organisation)
    if not may_be_changed(membership):
        raise NotInThatState(membership)
    before = Standing.of(membership)
    if standing == before:
        return membership
    if shown is not None and shown != before:
        raise ChangedMeanwhile(membership)
    _check_level(membership, before, standing)
    _check_dates(membership, before, standing)
    _write(membership, before, standing)
    for event in _events(before, standing, undo=undo):
        audit.record(
            event,
            actor=ground.person(actor),
            subject=ground.person(membership.account),
            organisation=membership.organisation.public_id,
        )
    if standing.level != before.level and membership.is_active:
        enqueue(emails.level_changed(membership, before=before.level))
    return membership


def _events(before: Standing, after: Standing, *, undo: bool) -> Iterator[Event]:
    if before.rights != after.rights:
        yield MemberChanged(
            level_before=before.level,
            level_after=after.level,
            vaccinator_before=before.vaccinator,
            vaccinator_after=after.vaccinator,
            clinician_before=before.clinician,
            clinician_after=after.clinician,
            undo=undo,
        )
    if before.dates != after.dates:
        yield MemberDatesChanged(
            starts_before=before.starts_on,
            starts_after=after.starts_on,
            ends_before=before.ends_on,
            ends_after=after.ends_on,
        )


def _check_dates(membership: Membership, before: Standing, after: Standing) -> None:
    """An end date may not be what leaves an organisation without a lead administrator."""
    if after.dates == before.dates:
        return
    today = london_today()
    dates.check(*after.dates, today)
    if after.starts_on and after.starts_on > today and membership.is_active:
        raise NotInThatState(membership)
    is_active_lead = membership.is_active and after.level == Level.LEAD_ADMINISTRATOR
    if after.ends_on and is_active_lead and not ground.other_lasting_leads(membership).exists():
        raise LastLeadEnds(membership)


def _check_level(membership: Membership, before: Standing, after: Standing) -> None:
    if after.level == before.level:
        return
    if not is_reduction(before=before.level, after=after.level):
        ground.require_open(membership.organisation)
    elif is_last_lead(membership, other_leads=ground.other_active_leads(membership)):
        raise LastLeadAdministrator(membership)


def _write(membership: Membership, before: Standing, after: Standing) -> None:
    membership.level = after.level
    membership.vaccinator, membership.clinician = after.vaccinator, after.clinician
    membership.starts_on = after.starts_on
    if membership.ends_on != after.ends_on:
        membership.ends_on, membership.end_told_days = after.ends_on, None
    if is_reduction(before=before.level, after=after.level):
        membership.reduced_at = timezone.now()
        ground.end_snapshots([membership])
    membership.save(update_fields=[*WRITTEN])


def rename_person(*, actor: Account, account: Account, first_name: str, last_name: str) -> Account:
    """Change a person's own name everywhere at once; existing records keep their snapshot."""
    renamed = None
    while renamed is None:
        with transaction.atomic():
            renamed = _rename(actor, account, first_name, last_name)
            if renamed is None:
                transaction.set_rollback(True)
    return renamed


def _rename(actor: Account, account: Account, first_name: str, last_name: str) -> Account | None:
    """One try; nothing when the person was added somewhere else before all locks were held."""
    places = ground.lock_organisations(account.memberships.values_list("organisation", flat=True))
    memberships = list(
        account.memberships.select_for_update(no_key=True, of=("self",))
        .filter(organisation__in=places)
        .select_related("organisation")
        .order_by("pk")
    )
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if account.memberships.exclude(organisation__in=places).exists():
        return None
    if (account.first_name, account.last_name) == (first_name, last_name):
        return account
    before = ground.person(account)
    account.first_name, account.last_name = first_name, last_name
    account.save(update_fields=["first_name", "last_name"])
    write_keys(account, memberships)
    audit.record_many(
        audit.Entry(
            event=MemberRenamed(),
            actor=before if actor.pk == account.pk else ground.person(actor),
            subject=ground.person(account),
            formerly=before,
            organisation=membership.organisation.public_id,
        )
        for membership in memberships
    )
    return account
