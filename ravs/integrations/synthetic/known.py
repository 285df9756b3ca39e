"""People whom everybody who tries the service can ask for: one for each thing worth seeing.

Their numbers are the first of the range 999. The operator's guide lists them.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ravs.core.postcodes import NO_FIXED_ABODE
from ravs.integrations.pds.models import Person
from ravs.integrations.synthetic.people import FEMALE, MALE, Made
from ravs.integrations.synthetic.words import PRACTICES

PLAIN = "9990000018"
DECEASED = "9990000026"
SENSITIVE = "9990000034"
MERGED, REPLACED = "9990000042", "9990000050"
WITHOUT_GP = "9990000069"
HOMELESS = "9990000077"
BABY = "9990000085"
PREGNANT = "9990000093"
LEAP_DAY = "9990000107"
NAMESAKES = ("9990000115", "9990000123")


def known(today: date) -> Iterator[Made]:
    """All of them, as they stand on ``today``: the baby is four months old then."""
    yield _made(PLAIN, "Margaret Thistlewood", date(1950, 3, 12), FEMALE)
    yield _made(DECEASED, "Edith Marlowe", date(1938, 11, 2), FEMALE, died_on=date(2026, 1, 9))
    yield _made(SENSITIVE, "Samira Haddad", date(1987, 7, 24), FEMALE, sensitive=True)
    merged = _made(MERGED, "Adaeze Grace Okonjo-Bell", date(1979, 4, 30), FEMALE)
    yield Made(merged.person, (REPLACED,))
    yield _made(WITHOUT_GP, "Piotr Zieliński", date(1991, 9, 17), MALE, gp_ods="", gp_name="")
    yield _made(
        HOMELESS, "Kieran O’Doherty", date(1968, 12, 5), MALE, address="", postcode=NO_FIXED_ABODE
    )
    yield _made(BABY, "Aisha Mirza", today - timedelta(days=122), FEMALE)
    yield _made(PREGNANT, "Hannah Whitcombe", date(1994, 6, 8), FEMALE)
    yield _made(LEAP_DAY, "Leo Fairweather", date(2016, 2, 29), MALE)
    homes = (("7 Elm Garth, Leeds", "LS6 2CV"), ("31 Cinder Lane, Bradford", "BD3 9KM"))
    for number, (address, postcode) in zip(NAMESAKES, homes, strict=True):
        yield _made(
            number, "John Ashby", date(1961, 5, 5), MALE, address=address, postcode=postcode
        )


def _made(number: str, name: str, born: date, gender: str, **others: Any) -> Made:
    given, _, family = name.rpartition(" ")
    ods, practice = PRACTICES[0]
    usual = {
        "address": "7 Hawthorn Rise, Leeds",
        "postcode": "LS8 1CV",
        "gp_ods": ods,
        "gp_name": practice,
    }
    return Made(
        Person(
            nhs_number=number,
            given_name=given,
            family_name=family,
            birth_date=born,
            gender=gender,
            **(usual | others),
        )
    )
