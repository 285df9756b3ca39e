"""What the pages after sign-in say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from ravs.accounts.models import Account
from ravs.members.asking.presenters import Asking, asking
from ravs.members.entry.rules import Closed
from ravs.members.models import Membership
from ravs.organisations.models import Organisation


@dataclass(frozen=True)
class Helper:
    """Somebody who can give access back."""

    name: str
    email: str


def helpers(people: Sequence[Account]) -> tuple[Helper, ...]:
    return tuple(Helper(person.full_name, person.email) for person in people)


@dataclass(frozen=True)
class Refused:
    """One organisation that let the person in no longer, and who can help there."""

    organisation: str
    why: str
    helpers: tuple[Helper, ...]
    region: str
    region_email: str
    asking: Asking
    starts_on: date | None = None


@dataclass(frozen=True)
class DeadEnd:
    """The page for someone whom no organisation lets in: a reason, a helper, a way out."""

    refused: tuple[Refused, ...]
    may_go_elsewhere: bool = False
    email: str = ""
    provider_name: str = ""


@dataclass(frozen=True)
class ChoosePage:
    """The organisations a person may enter."""

    current: str
    count: int


Helpers = Callable[[Organisation], Sequence[Account]]
AskedAt = Callable[[Membership], datetime | None]


def dead_end(
    closed: Sequence[tuple[Membership, Closed]],
    helpers_at: Helpers,
    asked_at: AskedAt,
    *,
    may_go_elsewhere: bool = False,
    email: str = "",
) -> DeadEnd:
    """Say why, for every organisation but those whose invitation was withdrawn, and let people
    ask to be reactivated who can be."""
    told = [row for row in closed if row[1] != Closed.INVITATION_CANCELLED]
    return DeadEnd(
        refused=tuple(_refused(m, why, helpers_at, asked_at) for m, why in told),
        may_go_elsewhere=may_go_elsewhere,
        email=email,
        provider_name=settings.IDENTITY_PROVIDER_NAME,
    )


def _refused(
    membership: Membership, why: Closed, helpers_at: Helpers, asked_at: AskedAt
) -> Refused:
    organisation = membership.organisation
    people = [] if why == Closed.ORGANISATION_CLOSED else helpers_at(organisation)
    return Refused(
        organisation=str(organisation),
        why=why.value,
        helpers=helpers(people),
        region=organisation.region.name,
        region_email=organisation.region.contact_email,
        asking=asking(membership, asked_at(membership) if membership.is_deactivated else None),
        starts_on=membership.starts_on,
    )
