"""What a sceptic tried: leavers, late nights, two leads at once, a long history, a dead end."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from ravs.audit import services as audit
from ravs.audit.events import OrganisationEntered
from ravs.members import ground
from ravs.members.entry.services import lapse_at_the_door
from ravs.members.models import InvitationEnd, Level
from ravs.members.services import change_member, deactivate_member
from ravs.members.services.change import Standing
from tests.clients import PageClient
from tests.people import LEAD, RECORDER, Leeds, member


def test_a_leaver_renames_nobody(client: PageClient, leeds: Leeds) -> None:
    client.sign_in(leeds.rosa.account)
    deactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
    client.submit("members:profile", {"first_name": "Some", "last_name": "Insult"})
    leeds.rosa.account.refresh_from_db()
    assert leeds.rosa.account.full_name == "Rosa Keane"


def test_an_old_invitation_lapses_at_the_door_however_late_the_night_is(leeds: Leeds) -> None:
    late = member(leeds.organisation, "Late Comer", LEAD, status="invited", invited_days_ago=120)
    lapse_at_the_door(late.account)
    late.refresh_from_db()
    assert late.invitation_end == InvitationEnd.LAPSED


def test_one_leads_change_is_not_undone_by_anothers_open_page(
    client: PageClient, leeds: Leeds
) -> None:
    client.sign_in(leeds.priya.account)
    page = client.page("members:change", ods="RR8", member=leeds.adam.public_id).content.decode()
    key = page.partition('name="key" value="')[2].partition('"')[0]
    lowered = Standing(Level.RECORDER, vaccinator=False)
    change_member(actor=None, membership=leeds.adam, standing=lowered)
    answers = {"vaccinator": "yes", "level": "administrator", "shown": "administrator nn - -"}
    response = client.submit(
        "members:change", answers | {"key": key}, ods="RR8", member=leeds.adam.public_id
    )
    leeds.adam.refresh_from_db()
    assert leeds.adam.level == RECORDER
    assert "Somebody else has changed" in client.get(response.headers["Location"]).content.decode()


def test_a_long_history_leads_back_to_its_beginning(client: PageClient, leeds: Leeds) -> None:
    who = ground.person(leeds.rosa.account)
    with transaction.atomic():
        audit.record_many(
            audit.Entry(
                OrganisationEntered(level="recorder"), who, who, leeds.organisation.public_id
            )
            for _ in range(60)
        )
    client.sign_in(leeds.priya.account)
    page = client.page("members:person", ods="RR8", member=leeds.rosa.public_id)
    older = page.content.decode().partition("?before=")[2].partition('"')[0]
    rest = client.page(
        "members:person", ods="RR8", member=leeds.rosa.public_id, query={"before": older}
    )
    assert "?before=" not in rest.content.decode()
    assert rest.content.decode().count("ravs-history__when") == 10


@pytest.mark.parametrize("days", [0, 3])
def test_signing_in_while_the_answer_was_on_its_way_stays_known(leeds: Leeds, days: int) -> None:
    """``came_meanwhile`` compares with the call, so an older log-in decides nothing."""
    from ravs.accounts.models import IdentityState
    from ravs.integrations.identity.port import Ensured, Found
    from ravs.members import identity_drain
    from ravs.members.models import IdentityCall

    call = IdentityCall.objects.create(
        membership=leeds.ingrid, purpose="ensure", next_attempt_at=timezone.now()
    )
    account = leeds.ingrid.account
    account.last_login_at = call.created_at + timedelta(seconds=1) - timedelta(days=days)
    account.last_login_on = account.last_login_at.date()
    account.save()
    expires = timezone.now() + timedelta(days=7)
    identity_drain._finish(call, Ensured(Found.NEW, expires), None)
    account.refresh_from_db()
    expected = IdentityState.PENDING if days else IdentityState.ACTIVE
    assert account.identity_state == expected
