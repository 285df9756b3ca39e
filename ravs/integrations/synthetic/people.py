"""Made-up people: the same ones for the same seed and day, each made by itself.

Numbers are of the range 999, which is given to nobody; the first thousand of it are kept for the
people of ``known``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from nhs_number.validate import calculate_checksum

from ravs.core.postcodes import NO_FIXED_ABODE
from ravs.integrations.pds.models import Person
from ravs.integrations.synthetic import words

MOST = 400_000
"""More would need the numbers that serve as replaced ones."""

RESERVED, ROOM = 1_000, 999_000
STRIDE = 612_847
"""Shares no factor with ``ROOM``: stepping by it meets every number once."""

LEAP_YEARS = tuple(year for year in range(1924, 2025, 4))
AGES = (
    (8, 0, 1), (10, 2, 11), (8, 12, 17), (22, 18, 44), (22, 45, 64), (18, 65, 79), (12, 80, 101),
)  # fmt: skip
"""How often, from which age, to which. Old and very young are met more often than they live."""

FEMALE, MALE = "female", "male"


@dataclass(frozen=True)
class Made:
    """Somebody, with the numbers that were theirs before."""

    person: Person
    former: tuple[str, ...] = field(default=())


def chance(*of: object) -> Random:
    """The same chances for the same words: what is made up is nobody's secret."""
    return Random(" ".join(map(str, of)))  # noqa: S311


def numbers(seed: int, *, first: int = 0) -> Iterator[str]:
    """Valid numbers in an order that the seed decides; never one twice, never a reserved one."""
    start = chance("numbers", seed).randrange(ROOM)
    for step in range(first, ROOM):
        stem = f"999{RESERVED + (start + step * STRIDE) % ROOM:06}"
        digit = calculate_checksum(stem)
        if digit is not None and digit < 10:
            yield f"{stem}{digit}"


def people(count: int, *, seed: int, today: date) -> Iterator[Made]:
    """``count`` of them; the first hundred of a thousand are the hundred of a hundred."""
    own, replaced = numbers(seed), numbers(seed, first=ROOM // 2)
    for place in range(count):
        by_chance = chance(seed, place)
        former = (next(replaced),) if by_chance.random() < 0.005 else ()
        yield Made(_person(next(own), by_chance, place, today), former)


def _person(number: str, by_chance: Random, place: int, today: date) -> Person:
    [origin] = by_chance.choices(words.ORIGINS, [origin.weight for origin in words.ORIGINS])
    gender = by_chance.choice((FEMALE, MALE))
    given = by_chance.choice(origin.women if gender == FEMALE else origin.men)
    if by_chance.random() < 0.25:
        given = f"{given} {by_chance.choice(origin.women if gender == FEMALE else origin.men)}"
    person = Person(
        nhs_number=number,
        given_name=given,
        family_name=by_chance.choice(origin.families),
        birth_date=_birth_date(by_chance, place, today),
        gender=by_chance.choice(("other", "unknown")) if by_chance.random() < 0.01 else gender,
        sensitive=by_chance.random() < 0.005,
    )
    _house(person, by_chance)
    _register(person, by_chance)
    if (today - person.birth_date).days > 70 * 365 and by_chance.random() < 0.02:
        person.died_on = today - timedelta(days=by_chance.randrange(1, 700))
    return person


def _birth_date(by_chance: Random, place: int, today: date) -> date:
    if place % 97 == 96:
        leap = [year for year in LEAP_YEARS if date(year, 2, 29) <= today]
        return date(by_chance.choice(leap), 2, 29)
    [(_, youngest, oldest)] = by_chance.choices(AGES, [weight for weight, _, _ in AGES])
    days = by_chance.randrange(youngest * 365 + youngest // 4, (oldest + 1) * 365 + oldest // 4)
    return today - timedelta(days=days)


def _house(person: Person, by_chance: Random) -> None:
    if by_chance.random() < 0.005:
        person.postcode = NO_FIXED_ABODE
        return
    town, districts = by_chance.choice(words.TOWNS)
    inward = by_chance.choice("0123456789") + "".join(by_chance.choices(words.INWARD_LETTERS, k=2))
    person.postcode = f"{by_chance.choice(districts)} {inward}"
    person.address = f"{by_chance.randrange(1, 180)} {by_chance.choice(words.STREETS)}, {town}"


def _register(person: Person, by_chance: Random) -> None:
    if by_chance.random() >= 0.02:
        person.gp_ods, person.gp_name = by_chance.choice(words.PRACTICES)
