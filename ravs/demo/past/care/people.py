"""Whom there is to vaccinate: the local directory, filled, and who of it comes for what.

The one part of the demonstration that knows what stands behind the directory's port: somebody has
to fill the local twins before anybody can be found in them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from ravs.core.progress import Advance
from ravs.demo.patients import RECENTLY_VACCINATED, SAME_NAME
from ravs.integrations.immunisations.models import Given
from ravs.integrations.ods.models import Listed
from ravs.integrations.pds.models import Person
from ravs.integrations.synthetic.generating import generate
from ravs.integrations.synthetic.known import known
from ravs.integrations.synthetic.people import FEMALE

COUNT, SEED = 3000, 1
CARE_HOMES = (
    ("VLA01", "Rosewood Court", "2 Orchard Lane, Manchester, ZZ99 3CZ"),
    ("VLA02", "Rosewood House", "41 Mill Bank, Salford, ZZ99 3CZ"),
    ("VLA03", "The Elms Residential Home", "9 Elm Grove, Manchester, ZZ99 3CZ"),
    ("VLA04", "Elm Tree Lodge", "17 Station Road, Leeds, ZZ99 3CZ"),
    ("VLA05", "St Wilfrid’s Nursing Home", "3 Abbey Walk, Leeds, ZZ99 3CZ"),
    ("VLA06", "Harbour View", "28 Canal Street, Bradford, ZZ99 3CZ"),
)
SEASON = timedelta(days=250)
"""Nobody is vaccinated against flu twice within it."""
COVID_APART, MMR_APART = timedelta(days=120), timedelta(days=60)
STAFF_AGES, MOTHERS_AGES = (24, 58), (21, 40)


def fill_directory(*, today: date, advance: Advance = lambda _: None) -> int:
    """A few thousand made-up people, and the few who are known to everybody. Says how many.

    Those of the tales had nothing elsewhere lately: it would not go with what is told of them.
    """
    added = generate(COUNT, seed=SEED, today=today, advance=advance)
    Listed.write(Listed(ods=ods, name=name, address=address) for ods, name, address in CARE_HOMES)
    lately = Given.objects.filter(given_on__gt=today - SEASON)
    lately.filter(nhs_number__in=(RECENTLY_VACCINATED, SAME_NAME)).delete()
    return added


def directory_is_empty() -> bool:
    return not Person.objects.exists()


@dataclass
class Somebody:
    """A person as far as it matters for what they come for."""

    nhs_number: str
    family_name: str
    birth_date: date
    gender: str
    town: str
    had: list[tuple[str, date]] = field(default_factory=list)

    def age_on(self, day: date) -> int:
        before = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before

    def is_aged(self, day: date, least: int, most: int) -> bool:
        return least <= self.age_on(day) <= most

    def doses(self, code: str) -> list[date]:
        return [day for had, day in self.had if had == code]

    def had_near(self, code: str, day: date, near: timedelta) -> bool:
        return any(abs(day - given) < near for given in self.doses(code))


Fits = Callable[[Somebody, date], bool]
Towns = tuple[str, ...]


def _flu(least: int, most: int) -> Fits:
    def fits(one: Somebody, day: date) -> bool:
        return one.is_aged(day, least, most) and not one.had_near("flu", day, SEASON)

    return fits


def _covid(one: Somebody, day: date) -> bool:
    return one.is_aged(day, 75, 104) and not one.had_near("covid-19", day, COVID_APART)


def _rsv(one: Somebody, day: date) -> bool:
    return one.is_aged(day, 75, 95) and not one.doses("rsv")


def _pertussis(one: Somebody, day: date) -> bool:
    return one.gender == FEMALE and one.is_aged(day, *MOTHERS_AGES) and not one.had


def _mmr(one: Somebody, day: date) -> bool:
    return one.is_aged(day, 1, 6) and _may_have_mmr(one, day)


def _mmr_of_staff(one: Somebody, day: date) -> bool:
    return one.is_aged(day, 22, 36) and _may_have_mmr(one, day)


def _may_have_mmr(one: Somebody, day: date) -> bool:
    """At most one so far, long enough ago, and none to come."""
    return len(one.doses("mmr")) < 2 and all(given < day - MMR_APART for given in one.doses("mmr"))


COMES_FOR: dict[str, Fits] = {
    "flu-ativ": _flu(65, 99),
    "flu-tivc": _flu(18, 64),
    "flu-fluenz": _flu(2, 16),
    "comirnaty-30-lp81": _covid,
    "abrysvo": _rsv,
    "pertussis-adacel": _pertussis,
    "mmr-priorix": _mmr,
}
STAFF_COME_FOR: dict[str, Fits] = {"flu-tivc": _flu(*STAFF_AGES), "mmr-priorix": _mmr_of_staff}


class Register:
    """Everybody of the directory who may come by chance; those known to everybody do not."""

    def __init__(self, *, today: date) -> None:
        history: dict[str, list[tuple[str, date]]] = defaultdict(list)
        for number, code, day in Given.objects.values_list(
            "nhs_number", "vaccine_type", "given_on"
        ):
            history[number].append((code, day))
        apart = {made.person.nhs_number for made in known(today)}
        rows = Person.objects.filter(died_on=None, sensitive=False).exclude(pk__in=apart)
        self._people = [
            Somebody(
                nhs_number=one.nhs_number,
                family_name=one.family_name,
                birth_date=one.birth_date,
                gender=one.gender,
                town=one.address.rpartition(", ")[2],
                had=history[one.nhs_number],
            )
            for one in rows.order_by("pk")
        ]
        Random(SEED).shuffle(self._people)  # noqa: S311 - made up, and the same each time
        self._waiting: dict[tuple[Fits, Towns], Iterator[Somebody]] = {}
        self._came: set[str] = set()

    def next_for(
        self, product: str, day: date, *, near: Towns, is_for_staff: bool
    ) -> Somebody | None:
        """Somebody who has not come yet and may have this, from ``near`` if there is anybody."""
        fits = (STAFF_COME_FOR if is_for_staff else COMES_FOR)[product]
        if (fits, near) not in self._waiting:
            nearest = sorted(self._people, key=lambda one: one.town not in near)
            self._waiting[fits, near] = iter(nearest)
        for one in self._waiting[fits, near]:
            if one.nhs_number not in self._came and fits(one, day):
                self._came.add(one.nhs_number)
                return one
        return None
