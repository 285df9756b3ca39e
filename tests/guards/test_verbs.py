"""Every verb that changes a row leaves an event in the history."""

import ast

import pytest

from tests.guards.calls import Calls, of_product, read

pytestmark = pytest.mark.once

HISTORY = {
    "ravs.audit.services.record",
    "ravs.audit.services.record_many",
}
SERVICES = (
    "ravs.accounts.services",
    "ravs.organisations.services",
    "ravs.members.services",
    "ravs.members.asking.services",
    "ravs.members.asking.rounds",
    "ravs.members.entry.services",
    "ravs.members.importing.services",
    "ravs.vaccines.services",
    "ravs.patients.services",
    "ravs.vaccinations.recording.complete",
    "ravs.vaccinations.recording.services",
    "ravs.vaccinations.records.services",
)
DRAFTS = (
    "answer",
    "begin_clinic",
    "begin_draft",
    "discard",
    "end_clinic",
    "follow_on",
    "keep_note",
    "open_clinic",
    "override",
    "say_given",
    "say_not_given",
    "take_patient",
    "tell_patient",
)
"""What happens to a draft before it is saved."""

EXCUSED = {
    f"ravs.vaccinations.recording.services.{name}": "a draft is nobody's record" for name in DRAFTS
} | {
    "ravs.members.importing.services.take_in": "a list that nobody has confirmed changes nobody",
    "ravs.members.importing.services.cancel": "a list that nobody has confirmed changes nobody",
    "ravs.members.importing.services.forget_old": "empties what was typed, as settings say",
    "ravs.members.services.deactivate.close_membership": "a step of verbs which record",
    "ravs.members.services.details.rename_if_only_here": "a step of verbs which record",
}
"""Verbs that change rows and leave no event, and why that is right."""


def verbs(calls: Calls) -> list[str]:
    """Public functions of the services which write, themselves or through what they call."""
    return sorted(
        name
        for name in list(calls.called)
        if name.startswith(tuple(f"{module}." for module in SERVICES))
        and is_function(name)
        and calls.changes_state(name)
    )


def is_function(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last.islower() and not last.startswith("_")


def silent(calls: Calls) -> list[str]:
    return [name for name in verbs(calls) if not calls.reaches(name, HISTORY)]


def test_it_records_what_every_verb_did() -> None:
    assert [name for name in silent(of_product()) if name not in EXCUSED] == []


def test_it_sees_the_verbs_there_are() -> None:
    """The reader of the source must not go blind: these change rows and say so."""
    found = set(verbs(of_product()))
    assert {
        "ravs.organisations.services.add_organisation",
        "ravs.members.services.invite.invite_member",
        "ravs.members.services.change.change_member",
        "ravs.members.services.deactivate.deactivate_member",
        "ravs.members.services.reactivate.reactivate_member",
        "ravs.members.services.inactivity.apply_inactivity_rule",
        "ravs.accounts.services.unbind_identity",
    } <= found


def test_it_excuses_only_verbs_that_are_there() -> None:
    assert set(EXCUSED) <= set(verbs(of_product()))


PLANTED = """
from ravs.members.models import Membership
from ravs.audit import services as audit

def promote_quietly(*, actor, membership):
    _write(membership)

def promote(*, actor, membership):
    _write(membership)
    _tell(membership)

def is_promoted(membership):
    return membership.level == "lead-administrator"

def _write(membership):
    membership.save(update_fields=["level"])

def _tell(membership):
    audit.record(object())
"""


def test_it_catches_a_planted_verb_that_tells_nobody() -> None:
    calls = Calls()
    read(calls, "ravs.members.services.planted", ast.parse(PLANTED))
    assert verbs(calls) == [
        "ravs.members.services.planted.promote",
        "ravs.members.services.planted.promote_quietly",
    ]
    assert silent(calls) == ["ravs.members.services.planted.promote_quietly"]
