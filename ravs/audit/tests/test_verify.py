"""Tampering, by somebody who can switch the triggers off, and what ``verify`` says of it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ravs.audit import hashing
from ravs.audit import verify as verifying
from ravs.audit.models import ChainHead, Event, EventPerson
from ravs.audit.stored import Row, rehash, rows_of
from ravs.audit.tests.people import FA123, PRIYA, RW3, SAM, as_superuser, stored_id, write_history
from ravs.audit.verify import BadRow, Problem, verify
from ravs.core.ids import new_id

pytestmark = pytest.mark.django_db

LENGTH = 12


@pytest.fixture(autouse=True)
def history() -> None:
    write_history(LENGTH)


def tamper(statement: str, *values: Any) -> None:
    with as_superuser() as cursor:
        cursor.execute(statement, list(values))
        assert cursor.rowcount > 0


def change(column: str, seq: int, value: Any) -> None:
    tamper(f"UPDATE audit_event SET {column} = %s WHERE seq = %s", value, seq)


def named() -> tuple[int, Problem]:
    bad = verify(RW3).first_bad
    assert bad is not None
    assert bad.chain == RW3
    return bad.seq, bad.problem


def test_it_finds_an_untouched_history_whole() -> None:
    write_history(5, FA123)
    write_history(3, None)

    report = verify()

    assert report.bad == ()
    assert (report.chains, report.checked, report.erased) == (3, LENGTH + 8, 0)


def test_it_finds_an_empty_history_whole() -> None:
    assert verify(new_id()).first_bad is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("type", "member.lapsed"),
        ("data", json.dumps({"level": "lead-administrator", "vaccinator": True})),
        ("data", json.dumps({"entries": 1})),
        ("at", datetime(2020, 1, 1, tzinfo=UTC)),
        ("request_id", "another"),
        ("person_hashes", json.dumps([])),
        ("previous_hash", "0" * 64),
        ("hash", "0" * 64),
    ],
)
@pytest.mark.parametrize("seq", [1, 5, LENGTH])
def test_it_names_the_row_in_which_a_column_was_changed(column: str, value: Any, seq: int) -> None:
    change(column, seq, value)

    assert named() == (seq, Problem.ALTERED)


@pytest.mark.parametrize("column", ["actor", "subject"])
def test_it_names_the_row_that_was_pinned_on_somebody_else(column: str) -> None:
    change(column, 4, stored_id(new_id()))
    assert named() == (4, Problem.ALTERED)


@pytest.mark.parametrize("column", ["actor", "subject"])
def test_it_names_the_row_whose_person_was_taken_away(column: str) -> None:
    change(column, 4, None)
    assert named() == (4, Problem.ALTERED)


def test_it_names_the_first_of_several_bad_rows() -> None:
    for seq in (9, 3, 6):
        change("type", seq, "member.lapsed")

    assert named() == (3, Problem.ALTERED)


@pytest.mark.parametrize("seq", [1, 6, LENGTH - 1])
def test_it_names_a_row_that_is_gone(seq: int) -> None:
    remove(seq)
    assert named() == (seq, Problem.MISSING)


def remove(seq: int) -> None:
    tamper(
        "DELETE FROM audit_eventperson WHERE event_id IN"
        " (SELECT id FROM audit_event WHERE chain = %s AND seq >= %s AND seq <= %s)",
        stored_id(RW3),
        seq,
        seq,
    )
    tamper("DELETE FROM audit_event WHERE seq = %s", seq)


def test_it_names_where_the_end_was_cut_off() -> None:
    for seq in (LENGTH, LENGTH - 1, LENGTH - 2):
        remove(seq)

    assert named() == (LENGTH - 2, Problem.TRUNCATED)


def test_it_sees_that_everything_is_gone() -> None:
    for seq in range(1, LENGTH + 1):
        remove(seq)

    assert named() == (1, Problem.TRUNCATED)


def test_it_names_a_gap_that_was_closed_by_numbering_on() -> None:
    remove(5)
    for seq in range(6, LENGTH + 1):
        change("seq", seq, seq - 1)

    assert named() == (5, Problem.ALTERED)


@pytest.mark.parametrize(("one", "other"), [(3, 4), (2, 9), (1, LENGTH)])
def test_it_names_the_first_of_two_rows_that_changed_places(one: int, other: int) -> None:
    change("seq", one, 1000)
    change("seq", other, one)
    change("seq", 1000, other)

    assert named() == (one, Problem.REORDERED)


def test_it_sees_through_a_row_rewritten_with_its_own_hash() -> None:
    change("type", 7, "member.lapsed")
    change("hash", 7, hash_now(7))

    assert named() == (7, Problem.ALTERED)


def test_it_sees_through_the_last_row_rewritten_with_its_own_hash() -> None:
    change("type", LENGTH, "member.lapsed")
    change("hash", LENGTH, hash_now(LENGTH))

    assert named()[0] == LENGTH


def test_it_sees_through_a_row_tied_to_another_with_its_own_hash() -> None:
    change("previous_hash", 7, "0" * 64)
    change("hash", 7, hash_now(7))

    assert named() == (7, Problem.ALTERED)


def hash_now(seq: int) -> str:
    """What a forger who knows the method would write."""
    row = Row(*rows_of(RW3).get(seq=seq))
    return rehash(RW3, row)


def test_it_sees_rows_moved_to_another_organisation() -> None:
    tamper("UPDATE audit_event SET chain = %s WHERE seq = 8", stored_id(FA123))

    report = verify()

    assert report.bad == (BadRow(RW3, 8, Problem.MISSING), BadRow(FA123, 1, Problem.MISSING))


def test_it_sees_a_history_moved_to_another_organisation_whole() -> None:
    tamper("UPDATE audit_event SET chain = %s", stored_id(FA123))
    tamper("UPDATE audit_chainhead SET chain = %s", stored_id(FA123))

    bad = verify().first_bad
    assert bad == BadRow(FA123, 1, Problem.ALTERED)


def test_it_sees_a_row_slipped_in_at_the_end() -> None:
    last = Event.objects.get(seq=LENGTH)
    forged = Event(
        id=new_id(),
        chain=RW3,
        seq=LENGTH + 1,
        type="audit.erased",
        data={"entries": 1},
        at=last.at,
        person_hashes=[],
        previous_hash=last.hash,
    )
    forged.hash = hashing.event_hash(
        {
            "id": forged.id.hex,
            "chain": RW3.hex,
            "seq": forged.seq,
            "type": forged.type,
            "actor": None,
            "subject": None,
            "data": forged.data,
            "at": forged.at,
            "request_id": "",
            "person_hashes": [],
            "previous_hash": last.hash,
        }
    )
    forged.save(force_insert=True)

    assert named() == (LENGTH + 1, Problem.HEAD)


@pytest.mark.parametrize(
    ("column", "value", "place"),
    [("hash", "0" * 64, LENGTH), ("seq", LENGTH + 1, LENGTH + 1), ("seq", LENGTH - 1, LENGTH)],
)
def test_it_sees_a_head_that_was_moved(column: str, value: Any, place: int) -> None:
    tamper(f"UPDATE audit_chainhead SET {column} = %s", value)

    seq, problem = named()
    assert seq == place
    assert problem in {Problem.HEAD, Problem.TRUNCATED}


def test_it_sees_a_head_that_is_gone() -> None:
    tamper("DELETE FROM audit_chainhead")

    assert verify().first_bad == BadRow(RW3, LENGTH, Problem.HEAD)


def side_rows(statement: str, seq: int) -> str:
    return (
        f"{statement} WHERE event_id = (SELECT id FROM audit_event WHERE seq = {seq})"
        " AND position = 'subject'"
    )


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE audit_eventperson SET payload = '{"email":"x@nhs.net","name":"X"}'""",
        "UPDATE audit_eventperson SET payload = payload || ' '",
        "UPDATE audit_eventperson SET position = 'formerly'",
        "DELETE FROM audit_eventperson",
    ],
)
def test_it_names_the_row_whose_people_were_changed(statement: str) -> None:
    tamper(side_rows(statement, 6))

    assert named() == (6, Problem.PERSON)


