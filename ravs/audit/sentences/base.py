"""What sentences of every room are made with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ravs.audit.events import Event

SERVICE = "The service"
SUPPORT = "Support"
"""Who did what only a command can do when no person did it on a page."""

SOMEBODY = "somebody"
ERASED = "an erased person"


@dataclass(frozen=True)
class People:
    """What the people in an event are called; blank where there is none."""

    actor: str = ""
    subject: str = ""
    formerly: str = ""
    alone: bool = False
    address: str = ""
    former_address: str = ""

    @property
    def words(self) -> dict[str, str]:
        subject = self.subject or SOMEBODY
        return {
            "actor": self.actor or SERVICE,
            "by": self.actor or SUPPORT,
            "subject": subject,
            "formerly": self.formerly or subject,
            "person": self.subject or self.actor or SOMEBODY,
            "whose": "their own" if self.alone else f"{subject}’s",
            "address": self.address,
            "former_address": self.former_address,
        }


Telling = Callable[[Any, People], str]
Sentences = dict[type[Event], str | Telling]


def joined(changes: Sequence[str]) -> str:
    *first, last = changes or [""]
    return f"{', '.join(first)}, and {last}" if first else last


def number_of(count: int, singular: str, plural: str) -> str:
    return f"{count:,} {singular if count == 1 else plural}"
