"""Why a verb would not do what it was asked. Data only: the words live in templates."""

from ravs.core.errors import Refusal
from ravs.members.models import Membership
from ravs.organisations.models import Organisation


class MemberRefusal(Refusal):
    """Base of everything *Manage users* refuses."""


class NotALeadAdministrator(MemberRefusal):
    """The actor no longer manages users at this organisation."""

    message = "Only a lead administrator of this organisation can do that."


class OrganisationNotOpen(MemberRefusal):
    """The organisation is deactivated or closed, and this verb needs it open."""

    message = "This organisation is deactivated, so nobody can be added or given more access."

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(f"{organisation}: {self.message}")
        self.organisation = organisation


class DomainNotAllowed(MemberRefusal):
    message = "That email address is not at an allowed domain."


class GroupAdministrator(MemberRefusal):
    message = "Group administrators cannot be added to an individual pharmacy."


class AlreadyMember(MemberRefusal):
    """The person is active or invited here already."""

    def __init__(self, membership: Membership) -> None:
        super().__init__(f"{membership.account} is already a user at {membership.organisation}.")
        self.membership = membership


class LastLeadAdministrator(MemberRefusal):
    """The act would leave the organisation without an active lead administrator."""

    def __init__(self, membership: Membership) -> None:
        super().__init__(
            "An organisation needs at least one active lead administrator. "
            "Make somebody else a lead administrator first."
        )
        self.membership = membership


class LastLeadEnds(LastLeadAdministrator):
    """An end date for the only lead administrator without one."""


class DatesNotPossible(MemberRefusal):
    """The end date is past, or before the start date."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class UsedElsewhere(MemberRefusal):
    """This organisation wants an address of its own for each person (domain 3.14, row 2)."""

    message = "This email address is used at another organisation – use a different address"


class NotInThatState(MemberRefusal):
    """The person's state has moved on: somebody else acted, or it was done already."""

    def __init__(self, membership: Membership) -> None:
        super().__init__(f"{membership.account} is {membership.get_status_display().lower()} now.")
        self.membership = membership


class CannotResend(MemberRefusal):
    """Too soon, too often, or there is no invitation to send again."""

    def __init__(self, membership: Membership) -> None:
        super().__init__("This invite cannot be sent again now.")
        self.membership = membership


class ChangedMeanwhile(NotInThatState):
    """Somebody else changed the person after the page was shown."""

    def __init__(self, membership: Membership) -> None:
        super().__init__(membership)
        name = membership.account.full_name
        self.args = (f"Somebody else has changed {name}’s details. Check them and try again.",)


class CannotUndo(MemberRefusal):
    message = "This can no longer be undone."