def test_it_names_the_row_whose_person_was_exchanged() -> None:
    tamper(side_rows(f"UPDATE audit_eventperson SET person = '{stored_id(PRIYA.public_id)}'", 6))

    assert named() == (6, Problem.PERSON)


def test_it_does_not_take_another_persons_emptied_row_for_an_erased_one() -> None:
    other = stored_id(PRIYA.public_id)
    tamper(
        side_rows(
            f"UPDATE audit_eventperson SET person = '{other}', payload = NULL, salt = NULL", 6
        )
    )

    assert named() == (6, Problem.PERSON)


def test_it_reports_emptied_rows_as_erased() -> None:
    EventPerson.objects.filter(person=SAM.public_id).update(payload=None, salt=None)

    report = verify(RW3)

    assert report.first_bad is None
    assert report.erased == LENGTH


def test_it_says_plainly_what_is_wrong_and_where() -> None:
    change("type", 4, "member.lapsed")

    said = str(verify(RW3).first_bad)

    assert said == f"Row 4 in the history of organisation {RW3} was changed after it was written."


def test_it_reads_across_chunks_and_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "CHUNK", 5)
    steps: list[int] = []

    report = verify(RW3, advance=steps.append)

    assert report.checked == LENGTH
    assert steps == [5, 5, 2]
    assert verifying.length(RW3) == verifying.length() == sum(steps)


def test_it_names_bad_rows_at_the_edge_of_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "CHUNK", 5)
    change("type", 6, "member.lapsed")
    assert named() == (6, Problem.ALTERED)

    change("type", 5, "member.lapsed")
    assert named() == (5, Problem.ALTERED)


def test_it_changes_nothing() -> None:
    before = [list(table.objects.values()) for table in (Event, EventPerson, ChainHead)]
    verify()
    assert before == [list(table.objects.values()) for table in (Event, EventPerson, ChainHead)]
