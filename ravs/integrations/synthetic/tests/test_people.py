"""Made-up people: believable, the same each time, and nobody real."""

from datetime import date, timedelta
from itertools import islice

import nhs_number
import pytest

from ravs.core import postcodes
from ravs.integrations.immunisations.models import Given
from ravs.integrations.pds.models import FormerNumber, Person
from ravs.integrations.synthetic import known
from ravs.integrations.synthetic.generating import generate
from ravs.integrations.synthetic.past import past_of
from ravs.integrations.synthetic.people import Made, numbers, people
from ravs.integrations.synthetic.words import INWARD_LETTERS

TODAY = date(2026, 3, 4)
SOME = list(people(1500, seed=1, today=TODAY))


def as_told(made: Made) -> dict[str, object]:
    return {k: v for k, v in vars(made.person).items() if k != "_state"} | {"former": made.former}


def test_the_same_seed_makes_the_same_people_however_many() -> None:
    again = people(100, seed=1, today=TODAY)
    assert [as_told(made) for made in again] == [as_told(made) for made in SOME[:100]]


def test_another_seed_makes_others() -> None:
    other = {made.person.nhs_number for made in people(100, seed=2, today=TODAY)}
    assert len(other & {made.person.nhs_number for made in SOME}) < 5


def test_every_number_is_valid_of_the_test_range_and_nobody_elses() -> None:
    found = [made.person.nhs_number for made in SOME] + [n for made in SOME for n in made.former]
    assert len(set(found)) == len(found)
    for number in found:
        assert nhs_number.is_valid(number, for_region=nhs_number.REGION_SYNTHETIC)
        assert number > "9990010000"


def test_there_are_numbers_for_as_many_as_may_be_asked_for() -> None:
    assert len(set(islice(numbers(7), 20_000))) == 20_000


def test_no_postcode_can_be_anybodys() -> None:
    for made in SOME:
        postcode = made.person.postcode
        assert postcodes.read(postcode) == postcode
        assert postcode == postcodes.NO_FIXED_ABODE or set(postcode[-2:]) <= set(INWARD_LETTERS)


def test_people_of_every_age_are_among_them() -> None:
    born = [made.person.birth_date for made in SOME]
    assert all(day <= TODAY for day in born)
    years = {(TODAY - day).days // 365 for day in born}
    assert set(range(101)) <= years
    assert any((day.month, day.day) == (2, 29) for day in born)


@pytest.mark.parametrize(
    "is_special",
    [
        lambda made: made.person.sensitive,
        lambda made: made.person.died_on,
        lambda made: made.former,
        lambda made: not made.person.gp_ods,
        lambda made: made.person.postcode == postcodes.NO_FIXED_ABODE,
        lambda made: not made.person.given_name.isascii(),
    ],
)
def test_each_kind_of_person_is_among_them_and_rare(is_special: object) -> None:
    special = [made for made in SOME if is_special(made)]  # type: ignore[operator]
    assert 0 < len(special) < len(SOME) / 4


def test_nobody_had_a_dose_before_birth_after_death_or_too_lately_to_be_known() -> None:
    given = [
        (made.person, dose) for made in SOME for dose in past_of(made.person, seed=1, today=TODAY)
    ]
    assert {dose.vaccine_type for _, dose in given} == {
        "covid-19",
        "flu",
        "mmr",
        "pertussis",
        "rsv",
    }
    for person, dose in given:
        assert person.birth_date < dose.given_on <= TODAY - timedelta(days=14)
        assert dose.given_on <= (person.died_on or TODAY)
        assert dose.place
        assert dose.nhs_number == person.nhs_number


@pytest.mark.django_db
def test_they_are_put_in_once_and_keep_what_they_had() -> None:
    assert generate(300, seed=1, today=TODAY) == 311
    people_then, doses = Person.objects.count(), Given.objects.count()
    margaret = Person.objects.get(pk=known.PLAIN)
    margaret.postcode = "M1 1CV"
    margaret.save()
    assert generate(300, seed=1, today=TODAY + timedelta(days=40)) == 0
    assert (Person.objects.count(), Given.objects.count()) == (people_then, doses)
    assert Person.objects.get(pk=known.PLAIN).postcode == "M1 1CV"
    assert generate(310, seed=1, today=TODAY) == 10


@pytest.mark.django_db
def test_the_known_people_are_as_everybody_expects() -> None:
    generate(0, seed=1, today=TODAY)
    found = Person.objects.in_bulk()
    assert found[known.DECEASED].died_on == date(2026, 1, 9)
    assert found[known.SENSITIVE].sensitive
    assert found[known.WITHOUT_GP].gp_ods == ""
    assert found[known.HOMELESS].postcode == postcodes.NO_FIXED_ABODE
    assert found[known.LEAP_DAY].birth_date == date(2016, 2, 29)
    assert (TODAY - found[known.BABY].birth_date).days == 122
    assert FormerNumber.objects.get().person_id == known.MERGED
    first, second = (found[number] for number in known.NAMESAKES)
    assert (first.given_name, first.birth_date) == (second.given_name, second.birth_date)


@pytest.mark.django_db
def test_many_cost_few_statements(django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        generate(2000, seed=3, today=TODAY)
