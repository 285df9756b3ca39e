"""What the pages about oneself and one's organisation show."""

from dataclasses import dataclass
from datetime import date

from ravs.accounts.models import Account
from ravs.audit.selectors import Line
from ravs.members.asking.presenters import VaccinatingPage


@dataclass(frozen=True)
class Standing:
    """How a person stands at an organisation, as its home says it: what they may do here."""

    level: str
    waiting_level: str
    may: tuple[str, ...]
    may_not: tuple[str, ...]
    is_deactivated: bool
    closes_on: date | None
    manage_users: str
    add_user: str
    vaccinating: VaccinatingPage


@dataclass(frozen=True)
class HistoryPage:
    """The organisation's history; ``older`` leads on when there is more."""

    lines: tuple[Line, ...]
    older: str


@dataclass(frozen=True)
class Belonging:
    """One organisation a person is active at, and whom to ask there."""

    organisation: str
    address: str
    level: str
    may: str
    leads: tuple[Account, ...]


@dataclass(frozen=True)
class ProfilePage:
    email: str
    belongings: tuple[Belonging, ...]


@dataclass(frozen=True)
class LeftPage:
    """After deactivating oneself at one's only organisation."""

    provider_name: str
