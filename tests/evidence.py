"""What a verb left behind: events, letters, calls, counts. Read from the tables themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ravs.audit.models import Event
from ravs.audit.verify import verify
from ravs.mail.models import Message
from ravs.members import counts
from ravs.members.models import IdentityCall, MemberCount, Membership
from ravs.organisations.models import Organisation


@dataclass
class Left:
    """What happened inside a ``with left_behind():`` block, filled when the block ends."""

    events: list[str]
    letters: list[tuple[str, str]]
    calls: list[str]

    @property
    def nothing(self) -> bool:
        return not (self.events or self.letters or self.calls)


@contextmanager
def left_behind() -> Iterator[Left]:
    """Collect the types of events, (kind, to) of letters and purposes of calls that were added."""
    marks = [_last(Message), _last(IdentityCall)]
    known = set(Event.objects.values_list("pk", flat=True))
    left = Left([], [], [])
    yield left
    events = Event.objects.exclude(pk__in=known).order_by("at", "id")
    left.events = list(events.values_list("type", flat=True))
    letters = Message.objects.filter(pk__gt=marks[0]).order_by("pk")
    left.letters = list(letters.values_list("kind", "to"))
    calls = IdentityCall.objects.filter(pk__gt=marks[1]).order_by("pk")
    left.calls = list(calls.values_list("purpose", flat=True))


def _last(model: type[Message] | type[IdentityCall]) -> int:
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def tally(at: Organisation) -> dict[str, int]:
    """The kept counts of an organisation."""
    row = MemberCount.objects.filter(pk=at.pk).first()
    return {name: getattr(row, name) if row else 0 for name in counts.FIELDS}


def true_tally(at: Organisation) -> dict[str, int]:
    """The same, counted one by one from the rows, in other words than the product's."""
    rows = list(Membership.objects.filter(organisation=at))
    return {
        "invited": sum(r.status == "invited" and r.invitation_end != "cancelled" for r in rows),
        "active": sum(r.status == "active" for r in rows),
        "deactivated": sum(r.status == "deactivated" for r in rows),
        "lapsed": sum(
            r.status == "deactivated" and r.deactivated_reason == "inactivity" for r in rows
        ),
    }


def assert_whole(*organisations: Organisation) -> None:
    """The history proves itself, and the counts kept are the counts there are."""
    report = verify()
    assert report.first_bad is None, str(report.first_bad)
    for at in organisations or Organisation.objects.all():
        assert tally(at) == true_tally(at), at.ods


def fresh(membership: Membership) -> Membership:
    """The row as it stands in the database now, with who and where."""
    return Membership.objects.select_related("account", "organisation__region").get(
        pk=membership.pk
    )
