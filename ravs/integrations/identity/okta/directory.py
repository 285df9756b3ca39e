"""Okta as the directory of people's accounts, by its Users API.

What an operator should know: the service looks people up by login and by e-mail, makes accounts
that are not there, has Okta send its activation e-mail, and lets people into the one application
or group that is named in the settings. It changes nothing else and takes nothing away: it never
unsuspends, unlocks, deactivates or deletes anybody, sets no password, and ends no assignment.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from ravs.core import http
from ravs.integrations.identity.okta.account import OktaAccount
from ravs.integrations.identity.okta.line import Full, Line, Refused
from ravs.integrations.identity.okta.people import (
    NOT_ACTIVATED,
    NOT_OURS_TO_MEND,
    OktaPerson,
    chosen,
    newcomer,
    search_for,
)
from ravs.integrations.identity.port import (
    AccountStatus,
    Condition,
    DirectoryError,
    Ensured,
    Found,
    Resent,
)

T = TypeVar("T")

OVERALL_SECONDS = 10.0
BY_LOGIN = "users/{}"
TAKEN = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT})
"""How Okta may say that a login is taken. A look-up tells whether it is."""

MOVED_ON = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT})
"""How it says that somebody is no longer in the state that a change begins from."""


class OktaDirectory:
    """The service's side of Okta; one connection per call, none kept."""

    makes_accounts = True

    def __init__(self, okta: OktaAccount | None = None) -> None:
        chosen_one = okta or settings.OKTA
        if chosen_one is None:
            raise ImproperlyConfigured("OKTA says which Okta the directory is at")
        self._okta: OktaAccount = chosen_one
        self._full: Full = {}
        self._sent: dict[str, datetime] = {}
        """When the links end that this object had sent. Okta tells that of the first one only."""

    def ensure_account(
        self, *, email: str, first_name: str, last_name: str, external_id: UUID
    ) -> Ensured:
        def ensure(line: Line) -> Ensured:
            if not _can_be_asked(email):
                raise DirectoryError("this is no address that Okta knows people by", permanent=True)
            person = self._find(line, email, external_id)
            if person is not None:
                return self._settle(line, person, email, external_id)
            asked = newcomer(
                self._okta,
                email=email,
                first_name=first_name,
                last_name=last_name,
                external_id=external_id,
            )
            try:
                made = line.post("users", params={"activate": "true"}, json=asked)
            except Refused as refused:
                person = self._found_after_all(line, email, external_id, refused)
                return self._settle(line, person, email, external_id)
            return self._welcome(line, OktaPerson.read(made, self._okta), email)

        return self._ask(ensure, OVERALL_SECONDS)

    def resend_activation(self, *, email: str, external_id: UUID) -> Resent:
        def resend(line: Line) -> Resent:
            person = self._find(line, email, external_id)
            if person is None:
                raise DirectoryError("there is no account to activate", permanent=False)
            _must_be_ours_to_mend(person)
            if person.condition not in NOT_ACTIVATED:
                return Resent.NOT_NEEDED
            sent = self._send_activation(line, person, email)
            return Resent.SENT if sent else Resent.NOT_NEEDED

        return self._ask(resend, OVERALL_SECONDS)

    def status(self, *, email: str, timeout: float | None = None) -> AccountStatus:
        def status(line: Line) -> AccountStatus:
            person = self._find(line, email, None)
            if person is None:
                return AccountStatus.of(Condition.MISSING)
            if person.condition == Condition.WORKING and self._is_left_out(line, person):
                return AccountStatus.of(Condition.UNASSIGNED)
            told = person.status(self._okta)
            sent = self._sent.get(email.casefold())
            is_pending = told.condition == Condition.PENDING
            return AccountStatus.of(told.condition, sent) if sent and is_pending else told

        return self._ask(status, OVERALL_SECONDS if timeout is None else timeout)

    def _ask(self, question: Callable[[Line], T], seconds: float) -> T:
        """Ask within ``seconds``, and turn whatever goes wrong into a ``DirectoryError``.

        Causes are cut off on purpose: they hold the request, and the request holds the token.
        """
        deadline = time.monotonic() + seconds

        def call() -> T:
            with http.client(timeout=seconds, headers={"Accept": "application/json"}) as client:
                return question(Line(self._okta, client, deadline, self._full))

        try:
            return http.within(seconds, call)
        except DirectoryError as error:
            raise error from None
        except TimeoutError:
            raise DirectoryError("no answer in time", permanent=False) from None
        except (http.HttpError, http.InvalidAddress) as error:
            failed = http.failure(error)
        except UnicodeError:
            reason = "what was to be asked cannot be put into a request"
            raise DirectoryError(reason, permanent=True) from None
        raise DirectoryError(
            str(failed), permanent=failed.permanent, retry_after=failed.retry_after
        )

    def _find(self, line: Line, email: str, external_id: UUID | None) -> OktaPerson | None:
        """The person at an address: by login, which Okta answers from what is true now; else by
        e-mail, which it answers from an index that may lag behind, so whoever that names is
        looked at again."""
        if not _can_be_asked(email):
            return None
        if person := self._at_login(line, email):
            return person
        listed = line.pages("users", params={"search": search_for(email)})
        people = [OktaPerson.read(each, self._okta) for each in listed]
        there = {person.id: person for person in people if person.is_at(email)}
        fresh = [self._look_again(line, person_id) for person_id in there]
        people = [person for person in fresh if person and person.is_at(email)]
        return chosen(people, email, external_id) if people else None

    def _at_login(self, line: Line, email: str) -> OktaPerson | None:
        """Okta also answers to the part before the @; whoever that finds is somebody else."""
        if "/" in email:
            return None  # such a login cannot stand in an address
        found = line.get(BY_LOGIN, email)
        person = None if found is None else OktaPerson.read(found, self._okta)
        return person if person and person.logs_in_as(email) else None

    def _look_again(self, line: Line, person_id: str) -> OktaPerson | None:
        found = line.get(BY_LOGIN, person_id)
        return None if found is None else OktaPerson.read(found, self._okta)

    def _found_after_all(
        self, line: Line, email: str, external_id: UUID, refused: Refused
    ) -> OktaPerson:
        """Somebody was quicker, or an earlier call of ours got further than its answer."""
        if refused.status not in TAKEN:
            raise refused
        person = self._find(line, email, external_id)
        if person is None and refused.says_taken:
            reason = "the address is said to be taken, but a look-up does not find it"
            raise DirectoryError(reason, permanent=False)
        if person is None:
            raise refused
        return person

    def _settle(self, line: Line, person: OktaPerson, email: str, external_id: UUID) -> Ensured:
        """What an account that was there already means; one never activated is invited."""
        _must_be_ours_to_mend(person)
        self._let_in(line, person)
        if person.condition not in NOT_ACTIVATED:
            return Ensured(Found.EXISTING)
        if person.condition == Condition.WAITING:
            if not self._send_activation(line, person, email):
                return Ensured(Found.EXISTING)
            return Ensured(Found.NEW, self._sent[email.casefold()], just_sent=True)
        found = Found.NEW if person.is_ours(external_id) else Found.PENDING
        return Ensured(found, person.link_ends(self._okta))

    def _welcome(self, line: Line, person: OktaPerson, email: str) -> Ensured:
        """Somebody just made: Okta has sent the e-mail, and put them into the group."""
        self._note_sent(email, person.link_ends(self._okta))
        if self._okta.app_id:
            self._assign(line, person)
        if person.condition not in NOT_ACTIVATED:
            return Ensured(Found.EXISTING)  # an Okta where people need no password
        return Ensured(Found.NEW, self._sent[email.casefold()], just_sent=True)

    def _send_activation(self, line: Line, person: OktaPerson, email: str) -> bool:
        """Have it sent, for the first time or again; ``False`` if it turns out to be needless."""
        verb = "activate" if person.condition == Condition.WAITING else "reactivate"
        address = f"users/{{}}/lifecycle/{verb}"
        try:
            line.ask("POST", address, person.id, params={"sendEmail": "true"})
        except Refused as refused:
            if refused.status not in MOVED_ON:
                raise
            now = self._look_again(line, person.id)
            if now is None or now.condition == person.condition:
                raise
            _must_be_ours_to_mend(now)
            if now.condition not in NOT_ACTIVATED:
                return False
        self._note_sent(email)
        return True

    def _note_sent(self, email: str, link_ends: datetime | None = None) -> None:
        lasts = timedelta(days=self._okta.activation_days)
        self._sent[email.casefold()] = link_ends or timezone.now() + lasts

    def _let_in(self, line: Line, person: OktaPerson) -> None:
        """Let somebody into the application, or the group, unless they are in it."""
        if self._okta.group_id:
            _named(lambda: line.ask("PUT", "groups/{}/users/{}", self._okta.group_id, person.id))
        elif line.get("apps/{}/users/{}", self._okta.app_id, person.id) is None:
            self._assign(line, person)

    def _assign(self, line: Line, person: OktaPerson) -> None:
        body = {"id": person.id, "scope": "USER"}
        _named(lambda: line.ask("POST", "apps/{}/users", self._okta.app_id, json=body))

    def _is_left_out(self, line: Line, person: OktaPerson) -> bool:
        """Whether Okta says that somebody may not come in. Without an answer nothing is said."""
        try:
            if self._okta.app_id:
                return line.get("apps/{}/users/{}", self._okta.app_id, person.id) is None
            groups = line.pages("users/{}/groups", person.id)
            return all(group.get("id") != self._okta.group_id for group in groups)
        except (DirectoryError, AttributeError):
            return False


def _can_be_asked(email: str) -> bool:
    """Whether an address may stand where Okta takes a login: it also takes ids, short names and
    ``me`` there, and nothing at all means everybody."""
    return "@" in email and email.isprintable()


def _must_be_ours_to_mend(person: OktaPerson) -> None:
    if person.is_changing:
        raise DirectoryError("Okta is still busy with this account", permanent=False)
    if reason := NOT_OURS_TO_MEND.get(person.condition):
        raise DirectoryError(reason, permanent=True)


def _named(assign: Callable[[], object]) -> None:
    """Say what is missing when it is the application or group that the settings name."""
    try:
        assign()
    except Refused as refused:
        if refused.status != HTTPStatus.NOT_FOUND:
            raise
        reason = "the application or group that people are to be let into is not there"
        raise DirectoryError(f"{refused}: {reason}", permanent=True) from None
