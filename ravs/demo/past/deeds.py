"""What people did, done by the services' own verbs.

Written as rows only what no verb exists for yet: the pharmacy company, and an organisation's last
90 days and closing. Each such change of an organisation has its event, as its verb will write it.
"""

from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.accounts.services import begin_session, end_session
from ravs.accounts.sessions import SessionStore
from ravs.accounts.visitors import Visit
from ravs.audit import services as audit
from ravs.audit.events import MemberDeactivated, OrganisationStatusChanged
from ravs.core.dates import london_date
from ravs.demo.past import story
from ravs.members import counts, ground, services
from ravs.members.entry import services as entry
from ravs.members.models import DeactivationReason, Level, Membership, Status
from ravs.members.services.change import Standing
from ravs.members.services.details import Details
from ravs.organisations.models import (
    Group,
    Organisation,
    OrganisationStatus,
    OrganisationType,
)
from ravs.organisations.services import add_organisation, add_site, set_region_contact
from ravs.vaccines.services import import_shipped_catalogue

WIND_DOWN = timedelta(days=90)


def lay_ground(cast: story.Cast) -> None:
    """The catalogue, addresses of regions and the companies that own pharmacies."""
    import_shipped_catalogue()
    for code, address in cast.region_contacts.items():
        set_region_contact(code=code, email=address)
    Group.objects.bulk_create(Group(ods=group.ods, name=group.name) for group in cast.groups)


def open_organisation(place: story.Place) -> Organisation:
    organisation = add_organisation(
        ods=place.ods,
        name=place.name,
        kind=OrganisationType(place.kind),
        region=place.region,
        address=place.address,
    )
    if place.group:
        organisation.group = Group.objects.get(ods=place.group)
        organisation.save(update_fields=["group"])
    for site in place.all_sites:
        add_site(organisation=organisation, ods=site.ods, name=site.name, address=site.address)
    return organisation


def begin_wind_down(organisation: Organisation) -> None:
    """The region deactivates an organisation: 90 days are left."""
    now = timezone.now()
    _turn(
        organisation,
        OrganisationStatus.DEACTIVATED,
        deactivated_at=now,
        closes_on=london_date(now) + WIND_DOWN,
    )


@transaction.atomic
def close(organisation: Organisation) -> None:
    """The 90 days are over: nobody belongs there any more."""
    now = timezone.now()
    _turn(organisation, OrganisationStatus.CLOSED, closed_on=london_date(now))
    left = list(organisation.memberships.filter(status=Status.ACTIVE).select_related("account"))
    Membership.objects.filter(pk__in=[row.pk for row in left]).update(
        status=Status.DEACTIVATED,
        deactivated_at=now,
        deactivated_reason=DeactivationReason.ORGANISATION,
    )
    counts.recount([organisation.pk])
    audit.record_many(
        audit.Entry(
            event=MemberDeactivated(reason=DeactivationReason.ORGANISATION),
            subject=ground.person(row.account),
            organisation=organisation.public_id,
        )
        for row in left
    )


@transaction.atomic
def _turn(organisation: Organisation, after: OrganisationStatus, **dates: object) -> None:
    organisation.refresh_from_db()
    before = organisation.status
    Organisation.objects.filter(pk=organisation.pk).update(status=after, **dates)
    event = OrganisationStatusChanged(before=before, after=after)
    audit.record(event, organisation=organisation.public_id)


def invite(
    part: story.Part, *, email: str, organisation: Organisation, actor: Account | None
) -> Membership:
    first, last = story.names_of(part.who)
    details = Details(
        email=email,
        first_name=first,
        last_name=last,
        level=Level(part.level),
        vaccinator=part.gives,
    )
    return services.invite_member(actor=actor, organisation=organisation, details=details)


def visit(membership: Membership) -> None:
    """Log in, enter the organisation, and close the browser."""
    request = HttpRequest()
    request.session = SessionStore()
    visitor: Visit = request  # type: ignore[assignment]
    visitor.account = None
    account = Account.objects.get(pk=membership.account_id)
    session = begin_session(request=visitor, account=account)
    entry.sign_in(account=account, session=session)
    entry.enter_organisation(account=account, session=session, membership=membership)
    end_session(visitor)


def turn(membership: Membership, what: story.Turn, *, actor: Account | None) -> None:
    """One change in what a person is at an organisation."""
    match what:
        case story.Changed(level=level, gives=gives):
            services.change_member(
                actor=actor, membership=membership, standing=Standing(Level(level), gives)
            )
        case story.Left(by_self=by_self):
            whoever = membership.account if by_self else actor
            services.deactivate_member(actor=whoever, membership=membership)
        case story.Back():
            services.reactivate_member(actor=actor, membership=membership)
        case story.SentAgain():
            services.resend_invitation(actor=actor, membership=membership)
        case story.Cancelled():
            services.cancel_invitation(actor=actor, membership=membership)
