"""What *Manage users* should do, in as few words as the rules allow. Shares no code with it.

A membership is a small record; a verb either says what was refused or changes the record. Beside
it stands the identity provider: the accounts it keeps, what it was asked to do, and what we last
heard from it.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

RANK = {"recorder": 0, "administrator": 1, "lead-administrator": 2}
LEAD = "lead-administrator"
WARNINGS = (60, 76, 83, 89)
NO, OK, SAME = "refused", "done", "nothing"
LINK_DAYS = 7
GIVE_UP_DAYS = 7
AT_THE_PROVIDER = "refused by the provider"


@dataclass
class Row:
    level: str
    vaccinator: bool
    state: str
    sent: date
    sends: int = 1
    end: str = ""
    came: bool = False
    clock: date | None = None
    why: str = ""
    warned: int = 0


@dataclass
class Kept:
    """An account at the provider. ``ours`` was made by us and bears our id; ``link_ends`` is when
    the link of its last activation e-mail stops working, ``mails`` how many of those there were."""

    ours: bool = False
    activated: bool = False
    on: bool = True
    suspended: bool = False
    link_ends: date | None = None
    mails: int = 0

    def lets_in(self) -> bool:
        return self.activated and self.on and not self.suspended

    def mail_a_link(self, today: date) -> None:
        self.mails += 1
        self.link_ends = today + timedelta(days=LINK_DAYS)


@dataclass
class Call:
    """What the provider is to be asked for an invitation. ``rests`` until time passes."""

    since: date
    state: str = "waiting"
    outcome: str = ""
    rests: bool = False


@dataclass
class Heard:
    """What we last heard of a person's account."""

    state: str = "unknown"
    link_ends: date | None = None


