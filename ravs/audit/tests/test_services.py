"""Writing the history."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django_guid import clear_guid, set_guid

from ravs.audit import events, services
from ravs.audit.hashing import keyed_hash
from ravs.audit.models import SERVICE_CHAIN, ChainHead, Event, EventPerson
from ravs.audit.services import Entry, OutsideTransaction, Person, erase_person, record, record_many
from ravs.audit.tests.people import FA123, INVITED, PRIYA, RAISED, RW3, SAM
from ravs.audit.verify import verify
from ravs.core.ids import new_id

pytestmark = pytest.mark.django_db


def test_it_writes_who_did_what_to_whom_and_where() -> None:
    set_guid("5b8c1f0e5d1b4d7f9a3c2e1d0f9b8a7c")
    record(RAISED, actor=PRIYA, subject=SAM, organisation=RW3)
    clear_guid()

    row = Event.objects.get()
    assert (row.type, row.actor, row.subject, row.organisation) == (
        "member.changed",
        PRIYA.public_id,
        SAM.public_id,
        RW3,
    )
    assert row.data["level_after"] == "administrator"
    assert row.request_id == "5b8c1f0e5d1b4d7f9a3c2e1d0f9b8a7c"


def test_it_keeps_names_and_addresses_beside_the_chain_and_not_in_it() -> None:
    record(INVITED, actor=PRIYA, subject=SAM, organisation=RW3)

    chained = repr(Event.objects.values().get())
    for private in (PRIYA.name, PRIYA.email, SAM.name, SAM.email):
        assert private not in chained
    payloads = EventPerson.objects.order_by("position").values_list("payload", flat=True)
    assert list(payloads) == [
        '{"email":"priya.shah@nhs.net","name":"Priya Shah"}',
        '{"email":"sam.okafor@nhs.net","name":"Sam Okafor"}',
    ]


def test_it_keeps_only_the_id_of_somebody_without_a_name() -> None:
    record(events.SignedIn(), subject=Person(SAM.public_id))

    assert Event.objects.get().subject == SAM.public_id
    assert not EventPerson.objects.exists()


def test_it_numbers_each_organisation_and_the_service_apart() -> None:
    for organisation in (RW3, FA123, RW3, None, RW3):
        record(INVITED, organisation=organisation)

    places = Event.objects.order_by("chain", "seq").values_list("chain", "seq")
    assert list(places) == [(SERVICE_CHAIN, 1), (RW3, 1), (RW3, 2), (RW3, 3), (FA123, 1)]
    assert verify().first_bad is None


def test_it_binds_each_row_to_the_one_before() -> None:
    record_many([Entry(INVITED, organisation=RW3), Entry(RAISED, organisation=RW3)])
    record(RAISED, organisation=RW3)

    rows = list(Event.objects.order_by("seq"))
    assert [row.previous_hash for row in rows] == ["", rows[0].hash, rows[1].hash]
    assert ChainHead.objects.get().hash == rows[2].hash


def test_it_needs_no_more_statements_for_forty_events_than_for_one() -> None:
    def entries(count: int) -> list[Entry]:
        return [
            Entry(INVITED, actor=PRIYA, subject=SAM, organisation=(RW3, FA123)[number % 2])
            for number in range(count)
        ]

    with CaptureQueriesContext(connection) as two:
        record_many(entries(2))
    with CaptureQueriesContext(connection) as forty:
        record_many(entries(40))

    # heads made where missing, heads locked, events, people, heads moved
    assert len(two) == len(forty) == 5


def test_it_writes_nothing_for_no_entries() -> None:
    with CaptureQueriesContext(connection) as queries:
        record_many([])

    assert len(queries) == 0


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_write_outside_the_transaction_of_a_change() -> None:
    with pytest.raises(OutsideTransaction):
        record(INVITED, organisation=RW3)

    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_vanishes_with_the_change_that_failed() -> None:
    class Failure(Exception):
        pass

    @transaction.atomic
    def fail_after_recording() -> None:
        record(RAISED, actor=PRIYA, organisation=RW3)
        raise Failure

    with transaction.atomic():
        record(INVITED, organisation=RW3)
    with pytest.raises(Failure):
        fail_after_recording()
    with transaction.atomic():
        record(RAISED, organisation=RW3)

    assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]
    assert verify(RW3).first_bad is None


def test_it_lets_only_the_subject_have_had_another_name() -> None:
    formerly = Person(SAM.public_id, "Samuel Okafor")
    Entry(events.MemberRenamed(), actor=SAM, subject=SAM, formerly=formerly)

    with pytest.raises(ValueError, match="subject"):
        Entry(events.MemberRenamed(), subject=PRIYA, formerly=formerly)


def test_it_erases_a_person_and_leaves_the_chain_whole() -> None:
    record(INVITED, actor=PRIYA, subject=SAM, organisation=RW3)
    record(RAISED, actor=PRIYA, subject=SAM, organisation=RW3)

    assert erase_person(person=SAM.public_id, actor=PRIYA) == 2

    assert "Sam" not in repr(list(EventPerson.objects.values()))
    report = verify()
    assert report.first_bad is None
    assert report.erased == 2
    told = Event.objects.get(chain=SERVICE_CHAIN)
    assert (told.type, told.subject, told.data) == ("audit.erased", SAM.public_id, {"entries": 2})


def test_it_has_nothing_to_tell_when_nobody_was_erased() -> None:
    assert erase_person(person=new_id()) == 0
    assert not Event.objects.exists()


def test_it_gives_two_entries_about_one_person_different_hashes() -> None:
    record(INVITED, subject=SAM, organisation=RW3)
    record(INVITED, subject=SAM, organisation=RW3)

    first, second = Event.objects.values_list("person_hashes", flat=True)
    assert first != second


def test_it_keeps_a_strangers_address_only_as_a_keyed_hash(settings: object) -> None:
    address_hash = keyed_hash("stranger@example.org")
    record(events.SignInRefusedUnknown(address_hash=address_hash))

    assert Event.objects.get().data == {"address_hash": address_hash}
    assert keyed_hash("stranger@example.org") == address_hash
    assert keyed_hash("another@example.org") != address_hash
    settings.SECRET_KEY = "another key altogether, of another installation"  # type: ignore[attr-defined]
    assert services.keyed_hash("stranger@example.org") != address_hash
