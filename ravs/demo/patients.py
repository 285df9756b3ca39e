"""Whom a newcomer can ask for: one person for each thing worth seeing.

Knows nothing of the service, for the terminal tells of them too. What stands here is held against
the directory by a test.
"""

from dataclasses import dataclass

RECENTLY_VACCINATED, SAME_NAME, PREGNANT = "9990000115", "9990000123", "9990000093"


@dataclass(frozen=True)
class ToTry:
    """Somebody of the directory, and what there is to see."""

    nhs_number: str
    name: str
    what: str

    @property
    def spaced(self) -> str:
        number = self.nhs_number
        return f"{number[:3]} {number[3:6]} {number[6:]}"


TO_TRY = (
    ToTry("9990000018", "Margaret Thistlewood", "An older person, like most patients"),
    ToTry("9990000107", "Leo Fairweather", "A child, born on 29 February"),
    ToTry("9990000085", "Aisha Mirza", "A baby, a few months old"),
    ToTry(PREGNANT, "Hannah Whitcombe", "Pregnant: Priya Raman has begun a record for her"),
    ToTry(
        RECENTLY_VACCINATED,
        "John Ashby",
        "Had COVID-19 and flu vaccines 9 days ago: record COVID-19 again to see a warning",
    ),
    ToTry(SAME_NAME, "John Ashby", "Has the same name and date of birth as the one before"),
    ToTry("9990000026", "Edith Marlowe", "Has died"),
    ToTry("9990000034", "Samira Haddad", "Address and GP are protected"),
    ToTry("9990000050", "Adaeze Grace Okonjo-Bell", "A number that another has replaced"),
    ToTry("9990000069", "Piotr Zieliński", "Has no GP"),
    ToTry("9990000077", "Kieran O’Doherty", "Has no fixed address"),
)
