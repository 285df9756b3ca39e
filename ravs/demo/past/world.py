"""Writes the past of the demonstration, day by day, up to the moment it begins.

Each working day has its deeds, and after them the worker's rounds; each night the 90-day rule. Of
the last day only the deeds are done: its letters, and what is to be asked of the provider, wait in
the outbox for the live worker, so that they go to the real provider and the real mail server.
"""

import zlib
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from django_tasks_db.models import DBTaskResult

from ravs.accounts.models import Account
from ravs.core.dates import london_date
from ravs.core.progress import Advance
from ravs.demo.past import clock as clocks
from ravs.demo.past import deeds
from ravs.demo.past.care.acts import Act
from ravs.demo.past.care.everything import acts_of
from ravs.demo.past.clock import AT_FIRST, LAST, LATER, Clock, Deed
from ravs.demo.past.story import Cast, Part, Place, Turn
from ravs.mail import delivery
from ravs.members import identity_drain
from ravs.members.domains import import_domains, read_rules
from ravs.members.models import Membership, Status
from ravs.members.nightly import run_night
from ravs.members.services.inactivity import due
from ravs.organisations.models import Organisation

DOMAINS = Path(__file__).with_name("data") / "domains.json"
SPREAD = 150


class World:
    """The rows of the story, found by the names that the cast gives them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.organisations: dict[str, Organisation] = {}
        self.members: dict[tuple[str, str], Membership] = {}

    def write(self, *, now: datetime, advance: Advance = lambda _: None) -> None:
        """Live through everything up to ``now``."""
        today = london_date(now)
        deeds_of = by_day([*self._deeds(), *self._care(today)])
        first = max(deeds_of)
        with clocks.showing(Clock(clocks.at_night(today - timedelta(days=first)))) as clock:
            deeds.lay_ground(self.cast)
            import_domains(rules=read_rules(DOMAINS))
            for ago in range(first, -1, -1):
                self._live_day(clock, today - timedelta(days=ago), deeds_of.get(ago, []), now)
                advance(1)
        # Wake-ups of a worker that is gone. The live one looks at the rows themselves.
        DBTaskResult.objects.all().delete()

    def days(self) -> int:
        return max(deed.ago for deed in self._deeds()) + 1

    def _live_day(self, clock: Clock, day: date, todo: list[Deed], now: datetime) -> None:
        is_today = day == london_date(now)
        if not is_today:
            self._live_night(clock, day)
        for deed in todo:
            clock.moment = (
                clocks.earlier_today(now, deed.minute)
                if is_today
                else clocks.in_working_hours(day, deed.minute)
            )
            deed.do()
            if deed.has_followers and not is_today:
                clock.moment += timedelta(minutes=1)
                do_rounds()

    def _live_night(self, clock: Clock, day: date) -> None:
        clock.moment = clocks.at_night(day)
        unanswered = Membership.objects.filter(
            status=Status.INVITED, invitation_end="", invite_sent_on__lte=day - timedelta(days=90)
        )
        lapsing = Membership.objects.filter(due(day, warn=True))
        if lapsing.exists() or unanswered.exists():
            for _ in run_night(today=day):
                pass
            do_rounds()

    def _deeds(self) -> Iterable[Deed]:
        for place in self.cast.places:
            yield from self._of_place(place)
        for part in self.cast.parts:
            yield from self._of_part(part)

    def _care(self, today: date) -> Iterable[Deed]:
        """Patients and vaccines; whoever does something logs in before."""
        acts = acts_of(self.cast, self.organisations, self.members, today=today)
        begun: dict[tuple[int, str, str], int] = {}
        for act in acts:
            key = (act.ago, act.who, act.ods)
            begun[key] = min(act.minute, begun.get(key, act.minute))
            yield Deed(act.ago, act.minute, partial(self._act, act), has_followers=False)
        for (ago, who, ods), minute in begun.items():
            log_in = partial(self._log_in, who, ods)
            yield Deed(ago, minute - 1, log_in, has_followers=False)

    def _act(self, act: Act) -> None:
        act.do(self.members[act.who, act.ods].account)

    def _of_place(self, place: Place) -> Iterable[Deed]:
        yield Deed(place.added, AT_FIRST, partial(self._open, place))
        if place.deactivated is not None:
            yield Deed(place.deactivated, LAST, partial(self._at, place.ods, deeds.begin_wind_down))
        if place.closed is not None:
            yield Deed(place.closed, LAST, partial(self._at, place.ods, deeds.close))

    def _of_part(self, part: Part) -> Iterable[Deed]:
        later = zlib.crc32(f"{part.who} {part.ods}".encode()) % SPREAD
        yield Deed(part.joined, AT_FIRST + 1 + later, partial(self._invite, part))
        for ago in part.visits:
            yield Deed(
                ago, LATER + later, partial(self._log_in, part.who, part.ods), has_followers=False
            )
        for turn in part.turns:
            yield Deed(turn.ago, LAST + later, partial(self._turn, part, turn))

    def _open(self, place: Place) -> None:
        self.organisations[place.ods] = deeds.open_organisation(place)

    def _at(self, ods: str, do: Callable[[Organisation], None]) -> None:
        do(self.organisations[ods])

    def _invite(self, part: Part) -> None:
        self.members[part.who, part.ods] = deeds.invite(
            part,
            email=self.cast.address_of(part.who),
            organisation=self.organisations[part.ods],
            actor=self._actor(part),
        )

    def _log_in(self, who: str, ods: str) -> None:
        deeds.visit(self.members[who, ods])

    def _turn(self, part: Part, turn: Turn) -> None:
        membership = Membership.objects.select_related("account").get(
            pk=self.members[part.who, part.ods].pk
        )
        deeds.turn(membership, turn, actor=self._actor(part))

    def _actor(self, part: Part) -> Account | None:
        """The lead administrator who looks after ``part``; nobody but an operator for the first."""
        who = part.by or self.cast.lead_of(part.ods)
        return None if who == part.who else self.members[who, part.ods].account


def by_day(what: Iterable[Deed]) -> dict[int, list[Deed]]:
    """In the order of each day's minutes, by days ago."""
    found: dict[int, list[Deed]] = {}
    for deed in sorted(what, key=lambda deed: deed.minute):
        found.setdefault(deed.ago, []).append(deed)
    return found


def do_rounds() -> None:
    """What the worker does: ask the provider, hand letters over."""
    identity_drain.drain()
    delivery.drain(limit=1000)
