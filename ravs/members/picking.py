"""Who was picked for one act for several people: those ticked, or everybody that a list shows.

The pick stands in the address of the page that says what will happen, and is sent again when it
is confirmed. A fingerprint of whom it means goes along, so that nobody is done to who was not
meant when the page was read.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from ravs.members.models import BulkVerb, InvitationEnd, Level, Membership, Status
from ravs.members.narrowing import NO, YES, Narrowing
from ravs.members.selectors import matching
from ravs.members.services.bulk import Wanted
from ravs.organisations.models import Organisation

MOST_TICKED = 500

VERBS: dict[Status, tuple[BulkVerb, ...]] = {
    Status.ACTIVE: (BulkVerb.LEVEL, BulkVerb.VACCINATOR, BulkVerb.DEACTIVATE),
    Status.INVITED: (BulkVerb.RESEND, BulkVerb.LEVEL, BulkVerb.VACCINATOR),
    Status.DEACTIVATED: (BulkVerb.REACTIVATE,),
}
"""What can be done to several people in each tab."""


@dataclass(frozen=True)
class Pick:
    """What an address says was picked. ``ticked`` are public ids; ``everybody`` all that match."""

    status: Status
    verb: BulkVerb | None
    ticked: tuple[UUID, ...]
    everybody: bool
    narrowing: Narrowing
    level: Level | None
    vaccinator: bool | None

    @classmethod
    def read(cls, asked: QueryDict) -> "Pick":
        """Nonsense picks nobody, or leaves the act unsaid."""
        named = asked.get("status", "")
        status = Status(named) if named in Status.values else Status.ACTIVE
        verb, level = asked.get("verb", ""), asked.get("level_to", "")
        return cls(
            status=status,
            verb=BulkVerb(verb) if verb in VERBS[status] else None,
            ticked=tuple(_ids(asked.getlist("member"))),
            everybody=asked.get("everybody") == YES,
            narrowing=Narrowing.read(asked, status),
            level=Level(level) if level in Level.values else None,
            vaccinator={YES: True, NO: False}.get(asked.get("vaccinator_to", "")),
        )

    def people(self, organisation: Organisation) -> QuerySet[Membership]:
        """The memberships it means, all of this organisation."""
        if self.everybody:
            return matching(organisation, self.status, self.narrowing)
        rows = organisation.memberships.exclude(invitation_end=InvitationEnd.CANCELLED)
        return rows.filter(public_id__in=self.ticked).order_by("sort_key", "pk")

    @property
    def wanted(self) -> Wanted | None:
        """The act, once everything that it needs has been said."""
        if self.verb is None:
            return None
        if self.verb == BulkVerb.LEVEL:
            return Wanted(self.verb, level=self.level) if self.level else None
        if self.verb == BulkVerb.VACCINATOR:
            said = self.vaccinator is not None
            return Wanted(self.verb, vaccinator=self.vaccinator) if said else None
        return Wanted(self.verb)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The pick as fields of a form or an address, without the answer to a question."""
        pairs = [("status", self.status.value), *self.narrowing.pairs.items()]
        if self.verb:
            pairs.append(("verb", self.verb.value))
        if self.everybody:
            return [*pairs, ("everybody", YES)]
        return [*pairs, *(("member", str(member)) for member in self.ticked)]

    @property
    def answers(self) -> list[tuple[str, str]]:
        """The answer to what the act asks."""
        if self.verb == BulkVerb.LEVEL and self.level:
            return [("level_to", self.level.value)]
        if self.verb == BulkVerb.VACCINATOR and self.vaccinator is not None:
            return [("vaccinator_to", YES if self.vaccinator else NO)]
        return []


def _ids(given: list[str]) -> list[UUID]:
    found = []
    for text in given[:MOST_TICKED]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def fingerprint(people: QuerySet[Membership]) -> str:
    """A short digest of whom a pick means, whatever the order."""
    keys = sorted(people.order_by().values_list("pk", flat=True))
    return hashlib.sha256(",".join(map(str, keys)).encode()).hexdigest()[:32]
