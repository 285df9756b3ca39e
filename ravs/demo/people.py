"""Who can sign in, as it is handed from the past to the terminal.

Knows nothing of the service, for the supervisor that reads it sets nothing up.
"""

import json
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "Blossom-Street-7"  # noqa: S105 - told to everybody, of nobody real, on this machine
"""What everybody in the demonstration signs in with. It fits the provider's rules for them all."""


@dataclass(frozen=True)
class Standing:
    """What somebody is at one organisation."""

    ods: str
    organisation: str
    level: str
    state: str
    organisation_state: str = ""


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    email: str
    try_this: str
    standings: tuple[Standing, ...]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def read(file: Path) -> list[Person]:
    rows = json.loads(file.read_text(encoding="utf-8"))
    return [
        Person(**{**row, "standings": tuple(Standing(**place) for place in row["standings"])})
        for row in rows
    ]
