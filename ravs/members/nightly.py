"""The night job: the 90-day rule, invitations unanswered, counts checked, leavings cleared.

What the rooms above have to do at night is named in ``NIGHT_WORK``.

Safe to run twice, at once, late, or killed between any two statements: each step works in slices
that are whole or absent, and a second run finds only what is still to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from ravs.accounts.services import clear_expired_sessions
from ravs.accounts.submissions import clear_old
from ravs.audit import services as audit
from ravs.audit.events import NightlyFinished
from ravs.members import counts, ground
from ravs.members.asking.answering import forget_answered
from ravs.members.asking.rounds import write_to_leads
from ravs.members.importing.services import forget_old
from ravs.members.services import apply_end_dates, apply_inactivity_rule, lapse_invitations
from ravs.organisations.models import Organisation

SLICE = 200


@dataclass
class Night:
    """What a run has done so far."""

    lapsed: int = 0
    warned: int = 0
    ended: int = 0
    invitations_lapsed: int = 0
    counts_corrected: int = 0

    def __str__(self) -> str:
        return (
            f"deactivated: {self.lapsed}, warned: {self.warned}, "
            f"deactivated at their end date: {self.ended}, "
            f"invites expired: {self.invitations_lapsed}, "
            f"counts corrected: {self.counts_corrected}"
        )


def run_night(*, today: date) -> Iterator[Night]:
    """Do everything that falls due on ``today`` (a London date); yields after each slice."""
    night = Night()
    for outcome in apply_inactivity_rule(today=today):
        night.lapsed += outcome.lapsed
        night.warned += outcome.warned
        yield night
    for done in apply_end_dates(today=today):
        night.ended += done.ended
        yield night
    for ended in lapse_invitations(today=today):
        night.invitations_lapsed += ended
        yield night
    for _ in write_to_leads(today=today):
        yield night
    for corrected in check_counts():
        night.counts_corrected += corrected
        yield night
    for path in settings.NIGHT_WORK:
        for corrected in import_string(path)(today=today):
            night.counts_corrected += corrected
            yield night
    clear_leavings()
    with transaction.atomic():
        audit.record(
            NightlyFinished(
                night=today,
                warned=night.warned,
                lapsed=night.lapsed,
                ended=night.ended,
                invitations_lapsed=night.invitations_lapsed,
                counts_corrected=night.counts_corrected,
            )
        )
    yield night


def check_counts() -> Iterator[int]:
    """Compare each organisation's kept counts with the truth, a few organisations at a time."""
    last = 0
    while ids := list(
        Organisation.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:SLICE]
    ):
        with transaction.atomic():
            corrected = counts.recount(ground.lock_organisations(ids))
        yield corrected
        last = ids[-1]


def clear_leavings() -> None:
    """Sessions nobody came back to, spent keys, and what was typed and left long ago."""
    now = timezone.now()
    clear_expired_sessions(now)
    clear_old(now)
    forget_answered(now)
    forget_old(now)
