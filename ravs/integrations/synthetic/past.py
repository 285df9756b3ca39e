"""What made-up people had elsewhere before: believable doses on believable days."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from ravs.integrations.immunisations.models import Given
from ravs.integrations.pds.models import Person
from ravs.integrations.synthetic import words
from ravs.integrations.synthetic.people import FEMALE, chance

SETTLED = timedelta(days=14)
"""So long a dose takes to be told of here."""

FIRST_RSV = date(2024, 9, 1)
"""Since then it is offered to people from 75."""

FIRST_MMR = date(1988, 10, 1)
FIRST_PRIORIX = date(1999, 1, 1)


def past_of(person: Person, *, seed: int, today: date) -> Iterator[Given]:
    """The doses of one person: all of them lived, and not too new to be known.

    Of somebody sensitive none names their surgery, which would be told in this way after all.
    """
    by_chance = chance("past", seed, person.nhs_number)
    last = min(today - SETTLED, person.died_on or today)
    doses = [*_of_seasons(person, by_chance, today), *_of_children(person, by_chance)]
    doses += [*_of_age(person, by_chance, today), *_of_pregnancy(person, by_chance, today)]
    for dose in doses:
        if person.birth_date < dose.given_on <= last:
            dose.nhs_number = person.nhs_number
            surgery = "" if person.sensitive else person.gp_name
            dose.place = dose.place or surgery or by_chance.choice(words.PHARMACIES)
            yield dose


def _aged(person: Person, years: int, months: int = 0) -> date:
    return person.birth_date + timedelta(days=round(years * 365.25 + months * 30.44))


def _of_seasons(person: Person, by_chance: Random, today: date) -> Iterator[Given]:
    """Flu and COVID-19 of the last three autumns, for whoever was 65 by then."""
    for year in range(today.year - 2, today.year + 1):
        autumn = date(year, 9, 20)
        if autumn < _aged(person, 65):
            continue
        if by_chance.random() < 0.7:
            day = autumn + timedelta(days=by_chance.randrange(80))
            yield Given(given_on=day, vaccine_type="flu", product="Adjuvanted Trivalent (aTIV)")
        if by_chance.random() < 0.4:
            day = autumn + timedelta(days=by_chance.randrange(80))
            pharmacy = by_chance.choice(words.PHARMACIES)
            yield Given(given_on=day, vaccine_type="covid-19", place=pharmacy)


def _of_children(person: Person, by_chance: Random) -> Iterator[Given]:
    for dose, (years, months) in (("1st dose", (1, 0)), ("2nd dose", (3, 4))):
        if by_chance.random() < 0.85:
            day = _aged(person, years, months) + timedelta(days=by_chance.randrange(60))
            product = "Priorix" if day >= FIRST_PRIORIX else ""
            if day >= FIRST_MMR:
                yield Given(given_on=day, vaccine_type="mmr", product=product, dose=dose)


def _of_age(person: Person, by_chance: Random, today: date) -> Iterator[Given]:
    since = max(_aged(person, 75), FIRST_RSV)
    if since < today and by_chance.random() < 0.45:
        day = since + timedelta(days=by_chance.randrange(1, (today - since).days + 1))
        yield Given(given_on=day, vaccine_type="rsv", product="Abrysvo")


def _of_pregnancy(person: Person, by_chance: Random, today: date) -> Iterator[Given]:
    is_likely = person.gender == FEMALE and _aged(person, 18) < today < _aged(person, 43)
    if is_likely and by_chance.random() < 0.12:
        day = today - timedelta(days=by_chance.randrange(15, 900))
        yield Given(given_on=day, vaccine_type="pertussis", product="Adacel")
