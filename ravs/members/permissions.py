"""The permission table: what each level may do, cell for cell as the guide has it.

Every door, the menu, ``docs/permissions.md`` and the guards read this file and nothing else.
"""

from dataclasses import dataclass
from enum import StrEnum

from ravs.members.models import Level, Membership
from ravs.organisations.models import Organisation, OrganisationStatus


class Permission(StrEnum):
    """One right, as views declare it with ``@requires``."""

    VIEW_ORGANISATION = "organisation:view"
    RECORD_VACCINATIONS = "vaccinations:record"
    EDIT_VACCINATIONS = "vaccinations:edit"
    MANAGE_VACCINES = "vaccines:manage"
    CREATE_REPORTS = "reports:create"
    MANAGE_USERS = "users:manage"
    ADD_USERS = "users:add"


@dataclass(frozen=True)
class Capability:
    """One column of the guide's table, and the rights it stands for."""

    name: str
    permissions: frozenset[Permission]


RECORD_AND_EDIT = Capability(
    "Record and edit vaccinations",
    frozenset({Permission.RECORD_VACCINATIONS, Permission.EDIT_VACCINATIONS}),
)
MANAGE_VACCINES = Capability("Add and manage vaccines", frozenset({Permission.MANAGE_VACCINES}))
CREATE_REPORTS = Capability("Create reports", frozenset({Permission.CREATE_REPORTS}))
MANAGE_USERS = Capability(
    "Add and manage users", frozenset({Permission.MANAGE_USERS, Permission.ADD_USERS})
)
CAPABILITIES = (RECORD_AND_EDIT, MANAGE_VACCINES, CREATE_REPORTS, MANAGE_USERS)

TABLE: dict[Level, tuple[Capability, ...]] = {
    Level.RECORDER: (RECORD_AND_EDIT,),
    Level.ADMINISTRATOR: (RECORD_AND_EDIT, MANAGE_VACCINES, CREATE_REPORTS),
    Level.LEAD_ADMINISTRATOR: (RECORD_AND_EDIT, MANAGE_VACCINES, CREATE_REPORTS, MANAGE_USERS),
}

GRANTS: dict[Level, frozenset[Permission]] = {
    level: frozenset({Permission.VIEW_ORGANISATION}).union(*(c.permissions for c in capabilities))
    for level, capabilities in TABLE.items()
}

# What an organisation loses in its 90-day wind-down: records may still be edited, reports made
# and people deactivated, reactivated or lowered, but nothing new may begin.
WITHDRAWN_WHEN_DEACTIVATED = frozenset(
    {Permission.RECORD_VACCINATIONS, Permission.MANAGE_VACCINES, Permission.ADD_USERS}
)


def rights(level: str, organisation: Organisation) -> frozenset[Permission]:
    """Effective rights: the level's, less what the organisation's state withdraws."""
    if organisation.status == OrganisationStatus.CLOSED:
        return frozenset()
    granted = GRANTS[Level(level)]
    return granted - WITHDRAWN_WHEN_DEACTIVATED if organisation.is_deactivated else granted


def lower_of(first: str, second: str) -> Level:
    """The lower of two levels: a raise waits for the next log-in, a reduction does not."""
    return min(Level(first), Level(second), key=lambda level: level.rank)


def is_reduction(*, before: str, after: str) -> bool:
    return Level(after).rank < Level(before).rank


def may_be_changed(membership: Membership) -> bool:
    """Level and vaccinator can be changed for people who are active or still invited."""
    return membership.is_active or membership.is_invited


def may_be_deactivated(membership: Membership, *, other_leads: int) -> bool:
    """Guards G3 and G4: nobody takes the last active lead administrator away."""
    return membership.is_active and not is_last_lead(membership, other_leads=other_leads)


def is_last_lead(membership: Membership, *, other_leads: int) -> bool:
    """Whether this is the only active lead administrator of the organisation."""
    return (
        membership.is_active and membership.level == Level.LEAD_ADMINISTRATOR and other_leads == 0
    )
