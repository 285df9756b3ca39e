"""What is out of the ordinary, to the day."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravs.patients.models import Patient
from ravs.vaccinations.history import Past
from ravs.vaccinations.models import Outcome
from ravs.vaccinations.recording import warnings
from ravs.vaccinations.recording.facts import Facts
from ravs.vaccinations.recording.warnings import later, months_between
from ravs.vaccines.models import Option, Product, Rule, RuleKind, Unit, VaccineType

DAY = date(2026, 3, 4)
FLU = VaccineType(pk=1, code="flu", name="flu")
LONDON_FLU = VaccineType(pk=2, code="flu-london", name="flu (London service)", stock_from=FLU)
COVID = VaccineType(pk=3, code="covid-19", name="COVID-19")
FLUENZ = Product(pk=7, code="flu-fluenz", name="Fluenz", type=FLU)
VAXIGRIP = Product(pk=8, code="flu-vaxigrip", name="Vaxigrip", type=FLU)


def ada(born: date = date(1986, 1, 15)) -> Patient:
    return Patient(given_name="Ada", family_name="Brook", birth_date=born)


def rule(kind: RuleKind, unit: Unit, **how: Any) -> Rule:
    return Rule(code=f"{kind}-rule", kind=kind, unit=unit, type=FLU, **how)


def codes(
    *rules: Rule,
    patient: Patient | None = None,
    past: list[Past] | None = None,
    today: date = DAY,
    **facts: Any,
) -> list[str]:
    stated = Facts(**({"given_on": DAY, "type": FLU, "product": VAXIGRIP} | facts))
    found = warnings.of(
        facts=stated, patient=patient or ada(), past=past or [], rules=rules, today=today
    )
    return [warned.kind for warned in found]


def had(days_before: int, code: str = "flu") -> Past:
    return Past(given_on=DAY - timedelta(days=days_before), type_code=code)


def test_nothing_is_said_of_the_ordinary() -> None:
    assert codes() == []
    assert codes(given_on=None) == []
    assert codes(type=None, product=None) == []


@pytest.mark.parametrize(
    ("days", "said"), [(90, ["interval"]), (91, []), (92, []), (1, ["interval"])]
)
def test_exactly_91_days_are_enough(days: int, said: list[str]) -> None:
    assert codes(rule(RuleKind.INTERVAL, Unit.DAYS, least=91), past=[had(days)]) == said


@pytest.mark.parametrize(("days", "said"), [(27, ["interval"]), (28, []), (29, [])])
def test_exactly_4_weeks_are_enough(days: int, said: list[str]) -> None:
    assert codes(rule(RuleKind.INTERVAL, Unit.WEEKS, least=4), past=[had(days)]) == said


def test_an_interval_counts_from_the_latest_dose_before_the_day_itself() -> None:
    gap = rule(RuleKind.INTERVAL, Unit.DAYS, least=91)
    assert codes(gap, past=[had(400), had(90)]) == ["interval"]
    assert codes(gap, past=[had(400), had(-5)]) == []
    assert codes(gap, past=[had(30, "covid-19")]) == []


def test_the_clocks_going_forward_shorten_no_interval() -> None:
    """29 March 2026 has 23 hours; days are days."""
    gap = rule(RuleKind.INTERVAL, Unit.DAYS, least=91)
    after = date(2026, 5, 1)
    past = [Past(given_on=after - timedelta(days=91), type_code="flu")]
    assert codes(gap, past=past, given_on=after, today=after) == []


def test_flu_counts_for_flu_in_london() -> None:
    gap = rule(RuleKind.INTERVAL, Unit.DAYS, least=91)
    assert codes(gap, past=[had(10)], type=LONDON_FLU) == ["interval"]


@pytest.mark.parametrize(
    ("doses", "said"), [([], []), ([400], []), ([400, 800], ["most-doses"]), ([400, 400], [])]
)
def test_two_doses_are_what_most_people_need(doses: list[int], said: list[str]) -> None:
    """Two entries for one day are one dose."""
    most = rule(RuleKind.MOST_DOSES, Unit.DOSES, most=2)
    assert codes(most, past=[had(days) for days in doses]) == said


def test_the_same_vaccine_on_the_same_day_is_a_possible_repeat() -> None:
    assert codes(past=[had(0)]) == ["repeat"]
    assert codes(past=[had(0)], type=LONDON_FLU) == ["repeat"]
    assert codes(past=[had(0, "covid-19")]) == []
    assert codes(past=[had(1)]) == []


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (date(1976, 3, 4), []),
        (date(1976, 3, 5), ["age"]),
        (date(1976, 3, 3), []),
    ],
)
def test_50_and_over_begins_on_the_50th_birthday(born: date, said: list[str]) -> None:
    assert codes(rule(RuleKind.AGE, Unit.YEARS, least=50), patient=ada(born)) == said


@pytest.mark.parametrize(
    ("born", "said"), [(date(2014, 3, 5), []), (date(2014, 3, 4), ["age"]), (date(2014, 3, 6), [])]
)
def test_up_to_11_ends_the_day_before_the_12th_birthday(born: date, said: list[str]) -> None:
    assert codes(rule(RuleKind.AGE, Unit.YEARS, least=5, most=11), patient=ada(born)) == said


def test_somebody_born_on_29_february_is_a_year_older_on_1_march() -> None:
    leap = ada(date(2008, 2, 29))
    adult = rule(RuleKind.AGE, Unit.YEARS, least=18)
    for day, said in ((date(2026, 2, 28), ["age"]), (date(2026, 3, 1), [])):
        assert codes(adult, patient=leap, given_on=day, today=day) == said
        assert leap.age_on(day) == (17 if said else 18)


@pytest.mark.parametrize(("born", "said"), [(date(2025, 9, 4), []), (date(2025, 9, 5), ["age"])])
def test_6_months_are_counted_by_the_calendar(born: date, said: list[str]) -> None:
    assert codes(rule(RuleKind.AGE, Unit.MONTHS, least=6), patient=ada(born)) == said


def test_a_rule_of_one_product_says_nothing_of_another() -> None:
    children = rule(RuleKind.AGE, Unit.YEARS, least=2, most=17, product=FLUENZ)
    assert codes(children) == []
    assert codes(children, product=FLUENZ) == ["age"]


@pytest.mark.parametrize(
    ("weeks", "days", "said"),
    [(15, 6, ["pregnancy"]), (16, 0, []), (32, 0, []), (32, 1, ["pregnancy"])],
)
def test_pertussis_is_for_16_to_32_weeks(weeks: int, days: int, said: list[str]) -> None:
    due = DAY + timedelta(days=280 - weeks * 7 - days)
    usual = rule(RuleKind.PREGNANCY, Unit.WEEKS, least=16, most=32)
    assert codes(usual, due_date=due) == said


@pytest.mark.parametrize(("days", "said"), [(195, ["pregnancy"]), (196, [])])
def test_rsv_is_from_28_weeks(days: int, said: list[str]) -> None:
    due = DAY + timedelta(days=280 - days)
    assert codes(rule(RuleKind.PREGNANCY, Unit.WEEKS, least=28), due_date=due) == said


def test_weeks_of_pregnancy_count_on_the_day_of_the_vaccination() -> None:
    """Typed in three weeks late: then it was too early, and that is said as information."""
    usual = rule(RuleKind.PREGNANCY, Unit.WEEKS, least=28)
    due = DAY + timedelta(days=280 - 196)
    before = DAY - timedelta(days=7)
    stated = Facts(given_on=before, type=FLU, product=VAXIGRIP, due_date=due)
    found = list(warnings.of(facts=stated, patient=ada(), past=[], rules=[usual], today=DAY))
    assert [(one.kind, one.words["is_past"], one.words["weeks"]) for one in found] == [
        ("pregnancy", True, 27)
    ]


@pytest.mark.parametrize(("days", "said"), [(14, []), (15, ["late"]), (0, [])])
def test_more_than_14_days_late_may_not_be_paid_for(days: int, said: list[str]) -> None:
    assert codes(given_on=DAY - timedelta(days=days)) == said


def test_nothing_clinical_is_said_of_what_is_not_given() -> None:
    gap = rule(RuleKind.INTERVAL, Unit.DAYS, least=91)
    assert codes(gap, past=[had(1)], outcome=Outcome.NOT_GIVEN) == []


def test_going_on_from_a_warning_says_nothing_of_another_day() -> None:
    gap = rule(RuleKind.INTERVAL, Unit.DAYS, least=91)
    keys = set()
    for day in (DAY, DAY + timedelta(days=1)):
        stated = Facts(given_on=day, type=FLU, product=VAXIGRIP)
        told = warnings.of(facts=stated, patient=ada(), past=[had(5)], rules=[gap], today=day)
        keys |= {one.key for one in told}
    assert len(keys) == 2


@given(
    born=st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    number=st.integers(0, 1200),
    unit=st.sampled_from([Unit.MONTHS, Unit.YEARS]),
)
def test_a_later_day_is_the_first_on_which_so_much_time_has_passed(
    born: date, number: int, unit: Unit
) -> None:
    number = number // 12 if unit == Unit.YEARS else number
    day = later(born, number, unit)
    months = number * 12 if unit == Unit.YEARS else number
    assert months_between(born, day) == months
    assert months_between(born, day - timedelta(days=1)) == months - 1
    if unit == Unit.YEARS:
        assert ada(born).age_on(day) == number
        assert ada(born).age_on(day - timedelta(days=1)) == number - 1


OUTREACH, ON_SITE = Option(code="outreach"), Option(code="on-site")


@pytest.mark.parametrize(
    ("practice", "place", "practices", "said"),
    [
        ("A81001", ON_SITE, ["A81001", "A81002"], []),
        ("A81009", ON_SITE, ["A81001", "A81002"], ["pcn"]),
        ("", ON_SITE, ["A81001"], ["pcn"]),
        ("A81009", OUTREACH, ["A81001"], []),
        ("A81009", ON_SITE, [], []),
        ("A81009", None, ["A81001"], []),
    ],
)
def test_a_gp_surgery_is_paid_within_its_network_alone(
    practice: str, place: Option | None, practices: list[str], said: list[str]
) -> None:
    covid = VaccineType(pk=3, code="covid-19", name="COVID-19", pcn_exempt_location="outreach")
    patient = ada()
    patient.gp_ods = practice
    for vaccine, expected in ((covid, said), (FLU, [])):
        stated = Facts(given_on=DAY, type=vaccine, location=place)
        found = warnings.of(
            facts=stated, patient=patient, past=[], rules=[], today=DAY, practices=practices
        )
        assert [one.kind for one in found] == expected
