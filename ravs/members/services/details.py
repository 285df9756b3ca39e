"""What a lead administrator enters about a person, and how much of it is taken over."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import MemberRenamed
from ravs.members import ground
from ravs.members.models import Level, Membership


@dataclass(frozen=True)
class Details:
    """What a lead administrator says of a person (domain 3.5)."""

    email: str
    first_name: str
    last_name: str
    level: Level
    vaccinator: bool
    clinician: bool = False
    starts_on: date | None = None
    ends_on: date | None = None

    @classmethod
    def of(cls, membership: Membership) -> "Details":
        """What was entered about somebody last time."""
        account = membership.account
        return cls(
            email=account.email,
            first_name=account.first_name,
            last_name=account.last_name,
            level=Level(membership.level),
            vaccinator=membership.vaccinator,
            clinician=membership.clinician,
            starts_on=membership.starts_on,
            ends_on=membership.ends_on,
        )

    def write_to(self, membership: Membership) -> None:
        """Set what was entered on somebody's row; does not save."""
        membership.level, membership.vaccinator = self.level, self.vaccinator
        membership.clinician = self.clinician
        membership.starts_on, membership.ends_on = self.starts_on, self.ends_on
        membership.end_told_days = None

    @property
    def rights(self) -> dict[str, Any]:
        """The part of it that history keeps."""
        return {
            "level": self.level.value,
            "vaccinator": self.vaccinator,
            "clinician": self.clinician,
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
        }


def rename_if_only_here(actor: Account | None, membership: Membership, details: Details) -> None:
    """Take the newly entered name, unless the person is known by theirs elsewhere too."""
    account, formerly = membership.account, ground.person(membership.account)
    is_same = (account.first_name, account.last_name) == (details.first_name, details.last_name)
    if is_same or account.memberships.exclude(pk=membership.pk).exists():
        return
    account.first_name, account.last_name = details.first_name, details.last_name
    account.save(update_fields=["first_name", "last_name"])
    audit.record(
        MemberRenamed(),
        actor=ground.person(actor),
        subject=ground.person(account),
        formerly=formerly,
        organisation=membership.organisation.public_id,
    )
