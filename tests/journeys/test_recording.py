"""Recording vaccinations: each vaccine, each warning, each way on, each outcome."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import patients, recording, stock
from tests.journeys.pages.recording import EDITH, HANNAH, LEO, MARGARET
from tests.journeys.people import Person
from tests.journeys.stack import Stack

Arrive = Callable[..., Person]
MARGARETS, HANNAHS, LEOS = "Margaret Thistlewood", "Hannah Whitcombe", "Leo Fairweather"


@pytest.fixture
def rosa(ods: str, arrive: Arrive, stack: Stack) -> Person:
    """A recorder at a trust with a batch of everything at one site."""
    patients.register(stack)
    person = arrive(ods, "Rosa")
    recording.stock_up(stack, ods)
    return person


def test_each_vaccine_is_recorded_from_search_to_saved(rosa: Person, stack: Stack) -> None:
    """And each kind of warning interrupts, and lets go on."""
    homes = stack.folder / "homes.csv"
    homes.write_text("ods,name,address\nVLA03,Elm Grove,9 Elm Road\nVLA04,Elm Tree Lodge,\n")
    stack.run("care-homes", "load", str(homes))
    record = partial(recording.record, rosa)
    too_young = "is usually for people aged"
    record(MARGARET, MARGARETS, "COVID-19", "Resident in a care home", to_care_home)
    record(MARGARET, MARGARETS, "Flu", "Carer", product="Vaxigrip (TIVe)")
    record(LEO, LEOS, "Flu", "Based on age", product="Fluenz (LAIV)", giving="Yes")
    record(LEO, LEOS, "MMR", "1st dose", giving="Right arm")
    record(HANNAH, HANNAHS, "MenB", "2nd dose")
    record(MARGARET, MARGARETS, "Pneumococcal", "1st dose", "Based on age")
    early = ("The patient is 27 weeks and 6 days pregnant", "usually given from 28 weeks")
    record(HANNAH, HANNAHS, "RSV", "Pregnant", recording.due_in(85), expecting(*early))
    record(HANNAH, HANNAHS, "Pertussis", "Pregnant", recording.due_in(140))

    # The same again is a possible repeat, too soon, or more than most people need.
    repeat = "is already recorded for this patient"
    record(MARGARET, MARGARETS, "Pneumococcal", "1st dose", "Based on age", warned=(repeat,))
    record(LEO, LEOS, "COVID-19", "Immunosuppressed", "On site", warned=(too_young,))
    rosa.click("View the record")
    rosa.sees(LEOS, "The patient’s age was not usual")


def to_care_home(person: Person) -> None:
    person.is_at("What type of location is it?")
    person.press("Continue")
    person.sees("Select where the vaccination happened")
    person.page.get_by_role("radio", name="Care home", exact=True).check()
    person.press("Continue")
    person.sees("Enter the name or ODS code of the care home")
    person.fill("Name or ODS code of the care home", "elm")
    person.press("Continue")
    person.is_at("Which care home is it?")
    person.press("Continue")
    person.sees("Select the care home")
    person.page.get_by_role("radio", name="Elm Grove", exact=True).check()
    person.press("Continue")


def expecting(*words: str) -> Callable[[Person], None]:
    return lambda person: recording.go_on_anyway(person, *words)


def test_every_question_says_what_is_missing_and_back_loses_nothing(rosa: Person) -> None:
    # Given each question answered with nothing first,
    recording.begin(rosa, MARGARET)
    for missing, answer in (
        ("Select yes if the vaccination is today", ("Yes",)),
        ("Select the vaccinator", (recording.me(rosa),)),
        ("Select a vaccine", ("Flu", "Vaxigrip (TIVe)")),
        ("Select a batch", ()),
        ("Select why the patient is eligible", ("Healthcare worker",)),
        ("Select a role", ("Doctor",)),
        ("Select who is giving consent", (f"Patient ({MARGARETS})",)),
        ("Select where the injection was given", ("Somewhere else", "Left thigh")),
    ):
        rosa.press("Continue")
        rosa.sees(missing)
        if not answer:
            rosa.page.get_by_role("radio").first.check()
        recording.pick(rosa, *answer)
        recording.past_warnings(rosa)
    rosa.is_at("Check and confirm")

    # When she goes back by the browser and changes an answer, the others are still there.
    while not rosa.page.locator("h1", has_text="Who is giving consent?").count():
        rosa.page.go_back()
        rosa.looks_fine()
    expect(rosa.page.get_by_role("radio", name=f"Patient ({MARGARETS})")).to_be_checked()
    rosa.page.get_by_role("radio", name="Parent or guardian").check()
    rosa.press("Continue")
    rosa.sees("Enter their full name")
    named = rosa.page.get_by_label("Full name", exact=True).locator("visible=true")
    named.fill("Joan Thistlewood")
    rosa.press("Continue")
    rosa.is_at("Check and confirm")
    rosa.sees("Parent or guardian (Joan Thistlewood)", "Left thigh")

    # When she leaves it and comes back another way, it waits; thrown away, it is gone.
    rosa.go("/record")
    rosa.click(f"Continue with {MARGARETS}, Flu")
    rosa.is_at("Check and confirm")
    rosa.page.locator("textarea").fill("Felt faint afterwards")
    rosa.press("Confirm and save")
    rosa.page.go_back()
    rosa.page.reload()
    rosa.is_at("Vaccination saved")
    recording.begin(rosa, HANNAH)
    rosa.click("Stop without saving")
    rosa.press("Delete what I entered")
    rosa.is_told("Nothing was recorded")
    rosa.sees_no(HANNAHS)


def test_the_three_ways_on_keep_what_they_say(rosa: Person) -> None:
    # Given a flu vaccination that was saved,
    record = partial(recording.record, rosa)
    record(MARGARET, MARGARETS, "Flu", "Carer", product="Vaxigrip (TIVe)")
    rosa.press("Continue")
    rosa.sees("Select what you want to do next")

    # When another one follows for the same patient, when, where and by whom is known.
    recording.pick(rosa, "Record another vaccination for the same patient")
    rosa.is_at("Patient details and history")
    rosa.sees("Vaxigrip (TIVe)")
    rosa.press("Record a vaccination")
    rosa.is_at("Which vaccine?")
    recording.pick(rosa, "COVID-19")
    recording.first_of_batches(rosa)
    recording.pick(rosa, "Immunosuppressed")
    recording.pick(rosa, "On site")
    recording.consent(rosa, MARGARETS)
    recording.pick(rosa, "Right arm")
    recording.save(rosa)

    # When the same is given to somebody else, they are asked for consent and the arm alone.
    recording.pick(rosa, "Record the same vaccination for another patient")
    rosa.is_at("Do these answers still apply?")
    rosa.sees("COVID-19", "Immunosuppressed", "On site")
    rosa.press("Yes, find the next patient")
    rosa.fill("NHS number", HANNAH)
    rosa.press("Continue")
    rosa.press("Record a vaccination")
    recording.consent(rosa, HANNAHS)
    recording.pick(rosa, "Left arm")
    recording.save(rosa)

    # When another is given to somebody else, all is asked, the likely answers chosen.
    recording.pick(rosa, "Record a different vaccination for another patient")
    rosa.fill("NHS number", LEO)
    rosa.press("Continue")
    rosa.press("Record a vaccination")
    recording.pick(rosa, "Yes")
    expect(rosa.page.get_by_role("radio", name=recording.me(rosa))).to_be_checked()
    rosa.press("Continue")
    rosa.is_at("Which vaccine?")


def test_what_is_not_given_is_kept_with_its_reason(rosa: Person) -> None:
    recording.begin(rosa, MARGARET)
    recording.pick(rosa, "Yes")
    rosa.click("Vaccination not given")
    rosa.press("Continue")
    rosa.sees("Select why the vaccination is not given")
    recording.pick(rosa, "The patient was unwell")
    recording.pick(rosa, "Flu")
    rosa.is_at("Check and confirm")
    rosa.sees("This records that the vaccination was not given", "The patient was unwell")
    rosa.click("Change not given because")
    rosa.press("It is given after all")
    rosa.is_at("Who is the vaccinator?")
    rosa.click("Vaccination not given")
    recording.pick(rosa, "Consent was refused")
    rosa.press("Confirm and save")
    rosa.is_at("Saved as not given")
    rosa.go("/records")
    rosa.sees(MARGARETS, "No consent")


def test_a_clinician_assesses_and_takes_consent_where_that_is_recorded(
    ods: str, arrive: Arrive, stack: Stack
) -> None:
    # Given a trust that records clinicians, and Priya, who is one,
    patients.register(stack)
    priya = arrive(ods, "Priya", "lead-administrator")
    recording.stock_up(stack, ods, recording.FLU)
    priya.go("/users/settings")
    priya.choose("Do you record assessing and consenting clinicians?", "Yes")
    priya.press("Save settings")
    priya.click(f"Change details for {priya.name}")
    priya.choose("Are they a registered clinician?", "Yes")
    priya.press("Save changes")

    # When a patient is assessed and consents, both names are kept.
    to_assessment(priya)
    priya.press("Continue")
    priya.sees("Select who assessed the patient", "Select the outcome of the assessment")
    assess(priya, "Give the vaccine")
    priya.press("Continue")
    priya.sees("Select who is giving consent", "Select who took the consent")
    priya.choose("Who is giving consent?", f"Patient ({MARGARETS})")
    priya.choose("Who took the consent?", recording.me(priya))
    priya.press("Continue")
    recording.pick(priya, "Left arm")
    priya.sees("Assessed by", "Consent taken by")
    recording.save(priya)

    # When it is not to be given, or not consented to, that ends it, with the reason.
    to_assessment(priya)
    assess(priya, "Do not give the vaccine", "The patient was not eligible")
    priya.sees("The patient was not eligible")
    priya.click("Change not given because")
    assess(priya, "Give the vaccine")
    priya.choose("Who is giving consent?", "No consent")
    priya.choose("Why was there no consent?", "Consent was refused")
    priya.choose("Who took the consent?", recording.me(priya))
    priya.press("Continue")
    priya.press("Confirm and save")
    priya.is_at("Saved as not given")


def to_assessment(person: Person) -> None:
    recording.begin(person, MARGARET)
    recording.pick(person, "Yes")
    recording.pick(person, recording.me(person))
    recording.pick(person, "Flu")
    recording.first_of_batches(person)
    recording.pick(person, "Carer")
    person.is_at("Assess the patient")


def assess(person: Person, outcome: str, reason: str = "") -> None:
    person.choose("Who assessed the patient?", recording.me(person))
    person.choose("Legal mechanism", "Patient group direction (PGD)")
    person.choose("Outcome of the assessment", outcome)
    if reason:
        person.choose("Why was the vaccine not given?", reason)
    person.press("Continue")


@pytest.mark.parametrize("javascript", [False, True], ids=["without JavaScript", "with"])
def test_a_clinic_shortens_every_record(
    ods: str, arrive: Arrive, stack: Stack, javascript: bool
) -> None:
    # Given a clinic that is set up once,
    patients.register(stack)
    rosa = arrive(ods, "Rosa", javascript=javascript, width=375)
    recording.stock_up(stack, ods, recording.FLU, recording.COVID)
    rosa.go("/record")
    rosa.press("Set up a clinic")
    rosa.press("Continue")
    rosa.sees("Select who is vaccinating")
    rosa.page.get_by_role("checkbox", name=recording.me(rosa)).check()
    rosa.press("Continue")
    recording.pick(rosa, "COVID-19")
    recording.first_of_batches(rosa)
    recording.pick(rosa, "Ask for each patient")
    recording.pick(rosa, "On site")
    rosa.is_at("Check your clinic")
    rosa.press("Start this clinic")
    rosa.is_told("Your clinic has begun")

    # When patients come, only what differs is asked.
    rosa.fill("NHS number", MARGARET)
    rosa.press("Continue")
    for patient, number in ((MARGARETS, HANNAH), (HANNAHS, "")):
        rosa.press("Record a vaccination")
        recording.past_warnings(rosa)
        recording.pick(rosa, "Immunosuppressed")
        recording.consent(rosa, patient)
        recording.pick(rosa, "Left arm")
        recording.save(rosa)
        if number:
            rosa.page.get_by_label("NHS number").fill(number)
            rosa.press("Find patient")

    # Then it ends, and everything is asked again.
    rosa.go("/record")
    rosa.press("End this clinic")
    rosa.is_told("Your clinic has ended.")
    recording.begin(rosa, LEO)
    rosa.is_at("Is the vaccination today?")


def test_an_administrator_adds_a_batch_on_the_way(ods: str, arrive: Arrive, stack: Stack) -> None:
    patients.register(stack)
    adam = arrive(ods, "Adam", "administrator")
    adam.go("/record")
    adam.sees("You need to add vaccines and batches")
    recording.stock_up(stack, ods, recording.MMR)
    recording.begin(adam, LEO)
    recording.pick(adam, "Yes")
    recording.pick(adam, recording.me(adam))
    recording.pick(adam, "MMR")
    recording.past_warnings(adam)
    adam.click("Add a batch")
    adam.press("Add and continue")
    adam.sees("Enter the batch number")
    adam.fill("Batch number", "new-1")
    stock.say_when(adam, "31 12 2035")
    adam.press("Add and continue")
    adam.is_at("Which dose is it?")
    adam.go("/record")
    adam.click(f"Continue with {LEOS}, MMR")
    recording.pick(adam, "1st dose")
    recording.consent(adam, LEOS)
    recording.pick(adam, "Left arm")
    adam.sees("NEW-1")
    recording.save(adam)


def test_a_vaccine_that_is_withdrawn_meanwhile_is_not_saved(rosa: Person, stack: Stack) -> None:
    recording.begin(rosa, MARGARET)
    recording.pick(rosa, "Yes")
    recording.pick(rosa, recording.me(rosa))
    recording.pick(rosa, "Flu", "Vaxigrip (TIVe)")
    recording.first_of_batches(rosa)
    recording.pick(rosa, "Carer")
    recording.consent(rosa, MARGARETS)
    recording.pick(rosa, "Left arm")
    stack.run("vaccines", "withdraw", "--ods", rosa.ods, "--type", "flu")
    rosa.press("Confirm and save")
    rosa.is_at("This vaccine can no longer be recorded")
    rosa.sees("It was not saved")
    rosa.click("paper form")
    rosa.is_at("Paper form")
    rosa.sees("Batch number", "Court appointed deputy")


def test_whoever_has_died_can_only_have_been_vaccinated_before(rosa: Person) -> None:
    recording.begin(rosa, EDITH)
    rosa.is_at("When was the vaccination?")
    stock.say_when(rosa, "10 1 2026")
    rosa.press("Continue")
    rosa.sees("Date of vaccination must be on or before the date of death")
    stock.say_when(rosa, "9 1 2026")
    rosa.press("Continue")
    recording.go_on_anyway(rosa, "more than 14 days ago", "may not be paid for")
    rosa.is_at("Who was the vaccinator?")
    assert not re.search("Marlowe|999", rosa.page.title() + rosa.page.url)