@dataclass
class Reference:
    """``rows[place, person]``; ``open[place]`` is false while the place is deactivated.

    ``tells``: the provider says who has activated their account, and mails links again.
    """

    today: date
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    open: dict[str, bool] = field(default_factory=dict)
    tells: bool = True
    kept: dict[str, Kept] = field(default_factory=dict)
    calls: dict[tuple[str, str], Call] = field(default_factory=dict)
    heard: dict[str, Heard] = field(default_factory=dict)
    logged_in: set[str] = field(default_factory=set)
    welcomes: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def leads(self, place: str) -> list[str]:
        return [
            who
            for (where, who), row in self.rows.items()
            if where == place and row.state == "active" and row.level == LEAD
        ]

    def is_last_lead(self, place: str, who: str) -> bool:
        return self.leads(place) == [who]

    def add(self, actor: str, place: str, who: str, level: str, vaccinator: bool) -> str:
        row = self.rows.get((place, who))
        if not self.open[place] or actor not in self.leads(place):
            return NO
        if row and (row.state == "active" or (row.state == "invited" and not row.end)):
            return NO
        if row and row.came:
            row.level, row.vaccinator = level, vaccinator
            row.state, row.why, row.clock, row.warned = "active", "", self.today, 0
        else:
            self.rows[place, who] = Row(level, vaccinator, "invited", self.today)
            self.calls[place, who] = Call(self.today)
            self.heard.setdefault(who, Heard())
        return OK

    def resend(self, actor: str, place: str, who: str) -> str:
        row = self.rows[place, who]
        if not self.open[place] or actor not in self.leads(place):
            return NO
        is_late = (self.today - row.sent).days > 7 or self.sending_failed(place, who)
        if row.state != "invited" or row.end == "cancelled" or row.sends >= 10 or not is_late:
            return NO
        row.sent, row.sends, row.end = self.today, row.sends + 1, ""
        self.calls[place, who] = Call(self.today)
        return OK

    def sending_failed(self, place: str, who: str) -> bool:
        call = self.calls.get((place, who))
        return call is not None and call.state == "failed"

    def cancel(self, actor: str, place: str, who: str) -> str:
        row = self.rows[place, who]
        if actor not in self.leads(place) or row.state != "invited":
            return NO
        before, row.end = row.end, "cancelled"
        if before != "cancelled" and self.calls[place, who].state == "waiting":
            self.calls[place, who].state = "dropped"
        return SAME if before == "cancelled" else OK

    def change(self, actor: str, place: str, who: str, level: str, vaccinator: bool) -> str:
        row = self.rows[place, who]
        if actor not in self.leads(place) or row.state == "deactivated" or row.end:
            return NO
        if (row.level, row.vaccinator) == (level, vaccinator):
            return SAME
        if RANK[level] > RANK[row.level] and not self.open[place]:
            return NO
        if RANK[level] < RANK[row.level] and self.is_last_lead(place, who):
            return NO
        row.level, row.vaccinator = level, vaccinator
        return OK

    def deactivate(self, actor: str, place: str, who: str) -> str:
        row = self.rows[place, who]
        if row.state == "deactivated":
            return SAME
        if actor not in self.leads(place) or row.state == "invited":
            return NO
        if self.is_last_lead(place, who):
            return NO
        row.state, row.why = "deactivated", "self" if actor == who else "person"
        return OK

    def reactivate(self, actor: str, place: str, who: str) -> str:
        row = self.rows[place, who]
        if actor not in self.leads(place):
            return NO
        if row.state != "deactivated":
            return SAME
        row.state, row.why, row.clock, row.warned = "active", "", self.today, 0
        return OK

    def reactivate_all(self, actor: str, place: str) -> str:
        if actor not in self.leads(place):
            return NO
        mine = [row for (where, _), row in self.rows.items() if where == place]
        lapsed = [row for row in mine if row.why == "inactivity"]
        for row in lapsed:
            row.state, row.why, row.clock, row.warned = "active", "", self.today, 0
        return OK if lapsed else SAME

    def night(self, only: str = "") -> None:
        for (_, who), row in self.rows.items():
            if only and who != only:
                continue
            days = (self.today - row.clock).days if row.clock else 0
            if row.state == "active" and days >= 90:
                row.state, row.why = "deactivated", "inactivity"
            elif row.state == "active" and not only:
                row.warned = max([row.warned, *(day for day in WARNINGS if day <= days)])
            elif row.state == "invited" and not row.end:
                row.end = "lapsed" if self.today - row.sent >= timedelta(days=90) else ""

    def log_in(self, place: str, who: str) -> str:
        if who not in self.kept or not self.kept[who].lets_in():
            return AT_THE_PROVIDER
        self.night(only=who)
        mine = {where: row for (where, person), row in self.rows.items() if person == who}
        usable = [
            where
            for where, row in mine.items()
            if row.state == "active"
            or (row.state == "invited" and not row.end and self.open[where])
        ]
        if not usable:
            return NO
        self.heard[who] = Heard("active")
        self.logged_in.add(who)
        for row in mine.values():
            if row.state == "active":
                row.clock, row.warned = self.today, 0
        if place not in usable:
            return NO
        row = mine[place]
        row.state, row.came, row.clock = "active", True, self.today
        return OK

    def time_passes(self) -> None:
        for call in self.calls.values():
            call.rests = False

    def due(self) -> list[tuple[str, str]]:
        return [key for key, c in self.calls.items() if c.state == "waiting" and not c.rests]

    def follow_link(self, who: str) -> str:
        """The person opens the last activation e-mail, if there is one and in time."""
        kept = self.kept.get(who)
        if kept is None or kept.activated or not kept.on or kept.suspended:
            return NO
        if kept.link_ends is None or self.today >= kept.link_ends:
            return NO
        kept.activated = True
        return OK

    def worker(self) -> None:
        """Asks the provider what it is to be asked, while the provider answers."""
        for place, who in self.due():
            call = self.calls[place, who]
            is_known = who in self.kept
            kept = self.kept.setdefault(who, Kept(ours=True))
            if kept.suspended:
                call.state = "failed"
                continue
            kept.on = kept.on or kept.ours
            if not is_known:
                kept.mail_a_link(self.today)
            found, was_resent = self._found(who, kept, is_known=is_known)
            call.state, call.outcome = "done", found
            if found != "existing" and is_known and not was_resent:
                call.outcome = "unsupported"
            self._hear(who, kept, found)
            row = self.rows[place, who]
            if row.state == "invited" and not row.end:
                kind = "existing" if found == "existing" else "new"
                self.welcomes.setdefault((place, who), []).append(f"welcome_{kind}")

    def _found(self, who: str, kept: Kept, *, is_known: bool) -> tuple[str, bool]:
        """Whose account it is, and whether a link was mailed anew for it."""
        if not self.tells:
            is_new = kept.ours and who not in self.logged_in
            return ("new" if is_new else "existing"), False
        if kept.activated:
            return "existing", False
        if is_known:
            kept.mail_a_link(self.today)
        return ("new" if kept.ours else "pending"), is_known

    def _hear(self, who: str, kept: Kept, found: str) -> None:
        if found == "existing":
            self.heard[who] = Heard("active")
        else:
            self.heard[who] = Heard("pending", kept.link_ends if self.tells else None)

    def provider_refuses(self) -> None:
        """It answers every question with a refusal that only an operator can mend."""
        for key in self.due():
            self.calls[key].state = "failed"

    def provider_is_silent(self, tried: tuple[str, str]) -> None:
        """One question got no answer, so nobody else is asked about for a while."""
        for key in self.due():
            self.calls[key].rests = True
        call = self.calls[tried]
        if (self.today - call.since).days > GIVE_UP_DAYS:
            call.state = "failed"

    def tally(self, place: str) -> dict[str, int]:
        mine = [row for (where, _), row in self.rows.items() if where == place]
        return {
            "invited": sum(r.state == "invited" and r.end != "cancelled" for r in mine),
            "active": sum(r.state == "active" for r in mine),
            "deactivated": sum(r.state == "deactivated" for r in mine),
            "lapsed": sum(r.why == "inactivity" for r in mine),
        }
