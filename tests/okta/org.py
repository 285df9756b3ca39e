"""An Okta organisation in memory: its people in their eight states, groups, apps, and e-mails.

Written from Okta's public documentation of its Users, Lifecycle, Groups and Application Users
APIs. What happens there is kept under one lock, as nobody may see half a change.
"""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

STAGED, PROVISIONED, ACTIVE, RECOVERY = "STAGED", "PROVISIONED", "ACTIVE", "RECOVERY"
PASSWORD_EXPIRED, LOCKED_OUT = "PASSWORD_EXPIRED", "LOCKED_OUT"
SUSPENDED, DEPROVISIONED = "SUSPENDED", "DEPROVISIONED"
STATES = (
    STAGED, PROVISIONED, ACTIVE, RECOVERY, PASSWORD_EXPIRED, LOCKED_OUT, SUSPENDED, DEPROVISIONED,
)  # fmt: skip

REQUIRED = ("firstName", "lastName", "email", "login")
STANDARD = {*REQUIRED, "displayName", "nickName", "secondEmail", "mobilePhone", "title"}


class OktaError(Exception):
    """One of Okta's documented errors."""

    def __init__(self, status: int, code: str, summary: str, *causes: str) -> None:
        super().__init__(summary)
        self.status = status
        self.payload = {
            "errorCode": code,
            "errorSummary": summary,
            "errorLink": code,
            "errorId": "oae-of-the-twin",
            "errorCauses": [{"errorSummary": cause} for cause in causes],
        }


def not_found(what: str) -> OktaError:
    return OktaError(404, "E0000007", f"Not found: Resource not found: {what}")


def invalid(what: str, *causes: str) -> OktaError:
    return OktaError(400, "E0000001", f"Api validation failed: {what}", *causes)


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@dataclass
class Person:
    """One record, as the API tells it."""

    id: str
    profile: dict[str, Any]
    status: str = STAGED
    created: str = field(default_factory=now)
    activated: str | None = None
    status_changed: str | None = None
    last_login: str | None = None
    becoming: str | None = None

    def told(self) -> dict[str, Any]:
        busy = {"transitioningToStatus": self.becoming} if self.becoming else {}
        return {
            "id": self.id,
            "status": self.status,
            "created": self.created,
            "activated": self.activated,
            "statusChanged": self.status_changed,
            "lastLogin": self.last_login,
            "lastUpdated": self.status_changed or self.created,
            "passwordChanged": None,
            "profile": dict(self.profile),
            "credentials": {"provider": {"type": "OKTA", "name": "OKTA"}},
            **busy,
        }


