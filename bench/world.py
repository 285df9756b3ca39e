"""The organisations, people and stock that the generated vaccinations belong to."""

from random import Random

from django.db import transaction

from ravs.members.models import Level, Membership
from ravs.organisations.models import Organisation, Site
from tests import vaccines
from tests.crowds import crowd, people
from tests.people import organisation

ORGANISATIONS = 40
TOWNS = (
    "Alderbrook", "Beckfield", "Calderside", "Dunmore", "Eastholme", "Fernley", "Garside",
    "Holmebridge", "Ingleton", "Kirkstone",
)  # fmt: skip
KINDS = ("Teaching Hospitals", "Community Health", "General Hospital", "Care")
VACCINATORS = ("Rosa Keane", "Tunde Balogun", "Mairi Drummond", "Arjun Patel")
GIVEN = ("flu-vaxigrip", "comirnaty-30-lp81", "abrysvo")
TYPES = ("flu", "covid-19", "rsv")


@transaction.atomic
def build(count: int) -> None:
    """``count`` organisations, unless they are there. The first is the biggest."""
    if Organisation.objects.exists():
        return
    vaccines.catalogue()
    for number in range(count):
        _organisation(number)


def organisations() -> list[Organisation]:
    """The biggest first."""
    return list(Organisation.objects.order_by("ods"))


def _organisation(number: int) -> None:
    kind, town = divmod(number, len(TOWNS))
    at = organisation(f"RB{number:02d}", f"{TOWNS[town]} {KINDS[kind]}")
    vaccines.enable(at, *TYPES)
    for place in range(2 if number else 5):
        where = Site.objects.create(
            organisation=at, name=f"{TOWNS[town]} Clinic {place + 1}", ods=f"{at.ods}{place + 1}"
        )
        for code in GIVEN:
            vaccines.batch(where, code, _batch_number(number, place, code))
    crowd(at, people([f"Priya {TOWNS[town]}"]), level=Level.LEAD_ADMINISTRATOR)
    staff = crowd(at, people(VACCINATORS))
    Membership.objects.filter(pk__in=[one.pk for one in staff]).update(vaccinator=True)


def _batch_number(number: int, place: int, code: str) -> str:
    chance = Random(f"{number} {place} {code}")
    return f"{chance.choice('ABCDEFGH')}{chance.randrange(1000, 9999)}{code[0].upper()}"
