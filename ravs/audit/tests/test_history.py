"""The history as people read it."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as tries

from ravs.audit import events, sentences
from ravs.audit.events import REGISTRY, Event
from ravs.audit.selectors import History, history_of
from ravs.audit.sentences import People, tell
from ravs.audit.services import Person, erase_person, record
from ravs.audit.tests.people import FA123, INVITED, PRIYA, RAISED, RW3, SAM, write_history
from ravs.audit.tests.test_events import ANY_EVENT

BOTH = People(
    actor="Priya Shah",
    subject="Sam Okafor",
    formerly="Samuel Okafor",
    address="sam.okafor@nhs.net",
    former_address="sam.okofor@nhs.net",
)
ALONE = People(actor="Sam Okafor", subject="Sam Okafor", formerly="Samuel Okafor", alone=True)
NOBODY = People()
HASH = "0" * 64

TOLD = [
    (
        INVITED,
        BOTH,
        "Priya Shah invited Sam Okafor with the permission level Recorder, as a vaccinator",
    ),
    (
        INVITED,
        NOBODY,
        "Support invited somebody with the permission level Recorder, as a vaccinator",
    ),
    (events.InvitationCancelled(), BOTH, "Priya Shah cancelled the invite to Sam Okafor"),
    (
        RAISED,
        BOTH,
        "Priya Shah changed Sam Okafor’s permission level from Recorder to Administrator",
    ),
    (
        events.MemberChanged(
            level_before="lead-administrator",
            level_after="recorder",
            vaccinator_before=False,
            vaccinator_after=True,
        ),
        ALONE,
        "Sam Okafor changed their own permission level from Lead administrator to Recorder,"
        " and vaccinator status from No to Yes",
    ),
    (
        events.MemberChanged(
            level_before="recorder",
            level_after="recorder",
            vaccinator_before=True,
            vaccinator_after=True,
            clinician_before=True,
            clinician_after=False,
        ),
        BOTH,
        "Priya Shah changed Sam Okafor’s registered clinician status from Yes to No",
    ),
    (events.MemberDeactivated(reason="person"), BOTH, "Priya Shah deactivated Sam Okafor"),
    (
        events.MemberDeactivated(reason="self"),
        ALONE,
        "Sam Okafor deactivated their own access",
    ),
    (
        events.MemberDeactivated(reason="organisation"),
        BOTH,
        "Sam Okafor was deactivated because the organisation was closed",
    ),
    (
        events.MemberLapsed(clock_on=date(2026, 1, 5)),
        BOTH,
        "Sam Okafor was deactivated after 90 days without logging in, counted from 5 January 2026",
    ),
    (
        events.LapseWarned(day=76),
        BOTH,
        "Sam Okafor was warned by email after 76 days without logging in",
    ),
    (
        events.MemberReactivated(how="one", status="active", level="recorder", vaccinator=True),
        BOTH,
        "Priya Shah reactivated Sam Okafor with the permission level Recorder",
    ),
    (
        events.MemberReactivated(how="all", status="invited", level="recorder", vaccinator=True),
        BOTH,
        "Priya Shah reactivated Sam Okafor, together with everyone who had not logged in for 90"
        " days, and invited them again because they had never logged in",
    ),
    (
        events.MemberInvited(
            level="recorder",
            vaccinator=False,
            clinician=True,
            starts_on=date(2026, 10, 1),
            ends_on=date(2027, 3, 31),
        ),
        BOTH,
        "Priya Shah invited Sam Okafor with the permission level Recorder, not as a vaccinator,"
        " but as a registered clinician, from 1 October 2026, until 31 March 2027",
    ),
    (
        events.MemberChanged(
            level_before="administrator",
            level_after="recorder",
            vaccinator_before=True,
            vaccinator_after=False,
            clinician_before=True,
            clinician_after=False,
            undo=True,
        ),
        BOTH,
        "Priya Shah changed Sam Okafor’s permission level from Administrator back to Recorder,"
        " vaccinator status from Yes back to No, and registered clinician status from Yes back"
        " to No, to undo an earlier change",
    ),
    (
        events.MemberDatesChanged(
            starts_before=date(2026, 10, 1),
            ends_after=date(2027, 3, 31),
        ),
        BOTH,
        "Priya Shah removed Sam Okafor’s start date, which was 1 October 2026,"
        " and set Sam Okafor’s end date to 31 March 2027",
    ),
    (
        events.AddressCorrected(),
        BOTH,
        "Priya Shah corrected the email address of Sam Okafor"
        " from sam.okofor@nhs.net to sam.okafor@nhs.net",
    ),
    (
        events.BulkStarted(verb="deactivate", people=1),
        BOTH,
        "Priya Shah began to deactivate 1 user",
    ),
    (
        events.ImportConfirmed(rows=1200, to_add=1000),
        BOTH,
        "Priya Shah confirmed a list of 1,200 rows, to add 1,000 users",
    ),
    (
        events.ReactivationDeclined(),
        People(subject="Sam Okafor"),
        "Support declined the request of Sam Okafor to be reactivated",
    ),
    (events.MemberRenamed(), ALONE, "Samuel Okafor changed their name to Sam Okafor"),
    (
        events.MemberRenamed(),
        BOTH,
        "Priya Shah changed the name of Samuel Okafor to Sam Okafor",
    ),
    (
        events.IdentityCallFailed(purpose="ensure", permanent=False),
        BOTH,
        "No account for Sam Okafor to log in with could be made, because there was no answer",
    ),
    (
        events.CatalogueImported(added=1, changed=2, digest=HASH),
        NOBODY,
        "Support imported a vaccine catalogue: 1 row added, 2 changed",
    ),
    (
        events.BatchChanged(
            site=UUID(int=1),
            product=events.vaccine("flu-tivc"),
            batch=UUID(int=2),
            number_changed=True,
            expiry_before=date(2026, 1, 1),
            expiry_after=date(2026, 2, 1),
        ),
        People(actor="Adam Obi"),
        "Adam Obi changed the batch number and the expiry date from 1 January 2026 to"
        " 1 February 2026 of a batch of flu-tivc",
    ),
    (events.SignedIn(), People(subject="Sam Okafor"), "Sam Okafor logged in"),
    (events.SignedIn(), People(actor="Sam Okafor"), "Sam Okafor logged in"),
    (
        events.SignedIn(),
        People(subject=sentences.ERASED),
        "An erased person logged in",
    ),
    (
        events.SignInRefusedUnknown(address_hash=HASH),
        NOBODY,
        "Somebody whose address is not known here was not let in",
    ),
    (
        events.AccessDenied(view="members:change", permission="users:manage"),
        People(actor="Sam Okafor"),
        "Sam Okafor was refused a page because they may not manage users",
    ),
    (
        events.SignedOut(),
        People(actor="van der {level} Berg"),
        "van der {level} Berg logged out",
    ),
]


@pytest.mark.parametrize(("event", "people", "sentence"), TOLD)
def test_it_tells_an_event_in_plain_words(event: Event, people: People, sentence: str) -> None:
    assert tell(event, people) == sentence


def test_it_has_words_for_every_kind_of_event_and_for_no_other() -> None:
    assert set(sentences.SENTENCES) == set(REGISTRY.values())


@tries(deadline=None)
@given(ANY_EVENT)
def test_it_tells_whatever_values_an_event_holds(event: Event) -> None:
    for people in (BOTH, ALONE, NOBODY):
        told = tell(event, people)

        assert not {"{", "}", "None", "True", "False"} & set(told.split())
        assert not any(word in told for word in ("{", "None", "True", "False"))
        assert not told.endswith((".", " "))


def sentences_of(history: History) -> list[str]:
    return [line.sentence for line in history.lines]


@pytest.mark.django_db
def test_it_shows_what_happened_to_one_person_newest_first() -> None:
    robin = Person(UUID(int=7), "Robin Hale", "robin.hale@nhs.net")
    with time_machine.travel(datetime(2026, 3, 2, 9, 30, tzinfo=UTC), tick=False):
        record(INVITED, actor=PRIYA, subject=SAM, organisation=RW3)
    record(INVITED, actor=PRIYA, subject=robin, organisation=RW3)
    record(events.LapseWarned(day=60), subject=SAM, organisation=RW3)

    history = history_of(organisation=RW3, subject=SAM.public_id)

    assert sentences_of(history) == [
        "Sam Okafor was warned by email after 60 days without logging in",
        "Priya Shah invited Sam Okafor with the permission level Recorder, as a vaccinator",
    ]
    assert [line.who for line in history.lines] == ["The service", "Priya Shah"]
    assert history.lines[1].at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_it_never_shows_one_organisation_what_happened_at_another() -> None:
    record(INVITED, actor=PRIYA, subject=SAM, organisation=RW3)
    record(RAISED, actor=PRIYA, subject=SAM, organisation=FA123)
    record(events.SignedIn(), subject=SAM)

    assert len(sentences_of(history_of(organisation=RW3, subject=SAM.public_id))) == 1
    assert len(sentences_of(history_of(organisation=FA123))) == 1
    assert sentences_of(history_of(organisation=None)) == ["Sam Okafor logged in"]


@pytest.mark.django_db
def test_it_keeps_the_name_somebody_had_when_it_happened() -> None:
    record(INVITED, actor=PRIYA, subject=SAM, organisation=RW3)
    record(
        events.MemberRenamed(),
        actor=SAM,
        subject=Person(SAM.public_id, "Sam Adeyemi"),
        formerly=SAM,
        organisation=RW3,
    )

    assert sentences_of(history_of(organisation=RW3)) == [
        "Sam Okafor changed their name to Sam Adeyemi",
        "Priya Shah invited Sam Okafor with the permission level Recorder, as a vaccinator",
    ]


@pytest.mark.django_db
def test_it_says_where_a_person_was_erased() -> None:
    record(RAISED, actor=PRIYA, subject=SAM, organisation=RW3)
    record(events.SignedOut(), actor=PRIYA, organisation=RW3)
    erase_person(person=SAM.public_id)

    out, raised = history_of(organisation=RW3).lines

    assert raised.sentence == (
        "Priya Shah changed an erased person’s permission level from Recorder to Administrator"
    )
    assert (raised.erased, out.erased) == (True, False)


@pytest.mark.django_db
def test_it_can_be_read_page_by_page() -> None:
    write_history(7)
    record(INVITED, subject=PRIYA, organisation=RW3)

    seqs: list[list[int]] = []
    before: int | None = None
    while True:
        page = history_of(organisation=RW3, subject=SAM.public_id, before=before, limit=3)
        seqs.append([line.seq for line in page.lines])
        before = page.before
        if before is None:
            break

    assert seqs == [[7, 6, 5], [4, 3, 2], [1]]


@pytest.mark.django_db
@pytest.mark.parametrize("length", [1, 20])
def test_it_takes_two_queries_however_long_it_is(length: int) -> None:
    write_history(length)

    with CaptureQueriesContext(connection) as queries:
        history = history_of(organisation=RW3, subject=SAM.public_id)

    assert len(history.lines) == length
    # the events, and what their people were called
    assert len(queries) == 2
