"""What *Manage users* should do, in as few words as the rules allow. Shares no code with it.

A membership is a small record; a verb either says what was refused or changes the record.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

RANK = {"recorder": 0, "administrator": 1, "lead-administrator": 2}
LEAD = "lead-administrator"
WARNINGS = (60, 76, 83, 89)
NO, OK, SAME = "refused", "done", "nothing"


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
class Reference:
    """``rows[place, person]``; ``open[place]`` is false while the place is deactivated."""

    today: date
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    open: dict[str, bool] = field(default_factory=dict)

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
        return OK

    def resend(self, actor: str, place: str, who: str) -> str:
        row = self.rows[place, who]
        if not self.open[place] or actor not in self.leads(place):
            return NO
        is_late = (self.today - row.sent).days > 7
        if row.state != "invited" or row.end == "cancelled" or row.sends >= 10 or not is_late:
            return NO
        row.sent, row.sends, row.end = self.today, row.sends + 1, ""
        return OK

    def cancel(self, actor: str, place: str, who: str) -> str:
        row = self.rows[place, who]
        if actor not in self.leads(place) or row.state != "invited":
            return NO
        before, row.end = row.end, "cancelled"
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
        for row in mine.values():
            if row.state == "active":
                row.clock, row.warned = self.today, 0
        if place not in usable:
            return NO
        row = mine[place]
        row.state, row.came, row.clock = "active", True, self.today
        return OK

    def tally(self, place: str) -> dict[str, int]:
        mine = [row for (where, _), row in self.rows.items() if where == place]
        return {
            "invited": sum(r.state == "invited" and r.end != "cancelled" for r in mine),
            "active": sum(r.state == "active" for r in mine),
            "deactivated": sum(r.state == "deactivated" for r in mine),
            "lapsed": sum(r.why == "inactivity" for r in mine),
        }
