"""Between Okta's words for a person and ours. Nothing here makes a call.

Of the many things that Okta tells of somebody only these are read; whatever is missing or odd is
an answer that cannot be used, and may be another one next time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from ravs.integrations.identity.okta.account import OktaAccount
from ravs.integrations.identity.port import AccountStatus, Condition, DirectoryError

LONGEST_NAME = 50

CONDITIONS = {
    "STAGED": Condition.WAITING,
    "PROVISIONED": Condition.PENDING,
    "ACTIVE": Condition.WORKING,
    "RECOVERY": Condition.RECOVERING,
    "PASSWORD_EXPIRED": Condition.PASSWORD_EXPIRED,
    "LOCKED_OUT": Condition.LOCKED,
    "SUSPENDED": Condition.SUSPENDED,
    "DEPROVISIONED": Condition.CLOSED,
}
"""Okta's eight states of a person, in our words."""

NOT_OURS_TO_MEND = {
    Condition.SUSPENDED: "the account is suspended in Okta",
    Condition.CLOSED: "the account is deactivated in Okta",
    Condition.UNTOLD: "Okta gives the account a state that this service does not know",
}
"""Where somebody at Okta has to act: nothing here gives such an account back."""

NOT_ACTIVATED = frozenset({Condition.WAITING, Condition.PENDING})


class Unreadable(DirectoryError):
    def __init__(self, what: str) -> None:
        super().__init__(f"Okta sent what cannot be read as {what}", permanent=False)


@dataclass(frozen=True)
class OktaPerson:
    """Somebody in Okta, as little of them as we need."""

    id: str
    condition: Condition
    login: str
    email: str
    mark: str
    """What stands in the attribute that holds our id; empty where there is no such attribute."""

    activation_began: datetime | None
    is_changing: bool
    """Whether Okta is still busy with the last change of state."""

    @classmethod
    def read(cls, payload: Any, okta: OktaAccount) -> "OktaPerson":
        """Raises ``Unreadable`` for a half answer."""
        profile = payload.get("profile") if isinstance(payload, dict) else None
        if not isinstance(profile, dict):
            raise Unreadable("a person")
        person_id, status, login = (
            _text(payload.get("id")), _text(payload.get("status")), _text(profile.get("login"))
        )  # fmt: skip
        return cls(
            id=person_id,
            condition=CONDITIONS.get(status, Condition.UNTOLD),
            login=login,
            email=str(profile.get("email") or ""),
            mark=str(profile.get(okta.external_id_attribute) or ""),
            activation_began=_moment(payload.get("activated") or payload.get("statusChanged")),
            is_changing=bool(payload.get("transitioningToStatus")),
        )

    def is_ours(self, external_id: UUID | None) -> bool:
        return external_id is not None and self.mark == str(external_id)

    def logs_in_as(self, address: str) -> bool:
        return self.login.casefold() == address.casefold()

    def is_at(self, address: str) -> bool:
        return self.logs_in_as(address) or self.email.casefold() == address.casefold()

    def link_ends(self, okta: OktaAccount) -> datetime | None:
        """When the link of the first activation e-mail ends; later ones leave no trace."""
        if self.condition != Condition.PENDING or self.activation_began is None:
            return None
        return self.activation_began + timedelta(days=okta.activation_days)

    def status(self, okta: OktaAccount) -> AccountStatus:
        return AccountStatus.of(self.condition, self.link_ends(okta))


def _text(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise Unreadable("a person")


def _moment(value: object) -> datetime | None:
    """Okta writes moments in UTC; one it leaves out or writes oddly is simply not known."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def newcomer(
    okta: OktaAccount, *, email: str, first_name: str, last_name: str, external_id: UUID
) -> dict[str, Any]:
    """A person as Okta is asked to make them; a group is joined in the same breath."""
    profile = {
        "firstName": first_name[:LONGEST_NAME],
        "lastName": last_name[:LONGEST_NAME],
        "email": email,
        "login": email,
    }
    if okta.external_id_attribute:
        profile[okta.external_id_attribute] = str(external_id)
    return {"profile": profile} | ({"groupIds": [okta.group_id]} if okta.group_id else {})


def search_for(address: str) -> str:
    """The question for one address, which stays a value whatever it contains."""
    value = address.replace("\\", "\\\\").replace('"', '\\"')
    return f'profile.login eq "{value}" or profile.email eq "{value}"'


def chosen(people: Sequence[OktaPerson], address: str, external_id: UUID | None) -> OktaPerson:
    """Whose account it is when several bear one address as their e-mail.

    The one that logs in with it, else the one we made, else the only one still in use. Never a
    guess: a shared mailbox must not open the service to somebody else.
    """
    ways: tuple[Callable[[OktaPerson], bool], ...] = (
        lambda person: person.logs_in_as(address),
        lambda person: person.is_ours(external_id),
        lambda person: person.condition != Condition.CLOSED,
        lambda person: person.is_at(address),
    )
    for belongs in ways:
        fitting = [person for person in people if belongs(person)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            break
    raise DirectoryError("several people in Okta have this e-mail address", permanent=True)
