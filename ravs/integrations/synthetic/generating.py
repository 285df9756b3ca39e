"""Putting made-up people, and what they had before, into the local twins."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, islice

from django.db import transaction

from ravs.core.progress import Advance
from ravs.integrations.immunisations.models import Given
from ravs.integrations.pds.models import FormerNumber, Person
from ravs.integrations.synthetic.known import known
from ravs.integrations.synthetic.past import past_of
from ravs.integrations.synthetic.people import Made, people

BATCH = 1000


@transaction.atomic
def generate(count: int, *, seed: int, today: date, advance: Advance = lambda _steps: None) -> int:
    """Add ``count`` people beside the known ones; whoever is there already stays as they are.

    The same seed on the same day gives the same people. Says how many were new.
    """
    added = 0
    everybody = chain(known(today), people(count, seed=seed, today=today))
    for some in slices(everybody):
        added += _write(some, seed=seed, today=today)
        advance(len(some))
    return added


def slices(everybody: Iterator[Made]) -> Iterator[list[Made]]:
    while some := list(islice(everybody, BATCH)):
        yield some


def _write(some: Sequence[Made], *, seed: int, today: date) -> int:
    numbers = [made.person.nhs_number for made in some]
    there = set(Person.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    new = [made for made in some if made.person.nhs_number not in there]
    Person.write(made.person for made in new)
    former = [FormerNumber(nhs_number=n, person=made.person) for made in new for n in made.former]
    FormerNumber.objects.bulk_create(former, ignore_conflicts=True)
    doses = [dose for made in new for dose in past_of(made.person, seed=seed, today=today)]
    Given.objects.bulk_create(doses, batch_size=BATCH, ignore_conflicts=True)
    return len(new)
