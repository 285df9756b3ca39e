"""Reading an operator's own people from a file: all of them, or none where a line is wrong."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from ravs.core import nhs_number, postcodes
from ravs.core.errors import Refusal
from ravs.integrations.pds.models import FormerNumber, Person
from ravs.integrations.synthetic.people import Made

NEEDED = ("nhs_number", "given_name", "family_name", "birth_date")
COLUMNS = (
    *NEEDED,
    "gender",
    "address",
    "postcode",
    "gp_ods",
    "gp_name",
    "died_on",
    "sensitive",
    "former_numbers",
)
LONGEST = {"given_name": 100, "family_name": 100, "address": 300, "gp_ods": 10, "gp_name": 200}
GENDERS = ("", "male", "female", "other", "unknown")
FLAGS = {"": False, "no": False, "yes": True}
MOST_TOLD = 10


class WrongFile(Refusal):
    """What is wrong with a file, line by line."""


@dataclass(frozen=True)
class Line:
    """One line of the file, its cells stripped."""

    number: int
    cells: dict[str, str]

    def made(self) -> Made:
        """Raises ``ValueError`` with what is wrong."""
        cells = self.cells
        person = Person(
            nhs_number=read_number(cells["nhs_number"]),
            birth_date=self.day("birth_date"),
            gender=self.one_of("gender", GENDERS),
            postcode=self.postcode(),
            died_on=self.day("died_on") if cells["died_on"] else None,
            sensitive=FLAGS[self.one_of("sensitive", FLAGS)],
            **{name: self.text(name) for name in ("given_name", "family_name")},
            **{name: self.text(name) for name in ("address", "gp_ods", "gp_name")},
        )
        former = filter(None, cells["former_numbers"].split(";"))
        return Made(person, tuple(map(read_number, former)))

    def text(self, name: str) -> str:
        value, longest = self.cells[name], LONGEST[name]
        if (name in NEEDED and not value) or len(value) > longest:
            raise ValueError(f"{name} must have 1 to {longest} characters")
        return value

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self.cells[name])
        except ValueError as error:
            raise ValueError(f"{name} must be a date such as 1950-03-12") from error

    def one_of(self, name: str, known: object) -> str:
        value = self.cells[name].lower()
        if value not in known:  # type: ignore[operator]
            raise ValueError(f"{name} must be one of {', '.join(filter(None, known))}")  # type: ignore[call-overload]
        return value

    def postcode(self) -> str:
        try:
            return postcodes.read(self.cells["postcode"]) if self.cells["postcode"] else ""
        except postcodes.NotAPostcode as error:
            raise ValueError("postcode is not one") from error


def read_number(text: str) -> str:
    try:
        return nhs_number.read(text)
    except nhs_number.NotTenDigits as error:
        raise ValueError("an NHS number must have 10 digits") from error
    except nhs_number.WrongCheckDigit as error:
        raise ValueError("an NHS number is not valid") from error


def load(file: Path) -> int:
    """Put the people of ``file`` into the directory, new details for old; says how many.

    Raises:
        WrongFile
    """
    everybody, wrong = [], []
    for line in lines(file):
        try:
            everybody.append(line.made())
        except ValueError as error:
            wrong.append(f"line {line.number}: {error}")
    if wrong:
        raise WrongFile(f"Nobody was loaded. {'; '.join(wrong[:MOST_TOLD])}")
    write(everybody)
    return len(everybody)


@transaction.atomic
def write(everybody: list[Made]) -> None:
    Person.write({made.person.pk: made.person for made in everybody}.values())
    FormerNumber.objects.bulk_create(
        [FormerNumber(nhs_number=n, person=made.person) for made in everybody for n in made.former],
        update_conflicts=True,
        unique_fields=["nhs_number"],
        update_fields=["person"],
    )


def lines(file: Path) -> Iterator[Line]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = csv.DictReader(opened)
        missing = set(NEEDED) - set(rows.fieldnames or ())
        unknown = set(rows.fieldnames or ()) - set(COLUMNS)
        if missing or unknown:
            raise WrongFile(
                f"The first line must name columns of {', '.join(COLUMNS)}."
                " The first four of them are needed."
            )
        for row in rows:
            yield Line(rows.line_num, {name: (row.get(name) or "").strip() for name in COLUMNS})
