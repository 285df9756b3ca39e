"""The history's closed lists say the same as the lists of the rooms they repeat.

The history stands below those rooms and cannot import them, so each list is written twice.
"""

import enum

import pytest

from ravs.audit import words
from ravs.integrations.identity.port import Found
from ravs.members.models import BulkVerb, DeactivationReason, IdentityCall, Level, Status
from ravs.members.permissions import Permission
from ravs.organisations.models import EmailPolicy, OrganisationStatus, OrganisationType

REPEATED = [
    (words.Levels, Level),
    (words.DeactivationReasons, DeactivationReason),
    (words.Statuses, Status),
    (words.OrganisationStatuses, OrganisationStatus),
    (words.OrganisationTypes, OrganisationType),
    (words.IdentityPurposes, IdentityCall.Purpose),
    (words.Findings, Found),
    (words.Permissions, Permission),
    (words.EmailPolicies, EmailPolicy),
    (words.BulkVerbs, BulkVerb),
]


def differences(one: type[enum.Enum], other: type[enum.Enum]) -> set[str]:
    return {str(each.value) for each in one} ^ {str(each.value) for each in other}


@pytest.mark.parametrize(("history", "room"), REPEATED)
def test_it_repeats_a_rooms_list_value_for_value(
    history: type[enum.Enum], room: type[enum.Enum]
) -> None:
    assert differences(history, room) == set()


class Planted(enum.StrEnum):
    RECORDER = "recorder"
    ADMINISTRATOR = "administrator"
    OBSERVER = "observer"


def test_it_catches_a_level_that_the_history_does_not_know() -> None:
    assert differences(words.Levels, Planted) == {"observer", "lead-administrator"}
