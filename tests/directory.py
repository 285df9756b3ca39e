"""An identity provider in memory, for tests of what the service makes of a provider's answers.

It keeps the same contract as the real ones (``ravs/members/tests/test_directory.py`` holds it to
that), and besides can be told to break off before or after it has done its work.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.utils import timezone

from ravs.integrations.identity.port import (
    AccountStatus,
    ActivationState,
    DirectoryError,
    Ensured,
    Found,
    Resent,
)

Answer = TypeVar("Answer")

PATH = "tests.directory.Directory"
ACTIVATION_DAYS = 7


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
            if held is None:
                held = Held(email, external_id, first_name, last_name)
                PROVIDER.accounts[email.casefold()] = held
                PROVIDER.send_activation(held)
            if held.external_id == external_id:
                held.active = True
            return self._found(held, external_id)

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
                return AccountStatus(ActivationState.MISSING)
            if not held.active:
                return AccountStatus(ActivationState.UNKNOWN)
            if held.activated or not PROVIDER.tells_activation:
                return AccountStatus(ActivationState.ACTIVE)
            return AccountStatus(ActivationState.PENDING, held.expires)

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
