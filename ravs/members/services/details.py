"""What a lead administrator enters about a person, and how much of it is taken over."""

from dataclasses import dataclass
from typing import Any

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

    @property
    def rights(self) -> dict[str, Any]:
        """The part of it that history keeps."""
        return {
            "level": self.level.value,
            "vaccinator": self.vaccinator,
            "clinician": self.clinician,
        }


def rename_if_only_here(membership: Membership, details: Details) -> None:
    """Take the newly entered name, unless the person is known by theirs elsewhere too."""
    account = membership.account
    if account.memberships.exclude(pk=membership.pk).exists():
        return
    account.first_name, account.last_name = details.first_name, details.last_name
    account.save(update_fields=["first_name", "last_name"])
