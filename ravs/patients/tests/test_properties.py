"""Whoever is known is found, however their name, number and postcode are typed."""

import unicodedata
from datetime import date
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ravs.core import nhs_number, postcodes
from ravs.core.folding import fold, parts
from ravs.integrations.pds.models import Person
from ravs.integrations.pds.port import Criteria, directory
from ravs.integrations.synthetic.generating import generate
from ravs.integrations.synthetic.people import people as made_up
from ravs.patients.forms import SearchForm
from ravs.patients.models import Patient
from ravs.patients.selectors import local_matches, possible_duplicates
from ravs.patients.services import Entered, add_local_patient
from tests.people import organisation

pytestmark = pytest.mark.once

TODAY = date(2026, 3, 4)
PEOPLE = [made.person for made in islice(made_up(200, seed=1, today=TODAY), 200)]

CASES = (str, str.upper, str.lower, str.title)
GAPS = (" ", "-", "", "  ", "’", "'")


@st.composite
def typed_name(draw: st.DrawFn, name: str, *, beginning: bool = False) -> str:
    """``name`` as somebody may type it; a given name also by any of its parts or a beginning."""
    text = name
    if draw(st.booleans()):
        kept = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in kept if not unicodedata.combining(letter))
    if draw(st.booleans()):
        text = fold(text)
    for gap in " -’'":
        text = text.replace(gap, draw(st.sampled_from(GAPS)))
    if beginning and draw(st.booleans()):
        part = draw(st.sampled_from(parts(name)))
        text = part[: draw(st.integers(1, len(part)))]
    return draw(st.sampled_from(CASES))(f" {text} ")


@st.composite
def typed(draw: st.DrawFn) -> tuple[Person, dict[str, str]]:
    """Somebody, and what is typed into the search for them."""
    person = draw(st.sampled_from(PEOPLE))
    born = person.birth_date
    pad = draw(st.sampled_from(("{}", "{:02}", " {} ")))
    postcode = draw(st.sampled_from(("", person.postcode, postcodes.outward(person.postcode))))
    gap = draw(st.sampled_from((" ", "", "-")))
    return person, {
        "first_name": draw(typed_name(person.given_name, beginning=True)),
        "last_name": draw(typed_name(person.family_name)),
        "birth_date_day": pad.format(born.day),
        "birth_date_month": pad.format(born.month),
        "birth_date_year": str(born.year),
        "postcode": draw(st.sampled_from(CASES))(postcode.replace(" ", gap)),
    }


def criteria_of(answers: dict[str, str]) -> Criteria:
    form = SearchForm(answers)
    assert form.is_valid(), form.errors
    return form.criteria()


@pytest.mark.django_db
def test_everybody_in_the_directory_is_found_however_they_are_typed() -> None:
    generate(200, seed=1, today=TODAY)

    @given(typed())
    @settings(max_examples=150)
    def find(one: tuple[Person, dict[str, str]]) -> None:
        person, answers = one
        found = directory().search(criteria_of(answers))
        assert person.nhs_number in {row.nhs_number for row in found}

    find()


@pytest.mark.django_db
def test_everybody_entered_here_is_found_in_the_same_ways() -> None:
    leeds = organisation()
    known = {person.nhs_number: enter(leeds, person) for person in PEOPLE[:60]}

    @given(typed())
    @settings(max_examples=150)
    def find(one: tuple[Person, dict[str, str]]) -> None:
        person, answers = one
        if person.nhs_number in known:
            criteria = criteria_of(answers)
            assert known[person.nhs_number] in local_matches(leeds, criteria)

    find()


@pytest.mark.django_db
def test_the_same_details_are_always_a_possible_duplicate() -> None:
    generate(200, seed=1, today=TODAY)
    leeds = organisation()
    for person in PEOPLE[:80]:
        alike = possible_duplicates(
            leeds, Criteria(person.given_name, person.family_name, person.birth_date)
        )
        assert person.nhs_number in {row.nhs_number for row in alike}
        assert len(alike) <= 10


@given(st.sampled_from(PEOPLE), st.lists(st.sampled_from(("", " ", "-", "\u00a0")), min_size=10))
def test_a_number_is_read_with_any_gaps(person: Person, gaps: list[str]) -> None:
    spaced = "".join(map("".join, zip(person.nhs_number, gaps, strict=False)))
    assert nhs_number.read(spaced) == person.nhs_number


def enter(at: object, person: Person) -> Patient:
    entered = Entered(
        person.given_name, person.family_name, person.birth_date, person.postcode, person.gender
    )
    return add_local_patient(actor=None, organisation=at, entered=entered)  # type: ignore[arg-type]
