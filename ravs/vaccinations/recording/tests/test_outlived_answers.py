"""Answers whose patient, vaccine, place or person is another one by now are nobody's answers."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from ravs.organisations.models import Site
from ravs.patients.models import Patient
from ravs.vaccinations.models import Draft, Vaccination
from ravs.vaccinations.recording import services
from ravs.vaccinations.recording.complete import record_vaccination
from ravs.vaccinations.recording.recording import NOT_GIVEN, Recording
from ravs.vaccinations.recording.refusals import AlreadySaved, NotOverridden, Unfinished
from ravs.vaccinations.recording.steps import BY_SLUG, STEPS
from ravs.vaccines.models import Option, OptionKind
from tests import vaccines
from tests.clients import PageClient
from tests.recording import Place, draft, patient, place, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def asked(at: Place, made: Draft) -> str:
    """The slug of the question that is asked next."""
    fresh = Draft.objects.select_related("patient").get(pk=made.pk)
    pending = Recording(fresh, organisation=at.organisation, me=at.leeds.rosa).read(STEPS).pending
    return pending.slug if pending else ""


def take(at: Place, made: Draft, whom: Patient) -> Draft:
    return services.take_patient(
        actor=at.leeds.rosa.account, draft=made, patient=whom, elsewhere=[], elsewhere_known=True
    )


def test_consent_of_one_patient_is_not_that_of_another(at: Place) -> None:
    """Somebody goes back after all is answered, and finds somebody else."""
    made = draft(at)
    actor = at.leeds.rosa.account
    services.say_not_given(
        actor=actor, draft=made, kind=OptionKind.NOT_GIVEN_REASON, reason="unwell"
    )
    made = take(at, made, patient(at.leeds.rosa, "Ben Ho", nhs_number=""))
    assert set(made.answers) == {"date", "vaccinator", "vaccine", "batch", "location"}
    assert asked(at, made) == "eligibility"


def test_the_same_patient_found_again_is_asked_nothing_again(at: Place) -> None:
    made = draft(at)
    assert take(at, made, at.ada).answers == made.answers


def test_a_dose_is_not_that_of_the_vaccine_at_another_site(at: Place) -> None:
    """Another site asks for the vaccine anew, and with it for everything about it."""
    second = vaccines.site(at.organisation, "Beckett Street", "RR802")
    vaccines.batch(second, "bexsero", "B1")
    made = draft(at, product="mmr-priorix", dose={"dose": "second"}, site=key_of(at.site))
    actor = at.leeds.rosa.account
    made = services.answer(actor=actor, draft=made, step=BY_SLUG["site"], values=key_of(second))
    kept = set(made.answers)
    assert kept == {"date", "site", "vaccinator"}


def key_of(site: Site) -> dict[str, Any]:
    return {"site": str(site.public_id)}


def test_a_site_that_closed_is_asked_again_even_when_one_is_left(at: Place) -> None:
    """What is not given has no batch that would show the difference."""
    second = vaccines.site(at.organisation, "Beckett Street", "RR802")
    vaccines.batch(second, "flu-vaxigrip", "B1")
    made = draft(at, site=key_of(second))
    made.answers[NOT_GIVEN] = {"kind": "not-given-reason", "reason": "unwell"}
    made.save()
    assert asked(at, made) == ""
    Site.objects.filter(pk=second.pk).update(status=Site.Status.CLOSED)
    assert asked(at, made) == "site"


def test_nobody_who_was_not_at_the_clinic_is_taken_for_its_vaccinator(at: Place) -> None:
    """Rosa alone was; she gives no vaccines any more, and Priya is the only one who does."""
    present = {"present": [str(at.leeds.rosa.public_id)]}
    made = draft(at, vaccinator=None, present=present)
    assert asked(at, made) == ""
    at.leeds.rosa.vaccinator = False
    at.leeds.rosa.save()
    assert asked(at, made) == "vaccinator"


def test_today_of_before_midnight_is_not_before_a_birth(at: Place, noon: Any) -> None:
    """The date was kept for the next patient, who was born after it."""
    made = draft(at)
    noon.shift(timedelta(days=1))
    newborn = patient(at.leeds.rosa, "Bo Ash", date(2026, 3, 5), nhs_number="")
    made = take(at, made, newborn)
    assert asked(at, made) == "date"
    with pytest.raises(Unfinished):
        record_vaccination(actor=at.leeds.rosa.account, draft=made)


def test_a_made_up_day_in_a_form_is_no_day(rosa: PageClient, at: Place) -> None:
    made = draft(at, date=None)
    where = {"ods": "RR8", "draft": made.public_id, "step": "date"}
    for today in ("nonsense", "2019-01-01"):
        rosa.submit("vaccinations:step", {"when": "today", "today": today}, **where)
        made.refresh_from_db()
        assert made.answers["date"]["today"] == "2026-03-04"


def test_what_stands_under_a_choice_that_was_left_is_not_kept(rosa: PageClient, at: Place) -> None:
    """Nobody has checked it: the null byte would be no text for PostgreSQL."""
    made = draft(at, consent=None)
    where = {"ods": "RR8", "draft": made.public_id, "step": "consent"}
    rosa.submit("vaccinations:step", {"giver": "patient", "name_clinician": "Jo\x00"}, **where)
    made.refresh_from_db()
    assert made.answers["consent"] == {"giver": "patient"}


def test_a_reason_that_the_catalogue_drops_makes_nothing_given(
    at: Place, catalogue_changes: Callable[[], None]
) -> None:
    made = draft(at)
    made.answers[NOT_GIVEN] = {"kind": "not-given-reason", "reason": "unwell"}
    made.save()
    yesterday = date(2026, 3, 3)
    Option.objects.filter(kind="not-given-reason", code="unwell").update(valid_to=yesterday)
    catalogue_changes()
    row = record_vaccination(actor=at.leeds.rosa.account, draft=made)
    assert (row.outcome, row.outcome_reason, row.batch) == ("not-given", "unwell", None)


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("order", [("flu", "flu-london"), ("flu-london", "flu")])
def test_flu_is_a_repeat_of_flu_in_london_and_the_other_way_round(
    db: None, order: tuple[str, str]
) -> None:
    at = place(types=("flu", "flu-london"), stock=("flu-vaxigrip",))
    first, second = (as_flu(code) for code in order)
    recorded(at, **first)
    with pytest.raises(NotOverridden) as caught:
        record_vaccination(actor=at.leeds.rosa.account, draft=draft(at, **second))
    assert [one.kind for one in caught.value.warnings] == ["repeat"]


def as_flu(code: str) -> dict[str, Any]:
    chosen = {"flu": "based-on-age", "flu-london": "homeless"}[code]
    return {
        "vaccine": {"vaccine": code, f"product_{code}": "flu-vaxigrip"},
        "eligibility": {"eligibility": chosen},
    }


def test_a_saved_draft_is_known_by_its_key_alone(at: Place) -> None:
    """Whoever waits for the lock of a draft reads which record it has become, not the record."""
    made = draft(at)
    record_vaccination(actor=at.leeds.rosa.account, draft=made)
    with pytest.raises(AlreadySaved):
        services.discard(actor=at.leeds.rosa.account, draft=made)
    assert Draft.objects.get(pk=made.pk).saved == Vaccination.objects.get()
