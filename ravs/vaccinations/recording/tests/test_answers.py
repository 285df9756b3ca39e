"""What can be answered, what is asked after it, and what falls when an answer changes."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from ravs.integrations.ods.models import Listed
from ravs.integrations.ods.port import DirectoryUnavailable
from ravs.members.models import Membership
from ravs.vaccinations.models import Draft
from ravs.vaccinations.recording import services
from ravs.vaccinations.recording.complete import record_vaccination
from ravs.vaccinations.recording.recording import Recording
from ravs.vaccinations.recording.steps import BY_SLUG, STEPS
from ravs.vaccines.models import Product
from tests import vaccines
from tests.people import member
from tests.recording import Place, draft, patient

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TODAY = date(2026, 3, 4)


def read(at: Place, made: Draft, *, until: str = "") -> Recording:
    fresh = Draft.objects.select_related("patient").get(pk=made.pk)
    recording = Recording(fresh, organisation=at.organisation, me=at.leeds.rosa)
    return recording.read(STEPS, until=until)


def path(at: Place, made: Draft) -> list[str]:
    return [step.slug for step in read(at, made).path]


def errors(at: Place, made: Draft, slug: str, answer: dict[str, Any]) -> list[str]:
    form = BY_SLUG[slug].form(read(at, made, until=slug), answer)
    return [str(one) for errors in form.errors.values() for one in errors]


def day(when: date) -> dict[str, Any]:
    boxes = {"day_day": when.day, "day_month": when.month, "day_year": when.year}
    return {"when": "earlier", **boxes}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, "Select yes if the vaccination is today"),
        ({"when": "earlier"}, "Enter the date of the vaccination"),
        ({"when": "earlier", "day_day": "3"}, "must include a month and year"),
        ({**day(TODAY), "day_day": "31", "day_month": "2"}, "must be a real date"),
        (day(TODAY + timedelta(days=1)), "today or in the past"),
        (day(date(2019, 12, 31)), "on or after 1 January 2020"),
        (day(date(2020, 1, 1)), ""),
        (day(TODAY), ""),
        ({"when": "today"}, ""),
    ],
)
def test_a_date_is_one_on_which_it_can_have_been_given(
    at: Place, answer: dict[str, Any], said: str
) -> None:
    found = errors(at, draft(at), "date", answer)
    assert (found == []) if not said else said in found[0]


def test_nobody_is_vaccinated_before_birth_or_after_death(at: Place) -> None:
    baby = patient(at.leeds.rosa, "Bo Ash", date(2026, 2, 1), nhs_number="")
    assert "date of birth" in errors(at, draft(at, patient=baby), "date", day(date(2026, 1, 31)))[0]
    assert errors(at, draft(at, patient=baby), "date", day(date(2026, 2, 1))) == []
    died = date(2026, 2, 20)
    late = patient(at.leeds.rosa, "Cy Orr", date(1940, 2, 1), nhs_number="", died_on=died)
    made = draft(at, patient=late)
    assert "when" not in BY_SLUG["date"].form(read(at, made, until="date")).fields
    assert errors(at, made, "date", day(died)) == []
    assert "date of death" in errors(at, made, "date", day(died + timedelta(days=1)))[0]


def test_one_site_is_not_asked_and_two_are(at: Place) -> None:
    made = draft(at)
    assert "site" not in path(at, made)
    second = vaccines.site(at.organisation, "Beckett Street", "RR802")
    vaccines.batch(second, "flu-vaxigrip", "OTHER1")
    assert read(at, made).pending is BY_SLUG["site"]
    assert errors(at, made, "site", {}) == ["Select a site"]
    assert errors(at, made, "site", {"site": str(at.site.public_id)}) == []


def test_only_active_vaccinators_are_offered_oneself_first(at: Place) -> None:
    member(at.organisation, "Aaron Able", vaccinator=True)
    member(at.organisation, "Zoe Left", vaccinator=True, status="deactivated")
    form = BY_SLUG["vaccinator"].form(read(at, draft(at), until="vaccinator"))
    labels = [label for _, label in form.fields["vaccinator"].choices]
    assert labels == ["Me (Rosa Keane)", "Aaron Able", "Priya Shah"]
    assert errors(at, draft(at), "vaccinator", {}) == ["Select the vaccinator"]


def test_a_type_with_several_products_asks_which(at: Place) -> None:
    made = draft(at)
    assert errors(at, made, "vaccine", {}) == ["Select a vaccine"]
    assert errors(at, made, "vaccine", {"vaccine": "flu"}) == ["Select a flu product"]
    assert errors(at, made, "vaccine", {"vaccine": "mmr"}) == []


def test_another_vaccine_drops_the_answers_that_hung_on_it(at: Place) -> None:
    made = draft(at)
    actor = at.leeds.rosa.account
    made = services.answer(
        actor=actor, draft=made, step=BY_SLUG["vaccine"], values={"vaccine": "mmr"}
    )
    assert {"date", "vaccinator", "vaccine"} <= set(made.answers)
    assert not {"batch", "dose", "eligibility", "consent", "giving"} & set(made.answers)
    assert read(at, made).pending is BY_SLUG["batch"]


def test_the_same_answer_again_drops_nothing(at: Place) -> None:
    made = draft(at)
    values = made.answers["vaccine"]
    again = services.answer(
        actor=at.leeds.rosa.account, draft=made, step=BY_SLUG["vaccine"], values=values
    )
    assert again.answers == made.answers


@pytest.mark.parametrize(
    ("product", "extra", "asked"),
    [
        ("flu-vaxigrip", {}, {"eligibility", "giving"}),
        ("comirnaty-30-lp81", {}, {"eligibility", "location", "giving"}),
        ("mmr-priorix", {}, {"dose", "giving"}),
        ("bexsero", {}, {"dose", "giving"}),
        ("abrysvo", {}, {"eligibility", "giving"}),
    ],
)
def test_each_vaccine_asks_what_the_catalogue_says(
    at: Place, product: str, extra: dict[str, Any], asked: set[str]
) -> None:
    made = draft(at, product=product, **extra)
    always = {"date", "vaccinator", "vaccine", "batch", "consent"}
    assert set(path(at, made)) - always == asked
    assert read(at, made).pending is None


@pytest.mark.parametrize(("age", "asked"), [(8, True), (9, False)])
def test_the_dose_of_flu_is_asked_of_young_children(at: Place, age: int, asked: bool) -> None:
    child = patient(at.leeds.rosa, "Kit Lane", TODAY.replace(year=TODAY.year - age), nhs_number="")
    made = draft(at, patient=child)
    assert ("dose" in path(at, made)) is asked
    assert read(at, made).facts.dose is not None


def test_a_healthcare_worker_is_asked_for_their_role(at: Place) -> None:
    made = draft(at, eligibility={"eligibility": "healthcare-worker"})
    assert read(at, made).pending is BY_SLUG["staff-role"]
    assert errors(at, made, "staff-role", {}) == ["Select a role"]


def test_a_care_home_is_named(at: Place) -> None:
    made = draft(at, product="comirnaty-30-lp81", location=None)
    assert errors(at, made, "location", {"location": "care-home"}) == [
        "Enter the name or ODS code of the care home"
    ]
    assert errors(at, made, "location", {"location": "on-site", "care_home": ""}) == []


def due(pregnant_days: int, on: date = TODAY) -> dict[str, Any]:
    when = on + timedelta(days=280 - pregnant_days)
    return {"due_date_day": when.day, "due_date_month": when.month, "due_date_year": when.year}


@pytest.mark.parametrize(
    ("days", "said"), [(20, "too far ahead"), (21, ""), (308, ""), (309, "too early")]
)
def test_a_due_date_is_between_3_and_44_weeks_of_pregnancy(at: Place, days: int, said: str) -> None:
    made = draft(at, product="abrysvo", eligibility={"eligibility": "pregnant"})
    found = errors(at, made, "due-date", due(days))
    assert (found == []) if not said else said in found[0]


def test_a_due_date_counts_from_the_day_of_the_vaccination(at: Place) -> None:
    before = TODAY - timedelta(days=60)
    made = draft(at, product="abrysvo", eligibility={"eligibility": "pregnant"}, date=day(before))
    assert errors(at, made, "due-date", due(21, before)) == []
    assert "too far ahead" in errors(at, made, "due-date", due(20, before))[0]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, ["Select who is giving consent"]),
        ({"giver": "patient"}, []),
        ({"giver": "clinician"}, ["Enter their full name"]),
        ({"giver": "clinician", "name_clinician": "Dr Imani Cole"}, []),
        (
            {"giver": "power-of-attorney"},
            ["Enter their full name", "Enter their relationship to the patient"],
        ),
        ({"giver": "advocate"}, ["Enter their full name"]),
        (
            {"giver": "deputy", "name_deputy": "Al Fry"},
            ["Enter their relationship to the patient"],
        ),
    ],
)
def test_whoever_consents_for_the_patient_is_named(
    at: Place, answer: dict[str, str], said: list[str]
) -> None:
    assert errors(at, draft(at), "consent", answer) == said


def test_an_injection_has_a_site_and_a_spray_a_dose(at: Place) -> None:
    injection, spray = draft(at, giving=None), draft(at, product="flu-fluenz", giving=None)
    assert errors(at, injection, "giving", {}) == ["Select where the injection was given"]
    assert errors(at, injection, "giving", {"injection_site": "elsewhere"}) == [
        "Select where else the injection was given"
    ]
    thigh = {"injection_site": "elsewhere", "other_site": "left-thigh"}
    assert errors(at, injection, "giving", thigh) == []
    assert errors(at, spray, "giving", {}) == ["Select yes if the full dose was given"]


def test_nothing_is_asked_of_an_oral_vaccine(
    at: Place, catalogue_changes: Callable[[], None]
) -> None:
    made = draft(at, giving=None)
    Product.objects.filter(code="flu-vaxigrip").update(route="oral")
    catalogue_changes()
    assert "giving" not in path(at, made)
    assert read(at, made).pending is None


def test_a_clinician_assesses_and_takes_consent_where_clinicians_are_recorded(at: Place) -> None:
    at.organisation.records_clinicians = True
    at.organisation.save()
    cleo = member(at.organisation, "Cleo Ward")
    Membership.objects.filter(pk=cleo.pk).update(clinician=True)
    made = draft(at)
    assert read(at, made).pending is BY_SLUG["assess"]
    assert errors(at, made, "assess", {}) == [
        "Select who assessed the patient",
        "Select the legal mechanism",
        "Select the outcome of the assessment",
    ]
    assess = {"assessor": str(cleo.public_id), "legal_mechanism": "pgd", "assessment": "suitable"}
    made = draft(at, assess=assess)
    assert errors(at, made, "consent", {"giver": "patient"}) == ["Select who took the consent"]
    refusal = {
        "giver": "no-consent",
        "no_consent_reason": "refused",
        "consenter": str(cleo.public_id),
    }
    made = draft(at, assess=assess, consent=refusal)
    facts = read(at, made).facts
    assert (facts.outcome, facts.outcome_reason) == ("no-consent", "Consent was refused")
    assert read(at, made).pending is None


def test_two_tabs_keep_two_drafts(at: Place) -> None:
    actor = at.leeds.rosa.account
    first, second = draft(at), draft(at)
    services.answer(actor=actor, draft=first, step=BY_SLUG["consent"], values={"giver": "deputy"})
    second.refresh_from_db()
    assert second.answers["consent"] == {"giver": "patient"}


class TestCareHomes:
    """Looked up when the location is answered; reading and saving ask nobody."""

    @pytest.fixture(autouse=True)
    def homes(self, db: None) -> None:
        Listed.write(
            [
                Listed(ods="VLA01", name="Rosewood Court", address="2 Orchard Lane, LS1 4AB"),
                Listed(ods="VLA02", name="Rosewood House"),
            ]
        )

    def answered(self, at: Place, typed: str) -> Draft:
        made = draft(at, product="comirnaty-30-lp81", location=None)
        form = BY_SLUG["location"].form(
            read(at, made), {"location": "care-home", "care_home": typed}
        )
        actor = at.leeds.rosa.account
        return services.answer(
            actor=actor, draft=made, step=BY_SLUG["location"], values=form.values()
        )

    def test_by_its_code_it_is_known_at_once(self, at: Place) -> None:
        facts = read(at, self.answered(at, "vla01")).facts
        assert (facts.care_home, facts.care_home_ods) == ("Rosewood Court", "VLA01")
        assert facts.care_home_address == "2 Orchard Lane, LS1 4AB"

    def test_of_several_it_is_chosen(self, at: Place) -> None:
        made = self.answered(at, "rosewood")
        assert read(at, made).pending is BY_SLUG["care-home"]
        assert errors(at, made, "care-home", {}) == ["Select the care home"]
        actor = at.leeds.rosa.account
        made = services.answer(
            actor=actor, draft=made, step=BY_SLUG["care-home"], values={"care_home": "VLA02"}
        )
        Listed.objects.all().delete()
        recording = read(at, made)
        assert recording.pending is None
        assert recording.facts.care_home_ods == "VLA02"
        row = record_vaccination(actor=actor, draft=made)
        assert (row.care_home, row.care_home_ods) == ("Rosewood House", "VLA02")

    def test_none_of_them_keeps_what_was_typed(self, at: Place) -> None:
        made = self.answered(at, "rosewood")
        made.answers["care-home"] = {"care_home": "as-typed"}
        facts = read(at, made).facts
        assert (facts.care_home, facts.care_home_ods) == ("rosewood", "")

    def test_one_that_nobody_knows_stays_as_typed_and_is_not_asked(self, at: Place) -> None:
        recording = read(at, self.answered(at, "Elm Grove"))
        assert recording.pending is None
        assert (recording.facts.care_home, recording.facts.care_home_ods) == ("Elm Grove", "")

    def test_another_name_is_looked_up_anew(self, at: Place) -> None:
        made = self.answered(at, "rosewood")
        made.answers["care-home"] = {"care_home": "VLA02"}
        made.save()
        made = services.answer(
            actor=at.leeds.rosa.account,
            draft=made,
            step=BY_SLUG["location"],
            values={"location": "care-home", "care_home": "Elm Grove", "found": []},
        )
        assert "care-home" not in made.answers
        assert read(at, made).facts.care_home_ods == ""

    def test_while_the_directory_is_away_what_was_typed_stays(
        self, at: Place, settings: Any
    ) -> None:
        settings.ORGANISATION_DIRECTORY = f"{__name__}.Away"
        recording = read(at, self.answered(at, "rosewood"))
        assert recording.pending is None
        assert recording.facts.care_home == "rosewood"


class Away:
    def care_homes(self, text: str) -> list[Any]:
        raise DirectoryUnavailable
