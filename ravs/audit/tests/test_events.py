"""What an event may carry, and what it may never."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from ravs.audit import events
from ravs.audit.events import REGISTRY, Event
from ravs.audit.values import Kind, OneOf, Plain, Shape, UnfitForHistory

KEPT_OUT = ["Priya Shah", "priya", "priya.shah@nhs.net", "Priya", "9990000018", "", " recorder"]

PLAIN = {
    bool: st.booleans(),
    int: st.integers(min_value=-(2**53), max_value=2**53),
    date: st.dates(),
    UUID: st.uuids(),
}


def values_of(kind: Kind) -> st.SearchStrategy[object]:
    """Anything that a field of this kind may hold."""
    match kind.rule:
        case OneOf(vocabulary):
            values: st.SearchStrategy[object] = st.sampled_from(vocabulary.values)
        case Shape(pattern):
            values = st.from_regex(pattern, fullmatch=True)
        case Plain(plain):
            values = PLAIN[plain]
    return st.none() | values if kind.optional else values


def any_event(cls: type[Event]) -> st.SearchStrategy[Event]:
    return st.builds(cls, **{name: values_of(kind) for name, kind in cls.kinds.items()})


ANY_EVENT = st.one_of([any_event(cls) for cls in REGISTRY.values()])

WORD_FIELDS = [
    pytest.param(cls, name, id=f"{cls.__name__}.{name}")
    for cls in REGISTRY.values()
    for name, kind in cls.kinds.items()
    if isinstance(kind.rule, OneOf | Shape)
]


@tries(deadline=None)
@given(ANY_EVENT)
def test_it_reads_back_every_event_from_its_stored_form(event: Event) -> None:
    stored = json.loads(json.dumps(event.data))

    assert events.load(event.type_name, stored) == event


@pytest.mark.parametrize(("cls", "field"), WORD_FIELDS)
@pytest.mark.parametrize("text", KEPT_OUT)
def test_it_takes_no_names_addresses_or_numbers_of_people(
    cls: type[Event], field: str, text: str
) -> None:
    with pytest.raises(UnfitForHistory) as refused:
        cls.kinds[field].accept(text)

    assert not text or text not in str(refused.value)


@tries(deadline=None)
@given(st.text())
def test_it_takes_no_text_that_is_not_in_its_vocabulary(text: str) -> None:
    if text in {"recorder", "administrator", "lead-administrator"}:
        assert events.MemberJoined(level=text).level == text
    else:
        with pytest.raises(UnfitForHistory):
            events.MemberJoined(level=text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("day", True),
        ("day", "60"),
        ("day", 60.5),
        ("day", None),
        ("lapses_on", datetime(2026, 3, 1, tzinfo=UTC)),
        ("lapses_on", "2026-03-01"),
    ],
)
def test_it_takes_values_of_the_stated_kind_only(field: str, value: object) -> None:
    values = {"day": 60, "lapses_on": date(2026, 3, 1)} | {field: value}

    with pytest.raises(UnfitForHistory):
        events.LapseWarned(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("annotation", [str, float, dict, object, datetime, int | str])
def test_it_refuses_a_kind_of_event_with_room_for_free_text(annotation: object) -> None:
    offender = dataclass(frozen=True)(
        type("Offender", (Event,), {"__annotations__": {"name": annotation}})
    )

    with pytest.raises(TypeError):
        events.event("test.offender")(offender)

    assert "test.offender" not in REGISTRY


def test_it_refuses_two_kinds_of_one_name() -> None:
    with pytest.raises(ValueError, match=r"member\.invited"):
        events.event("member.invited")(events.SignedIn)


def test_it_stores_dates_ids_and_words_as_plain_json() -> None:
    letter = UUID("0197c000-0000-7000-8000-000000000001")

    assert events.LapseWarned(day=60, lapses_on=date(2026, 3, 31)).data == {
        "day": 60,
        "lapses_on": "2026-03-31",
    }
    assert events.LetterFailed(letter=letter, attempts=3).data == {
        "letter": "0197c000-0000-7000-8000-000000000001",
        "attempts": 3,
    }
