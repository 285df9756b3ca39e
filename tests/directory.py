"""An identity provider in memory, for tests of what the service makes of a provider's answers.

It keeps the same contract as the real ones (``ravs/integrations/identity/tests/test_contract.py``
holds it to that), and besides can be told to break off before or after it has done its work, and
to say of somebody's account whatever a provider may say.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.utils import timezone

from ravs.integrations.identity.port import (
    AccountStatus,
    ActivationState,
    Condition,
    DirectoryError,
    Ensured,
    Found,
    IdentityDirectory,
    Resent,
)
from ravs.integrations.identity.tests.worlds import Kept

Answer = TypeVar("Answer")

PATH = "tests.directory.Directory"
ACTIVATION_DAYS = 7
NOT_GIVEN_BACK = frozenset({Condition.SUSPENDED, Condition.CLOSED})


class Killed(BaseException):
    """The process ends here, whatever it was doing."""


@dataclass
class Held:
    """One person's account at the provider."""

    email: str
    external_id: UUID | None
    first_name: str = ""
    last_name: str = ""
    active: bool = True
    activated: bool = False
    expires: datetime | None = None
    stands: Condition | None = None
    """How the account stands, where that is more than activated or not."""


@dataclass
class Provider:
    """The provider itself: its accounts, the activation letters it sent, and its moods."""

    accounts: dict[str, Held] = field(default_factory=dict)
    letters: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    asking: str = ""
    """Whom the last question was about."""
    tells_activation: bool = True
    supports_resend: bool = True
    before: Callable[[str], None] | None = None
    """Called with the question before it is answered; may raise ``DirectoryError``."""
    after: Callable[[str], None] | None = None
    """Called when the work is done and the answer not yet given; may raise ``Killed``."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def reset(self) -> None:
        self.__init__()  # type: ignore[misc]

    def hold(self, email: str, *, activated: bool, external_id: UUID | None = None) -> Held:
        """An account made by another hand."""
        held = Held(email, external_id, activated=activated)
        self.accounts[email.casefold()] = held
        return held

    def activate(self, email: str) -> None:
        self.accounts[email.casefold()].activated = True

    def down(self, *, permanent: bool = False, retry_after: float | None = None) -> None:
        def refuse(_question: str) -> None:
            raise DirectoryError("no answer", permanent=permanent, retry_after=retry_after)

        self.before = refuse

    def up(self) -> None:
        self.before = self.after = None

    def send_activation(self, held: Held) -> None:
        held.expires = timezone.now() + timedelta(days=ACTIVATION_DAYS)
        self.letters.append(held.email)


PROVIDER = Provider()


class Directory:
    """The port's side of ``PROVIDER``."""

    makes_accounts = True

    def ensure_account(
        self, *, email: str, first_name: str, last_name: str, external_id: UUID
    ) -> Ensured:
        def ensure() -> Ensured:
            held = PROVIDER.accounts.get(email.casefold())
            is_new = held is None
            if held is None:
                held = Held(email, external_id, first_name, last_name)
                PROVIDER.accounts[email.casefold()] = held
                PROVIDER.send_activation(held)
            if held.stands in NOT_GIVEN_BACK:
                raise DirectoryError(f"the account is {held.stands}", permanent=True)
            if held.external_id == external_id:
                held.active = True
            found = self._found(held, external_id)
            return replace(found, just_sent=is_new and found.activation_expires_at is not None)

        return _ask("ensure", email, ensure)

    def _found(self, held: Held, external_id: UUID) -> Ensured:
        tells = PROVIDER.tells_activation
        if tells and held.activated:
            return Ensured(Found.EXISTING)
        expires = held.expires if tells else None
        if held.external_id == external_id:
            return Ensured(Found.NEW, expires)
        return Ensured(Found.PENDING, expires) if tells else Ensured(Found.EXISTING)

    def resend_activation(self, *, email: str, external_id: UUID) -> Resent:
        def resend() -> Resent:
            held = PROVIDER.accounts[email.casefold()]
            if not (PROVIDER.tells_activation and PROVIDER.supports_resend):
                return Resent.UNSUPPORTED
            if held.activated:
                return Resent.NOT_NEEDED
            PROVIDER.send_activation(held)
            return Resent.SENT

        return _ask("resend", email, resend)

    def status(self, *, email: str, timeout: float | None = None) -> AccountStatus:
        def status() -> AccountStatus:
            held = PROVIDER.accounts.get(email.casefold())
            if held is None:
                return AccountStatus.of(Condition.MISSING)
            if held.stands:
                return AccountStatus.of(held.stands)
            if not held.active:
                return AccountStatus.of(Condition.SWITCHED_OFF)
            if not PROVIDER.tells_activation:
                return AccountStatus(ActivationState.ACTIVE)
            if held.activated:
                return AccountStatus.of(Condition.WORKING)
            return AccountStatus.of(Condition.PENDING, held.expires)

        return _ask("status", email, status)


def _ask(question: str, email: str, answer: Callable[[], Answer]) -> Answer:
    PROVIDER.asked.append(question)
    PROVIDER.asking = email
    if PROVIDER.before:
        PROVIDER.before(question)
    with PROVIDER.lock:
        given = answer()
    if PROVIDER.after:
        PROVIDER.after(question)
    return given


class InMemory:
    """``PROVIDER`` as one of the worlds that every directory is held against."""

    new = again = Found.NEW
    keeps_our_id = gives_back = True

    def __init__(self, *, tells: bool) -> None:
        self.tells_activation = PROVIDER.tells_activation = tells
        self.found_elsewhere = Found.PENDING if tells else Found.EXISTING
        self.resent = Resent.SENT if tells else Resent.UNSUPPORTED

    @classmethod
    @contextmanager
    def opened(cls, *, tells: bool) -> "Iterator[InMemory]":
        PROVIDER.reset()
        yield cls(tells=tells)
        PROVIDER.reset()

    def directory(self) -> IdentityDirectory:
        return Directory()

    def kept(self, email: str) -> list[Kept]:
        held = PROVIDER.accounts.get(email.casefold())
        if held is None:
            return []
        identifier = str(held.external_id) if held.external_id else None
        return [Kept(held.email, identifier, held.first_name, held.last_name, held.active)]

    def make_elsewhere(self, email: str) -> None:
        PROVIDER.hold(email, activated=False)

    def switch_off(self, email: str) -> None:
        PROVIDER.accounts[email.casefold()].active = False

    def activate(self, email: str) -> None:
        PROVIDER.activate(email)

    def activation_letters(self, email: str) -> int:
        return PROVIDER.letters.count(email)
