"""The 90-day rule once more, in few words, beside the product: people who live through nights.

Shares no code with the product, not even the calendar: when the clocks change in London is worked
out here from the rule itself (European summer time: the last Sundays of March and October, at one
o'clock universal time), so that a slip over midnights cannot hide in a library both would use.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import time_machine
from django.db import transaction

from ravs.accounts.models import Account
from ravs.accounts.sessions import SessionStore
from ravs.core.dates import london_today
from ravs.mail.models import Message
from ravs.members.entry import services as entry
from ravs.members.models import InactivityNotice, Membership
from ravs.members.nightly import run_night
from ravs.members.services import reactivate_member
from ravs.organisations.models import Organisation
from tests.people import account, member, organisation

HOUR = timedelta(hours=1)
WARNINGS = (60, 76, 83, 89)
PLACES = ("RR8", "RW3")
PEOPLE = ("ann", "ben", "cat")


def last_sunday(year: int, month: int) -> date:
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def is_summer(moment: datetime) -> bool:
    """Whether London is an hour ahead at a moment."""
    begins, ends = (
        datetime.combine(last_sunday(moment.year, month), time(1), UTC) for month in (3, 10)
    )
    return begins <= moment < ends


def date_in_london(moment: datetime) -> date:
    return (moment + (HOUR if is_summer(moment) else timedelta())).date()


def at_london(day: date, clock: time) -> datetime:
    """The moment at which London's clocks show this; one that is skipped is an hour later."""
    as_winter = datetime.combine(day, clock, UTC)
    return as_winter - HOUR if is_summer(as_winter - HOUR) else as_winter


@dataclass
class Place:
    """What should be true of one person at one place. ``since`` is their last coming back there."""

    since: date
    state: str = "active"
    warned: int = 0


@dataclass
class Lives:
    """A few people at two places, what should be true of them, and the product beside it."""

    traveller: time_machine.Traveller
    now: datetime
    logged_in: dict[str, date] = field(default_factory=dict)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    letters: Counter[str] = field(default_factory=Counter)
    told: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    accounts: dict[str, Account] = field(default_factory=dict)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)

    def begin(self) -> None:
        for ods in PLACES:
            at: Organisation = organisation(ods, f"Trust {ods}")
            for name in PEOPLE:
                if name not in self.accounts:
                    self.accounts[name] = account(f"{name.title()} Poe", f"{name}@nhs.net")
                self.rows[ods, name] = member(at, self.accounts[name]).pk
                self.places[ods, name] = Place(since=self.today)
        self.logged_in = dict.fromkeys(PEOPLE, self.today)

    @property
    def today(self) -> date:
        return date_in_london(self.now)

    def move_to(self, moment: datetime) -> None:
        self.now = moment
        self.traveller.move_to(moment, tick=False)
        assert london_today() == self.today, moment

    def days(self, ods: str, name: str) -> int:
        """Whole London days since the later of the log-in and the coming back."""
        return (self.today - max(self.logged_in[name], self.places[ods, name].since)).days

    def _lapse(self, ods: str, name: str) -> bool:
        place = self.places[ods, name]
        if place.state != "active" or self.days(ods, name) < 90:
            return False
        place.state = "deactivated"
        self.told[ods, name].append(90)
        return True

    def _warn(self, ods: str, name: str) -> bool:
        place = self.places[ods, name]
        due = [day for day in WARNINGS if day <= self.days(ods, name)]
        if place.state != "active" or not due or due[-1] <= place.warned:
            return False
        place.warned = due[-1]
        self.told[ods, name].append(due[-1])
        return True

    def night(self) -> None:
        for name in PEOPLE:
            done = [(self._lapse(ods, name) or self._warn(ods, name)) for ods in PLACES]
            self.letters[f"{name}@nhs.net"] += any(done)
        for _ in run_night(today=london_today()):
            pass

    def log_in(self, name: str) -> None:
        """The door lapses whoever is past day 90, however late the night is."""
        lapsed = [ods for ods in PLACES if self._lapse(ods, name)]
        self.letters[f"{name}@nhs.net"] += bool(lapsed)
        active = [ods for ods in PLACES if self.places[ods, name].state == "active"]
        if active:
            self.logged_in[name] = self.today
        for ods in active:
            self.places[ods, name].warned = 0
        person = self.accounts[name]
        session = SessionStore().sign_in(person)
        entry.lapse_at_the_door(person)
        opened = entry.sign_in(account=person, session=session)
        assert sorted(m.organisation.ods for m in opened) == sorted(active)

    def reactivate(self, ods: str, name: str) -> None:
        place = self.places[ods, name]
        if place.state == "deactivated":
            self.places[ods, name] = Place(since=self.today)
        row = Membership.objects.select_related("account").get(pk=self.rows[ods, name])
        reactivate_member(actor=None, membership=row)

    def check(self) -> None:
        """Rows, letters and notices are what the few words above say."""
        rows = {row.pk: row for row in Membership.objects.all()}
        for key, place in self.places.items():
            row = rows[self.rows[key]]
            assert (row.status, row.warned_day) == (place.state, place.warned), key
            if place.state == "active":
                assert row.clock_on is not None
                assert (self.today - row.clock_on).days == self.days(*key), key
        sent = Message.objects.filter(kind__in=["lapse_warning", "lapsed"])
        assert Counter(sent.values_list("to", flat=True)) == +self.letters
        for key, told in self.told.items():
            notices = InactivityNotice.objects.filter(membership=self.rows[key]).order_by("pk")
            assert list(notices.values_list("lapsed", flat=True)) == [day == 90 for day in told]


@contextmanager
def lives(begin: datetime) -> Iterator[Lives]:
    """People who all logged in at ``begin``, in a transaction that is undone."""
    with time_machine.travel(begin, tick=False) as traveller, transaction.atomic():
        them = Lives(traveller, begin)
        them.begin()
        yield them
        transaction.set_rollback(True)