class Org:
    """The organisation. What its API does stands in ``tests.okta.twin``."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.people: dict[str, Person] = {}
        self.apps: dict[str, set[str]] = {"0oaRavs": set()}
        self.groups: dict[str, set[str]] = {"00gRavs": set()}
        self.attributes = set(STANDARD)
        self.mails: Counter[str] = Counter()
        """How many activation e-mails went to each address."""
        self.index: dict[str, dict[str, Any]] = {}
        self.indexes_at_once = True
        """Searching reads an index, which follows changes sooner or later."""
        self.activates_at_once = True
        self._ids = count(1)

    # What people and administrators do, by no API that the service uses.

    def hold(self, email: str, status: str = ACTIVE, **profile: Any) -> Person:
        """Somebody made by another hand, in any state."""
        with self.lock:
            named = {"firstName": "Mo", "lastName": "Khan", "email": email, "login": email}
            person = self._add(named | profile)
            self._become(person, status)
            return person

    def at(self, login: str) -> Person | None:
        wanted = login.casefold()
        logins = (p for p in self.people.values() if p.profile["login"].casefold() == wanted)
        return next(logins, None)

    def follow_activation(self, login: str) -> None:
        """The person chooses a password on the page that their e-mail led to."""
        self._change(login, {PROVISIONED}, ACTIVE)

    def mistype_passwords(self, login: str) -> None:
        self._change(login, {ACTIVE}, LOCKED_OUT)

    def put(self, login: str, status: str) -> None:
        """By whatever way it came to be so."""
        self._change(login, set(STATES), status)

    def finish(self) -> None:
        """What was under way is done, and the index is brought up to date."""
        with self.lock:
            for person in self.people.values():
                if person.becoming:
                    self._become(person, PROVISIONED)
            self.reindex()

    def reindex(self) -> None:
        self.index = {person.id: person.told() for person in self.people.values()}

    def _change(self, login: str, before: set[str], after: str) -> None:
        with self.lock:
            person = self.at(login)
            assert person is not None, f"{login} is not in Okta"
            assert person.status in before, f"{login} is {person.status}"
            self._become(person, after)

    # What the API does.

    def create(self, asked: Any, *, activate: bool) -> Person:
        profile = asked.get("profile") if isinstance(asked, dict) else None
        if not isinstance(profile, dict):
            raise invalid("profile", "profile: The field cannot be left blank")
        self._check(profile)
        groups = asked.get("groupIds") or []
        if unknown := set(groups) - self.groups.keys():
            raise not_found(f"{unknown} (UserGroup)")
        person = self._add(profile)
        for group in groups:
            self.groups[group].add(person.id)
        if activate:
            self.activate(person, send=True)
        return person

    def _check(self, profile: dict[str, Any]) -> None:
        for name in REQUIRED:
            if not isinstance(profile.get(name), str) or not profile[name]:
                raise invalid(name, f"{name}: The field cannot be left blank")
        for name in ("firstName", "lastName"):
            if len(profile[name]) > 50:
                raise invalid(name, f"{name}: String is too long, 50 at most")
        if "@" not in profile["login"] or not 5 <= len(profile["login"]) <= 100:
            raise invalid("login", "login: Username must be in the form of an email address")
        if unknown := profile.keys() - self.attributes:
            raise invalid("newUser", f"Property {unknown} is not defined in the schema")
        if self.at(profile["login"]):
            cause = "login: An object with this field already exists in the current organization"
            raise invalid("login", cause)

    def _add(self, profile: dict[str, Any]) -> Person:
        person = Person(id=f"00u{next(self._ids):017d}", profile=dict(profile))
        self.people[person.id] = person
        self._indexed(person)
        return person

    def activate(self, person: Person, *, send: bool) -> None:
        if person.status not in {STAGED, DEPROVISIONED} or person.becoming:
            summary = "Activation failed because the user is already active"
            raise OktaError(403, "E0000016", summary)
        if self.activates_at_once:
            self._become(person, PROVISIONED)
        else:
            person.becoming = ACTIVE
        self.mails[person.profile["email"].casefold()] += send

    def reactivate(self, person: Person, *, send: bool) -> None:
        if person.status not in {PROVISIONED, RECOVERY}:
            raise OktaError(
                403, "E0000038", "This operation is not allowed in the user's current status."
            )
        self.mails[person.profile["email"].casefold()] += send

    def suspend(self, person: Person, *, send: bool) -> None:
        if person.status != ACTIVE:
            raise invalid("Cannot suspend a user that is not active")
        self._become(person, SUSPENDED)

    def unsuspend(self, person: Person, *, send: bool) -> None:
        if person.status != SUSPENDED:
            raise invalid("Cannot unsuspend a user that is not suspended")
        self._become(person, ACTIVE)

    def unlock(self, person: Person, *, send: bool) -> None:
        if person.status != LOCKED_OUT:
            raise OktaError(403, "E0000032", "Unlock is not allowed for this user.")
        self._become(person, ACTIVE)

    def deactivate(self, person: Person, *, send: bool) -> None:
        if person.status == DEPROVISIONED:
            raise not_found(f"{person.id} (User)")
        self._become(person, DEPROVISIONED)

    def reset_password(self, person: Person, *, send: bool) -> None:
        if person.status in {STAGED, SUSPENDED, DEPROVISIONED}:
            raise OktaError(
                403, "E0000038", "This operation is not allowed in the user's current status."
            )
        self._become(person, RECOVERY)

    def expire_password(self, person: Person, *, send: bool) -> None:
        if person.status not in {ACTIVE, RECOVERY}:
            raise OktaError(
                403, "E0000038", "This operation is not allowed in the user's current status."
            )
        self._become(person, PASSWORD_EXPIRED)

    def delete(self, person: Person) -> None:
        """Twice: the first time deactivates, the second time forgets."""
        if person.status != DEPROVISIONED:
            self._become(person, DEPROVISIONED)
            return
        del self.people[person.id]
        for members in (*self.apps.values(), *self.groups.values()):
            members.discard(person.id)
        if self.indexes_at_once:
            self.reindex()

    def _become(self, person: Person, status: str) -> None:
        person.status, person.becoming, person.status_changed = status, None, now()
        if status not in {STAGED, DEPROVISIONED}:
            person.activated = person.activated or now()
        self._indexed(person)

    def _indexed(self, person: Person) -> None:
        if self.indexes_at_once:
            self.index[person.id] = person.told()


Verb = Callable[..., None]
LIFECYCLE: dict[str, Verb] = {
    "activate": Org.activate,
    "reactivate": Org.reactivate,
    "suspend": Org.suspend,
    "unsuspend": Org.unsuspend,
    "unlock": Org.unlock,
    "deactivate": Org.deactivate,
    "reset_password": Org.reset_password,
    "expire_password": Org.expire_password,
}
