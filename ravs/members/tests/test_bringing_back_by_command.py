"""A list of people that is run again undoes nothing that a lead administrator decided."""

import pytest
from click.testing import CliRunner, Result

from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.members.commands import users
from ravs.members.models import Level, Membership, Status
from ravs.members.services import cancel_invitation, invite_member, lapse_invitations
from ravs.members.services.details import Details
from tests.people import LEAD, Leeds, member


def add(name: str, level: str) -> Result:
    first, last = name.split()
    words = ["--email", f"{first}.{last}@nhs.net".lower(), "--first-name", first]
    return CliRunner().invoke(
        users, ["add", "--ods", "RR8", *words, "--last-name", last, "--level", level]
    )


@pytest.mark.parametrize("level", ["recorder", "lead-administrator"])
def test_it_leaves_a_leaver_out(leeds: Leeds, level: str) -> None:
    result = add("Dev Patel", level)
    leeds.dev.refresh_from_db()
    assert result.exit_code != 0
    assert (leeds.dev.status, leeds.dev.level) == (Status.DEACTIVATED, Level.RECORDER)


def test_it_leaves_a_cancelled_invitation_cancelled(leeds: Leeds) -> None:
    cancel_invitation(actor=leeds.priya.account, membership=leeds.ingrid)
    result = add("Ingrid Holm", "recorder")
    leeds.ingrid.refresh_from_db()
    assert result.exit_code != 0
    assert leeds.ingrid.invitation_end == "cancelled"


def test_it_invites_again_somebody_whose_invitation_ended(leeds: Leeds) -> None:
    row = member(leeds.organisation, "Old Invite", LEAD, status="invited", invited_days_ago=95)
    for _ in lapse_invitations(today=london_today()):
        pass
    words = ["reactivate", "--ods", "RR8", "--email", "old.invite@nhs.net"]
    assert CliRunner().invoke(users, words).exit_code == 0
    back = Membership.objects.get(pk=row.pk)
    assert back.is_invited
    assert back.level == LEAD


def test_a_name_entered_anew_is_in_the_history(leeds: Leeds) -> None:
    details = Details("dev.patel@nhs.net", "Devan", "Patel", Level.RECORDER, vaccinator=False)
    invite_member(actor=leeds.priya.account, organisation=leeds.organisation, details=details)
    leeds.dev.account.refresh_from_db()
    assert leeds.dev.account.full_name == "Devan Patel"
    assert Event.objects.filter(type="member.renamed").count() == 1
