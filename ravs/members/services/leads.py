"""Whether an organisation is losing, or has lost, its last active lead administrator."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from ravs.members import ground
from ravs.members.models import Membership


@dataclass(frozen=True)
class LeadsLeft:
    """The active lead administrators of some organisations, after tonight's lapses."""

    clocks: dict[int, list[date]]
    seen_since: date

    @classmethod
    def where_leads_are(cls, concerned: Iterable[Membership], today: date) -> "LeadsLeft":
        """Look at the organisations of those among ``concerned`` who lead. One query."""
        ids = {m.organisation_id for m in concerned if ground.is_lead(m)}
        clocks: dict[int, list[date]] = defaultdict(list)
        leads = Membership.objects.active_lead_administrators()
        for row in leads.filter(organisation__in=ids).only("organisation", "clock_on"):
            clocks[row.organisation_id].append(row.clock_on or today)
        return cls(clocks, today - timedelta(days=min(settings.LAPSE_WARNING_DAYS)))

    def has_left_none(self, lapsed: Membership) -> bool:
        """Whether this lead's lapse leaves nobody who can manage users."""
        return ground.is_lead(lapsed) and not self.clocks.get(lapsed.organisation_id)

    def is_only_one(self, warned: Membership) -> bool:
        """Whether this lead is the only active one."""
        return ground.is_lead(warned) and len(self.clocks.get(warned.organisation_id, ())) == 1

    def are_all_away(self, warned: Membership) -> bool:
        """Whether this lead, and every other active one, has been away for 60 days or more."""
        clocks = self.clocks.get(warned.organisation_id, ())
        return ground.is_lead(warned) and all(clock <= self.seen_since for clock in clocks)
