"""Putting right the name and address of somebody invited, while nothing else hangs on them."""

import re
from typing import Any

import pytest

from ravs.accounts.models import Account, Identity
from ravs.audit.models import Event
from ravs.audit.selectors import history_of
from ravs.mail.models import Message, State
from ravs.members import emails, identity_drain
from ravs.members.models import GroupMembership, IdentityCall, Membership
from ravs.members.refusals import (
    AlreadyMember,
    CannotResend,
    DomainNotAllowed,
    GroupAdministrator,
    NotALeadAdministrator,
    NotInThatState,
    OrganisationNotOpen,
)
from ravs.members.selectors import matching
from ravs.members.services import cancel_invitation, invite_member
from ravs.members.services.correct import AddressInUse, KnownElsewhere, correct_invited
from ravs.members.services.details import Details
from ravs.organisations.models import Group
from tests.clients import PageClient
from tests.directory import Provider
from tests.evidence import assert_whole, fresh, left_behind
from tests.people import LEAD, NOON, RECORDER, Leeds, member, organisation

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOON, tick=False)]

RIGHT = "ingrid.holm2@nhs.net"


def correct(leeds: Leeds, **changed: str) -> Membership:
    values = {"first_name": "Ingrid", "last_name": "Holm", "email": "ingrid.holm@nhs.net"} | changed
    return correct_invited(actor=leeds.priya.account, membership=leeds.ingrid, **values)


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def told(leeds: Leeds) -> str:
    at = leeds.organisation.public_id
    return " / ".join(str(line) for line in history_of(organisation=at, limit=5).lines)


def test_a_name_is_corrected_without_another_letter(leeds: Leeds) -> None:
    with left_behind() as left:
        correct(leeds, first_name="Ingeborg")
    assert left.events == ["member.renamed"]
    assert left.letters == []
    assert left.calls == []
    row = fresh(leeds.ingrid)
    assert (row.account.full_name, row.invite_count) == ("Ingeborg Holm", 1)
    assert list(matching_names(leeds, "ingeborg")) == ["Ingeborg Holm"]
    assert list(matching_names(leeds, "ingrid holm")) == []
    assert "Priya Shah changed the name of Ingrid Holm to Ingeborg Holm" in told(leeds)


def matching_names(leeds: Leeds, query: str) -> list[str]:
    from ravs.members.narrowing import Narrowing

    rows = matching(leeds.organisation, "invited", Narrowing(query)).select_related("account")
    return [row.account.full_name for row in rows]


def test_another_address_is_another_invitation_and_another_account(
    leeds: Leeds, provider: Provider
) -> None:
    """Invited, prepared and written to at the wrong address; then all anew at the right one."""
    details = Details("una.byrme@nhs.net", "Una", "Byrne", RECORDER, vaccinator=False)
    row = invite_member(actor=leeds.priya.account, organisation=leeds.organisation, details=details)
    identity_drain.drain()
    assert Message.objects.filter(to="una.byrme@nhs.net", state=State.QUEUED).count() == 1
    with left_behind() as left:
        correct_invited(
            actor=leeds.priya.account,
            membership=row,
            first_name="Una",
            last_name="Byrne",
            email="una.byrne@nhs.net",
        )
    assert left.events == ["member.address_corrected"]
    assert left.calls == ["ensure"]
    assert not Message.objects.filter(to="una.byrme@nhs.net").exists()
    row = fresh(row)
    assert (row.account.email, row.invite_count) == ("una.byrne@nhs.net", 2)
    assert row.account.identity_state == "unknown"
    assert row.account.activation_expires_at is None
    identity_drain.drain()
    assert provider.letters == ["una.byrme@nhs.net", "una.byrne@nhs.net"]
    assert list(Message.objects.values_list("to", "kind")) == [("una.byrne@nhs.net", "welcome_new")]
    assert_whole(leeds.organisation)


def test_a_call_still_waiting_is_dropped(leeds: Leeds) -> None:
    IdentityCall.objects.create(
        membership=leeds.ingrid, purpose="ensure", next_attempt_at=leeds.ingrid.invite_sent_at
    )
    correct(leeds, email=RIGHT)
    states = leeds.ingrid.identity_calls.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["dropped", "waiting"]


def test_a_letter_that_has_gone_stays_in_the_records(leeds: Leeds) -> None:
    from django.db import transaction
    from django.utils import timezone

    from ravs.mail.services import enqueue

    with transaction.atomic():
        sent = enqueue(emails.welcome(fresh(leeds.ingrid), needs_activation=True))
    now = timezone.now()
    Message.objects.filter(pk=sent.pk).update(state=State.SENT, next_attempt_at=None, sent_at=now)
    correct(leeds, email=RIGHT)
    assert Message.objects.filter(pk=sent.pk).exists()


def test_both_at_once_are_two_entries_each_with_what_was(leeds: Leeds) -> None:
    correct(leeds, last_name="Holmes", email=RIGHT)
    events = Event.objects.filter(type__in=["member.renamed", "member.address_corrected"])
    assert events.count() == 2
    said = told(leeds)
    assert "changed the name of Ingrid Holm to Ingrid Holmes" in said
    assert "Priya Shah corrected the email address of Ingrid Holmes" in said
    assert_whole(leeds.organisation)


@pytest.mark.parametrize("email", ["ingrid.holm@nhs.net", "Ingrid.Holm@NHS.net"])
def test_no_difference_is_no_event(leeds: Leeds, email: str) -> None:
    with left_behind() as left:
        correct(leeds, email=email)
    assert left.nothing


@pytest.mark.parametrize(
    ("email", "refusal"),
    [
        ("ingrid@gmail.com", DomainNotAllowed),
        ("rosa.keane@nhs.net", AlreadyMember),
        ("dev.patel@nhs.net", AddressInUse),
        ("sam.west@nhs.net", AddressInUse),
        ("gina.group@nhs.net", GroupAdministrator),
    ],
)
def test_the_rules_of_adding_an_address_hold(
    leeds: Leeds, email: str, refusal: type[Exception]
) -> None:
    member(organisation("RW3", "Manchester", region="Y62"), "Sam West", LEAD)
    from tests.people import account

    group = Group.objects.create(ods="PX1", name="Chemists")
    GroupMembership.objects.create(account=account("Gina Group"), group=group, status="active")
    with left_behind() as left, pytest.raises(refusal):
        correct(leeds, email=email)
    assert left.nothing
    assert fresh(leeds.ingrid).account.email == "ingrid.holm@nhs.net"


def test_a_tenth_send_was_the_last(leeds: Leeds) -> None:
    Membership.objects.filter(pk=leeds.ingrid.pk).update(invite_count=10)
    with pytest.raises(CannotResend):
        correct(leeds, email=RIGHT)
    assert correct(leeds, first_name="Inga").account.first_name == "Inga"


class TestWhoIsKnownElsewhere:
    @pytest.fixture(params=["invited", "active", "deactivated"])
    def elsewhere(self, request: Any, leeds: Leeds) -> None:
        there = organisation("RW3", "Manchester", region="Y62")
        member(there, leeds.ingrid.account, status=request.param)

    @pytest.mark.usefixtures("elsewhere")
    @pytest.mark.parametrize("changed", [{"first_name": "Inga"}, {"email": RIGHT}])
    def test_nothing_is_changed_for_them(self, leeds: Leeds, changed: Any) -> None:
        with left_behind() as left, pytest.raises(KnownElsewhere):
            correct(leeds, **changed)
        assert left.nothing

    @pytest.mark.usefixtures("elsewhere")
    def test_the_page_says_what_to_do_and_not_where_they_are(
        self, priya: PageClient, leeds: Leeds
    ) -> None:
        page = text_of(priya.page("members:correct", ods="RR8", member=leeds.ingrid.public_id))
        assert "cancel the invite and add them again" in page
        assert "Manchester" not in page
        assert "First name" not in page

    def test_nor_for_somebody_with_an_account_that_was_logged_in_with(self, leeds: Leeds) -> None:
        Identity.objects.create(account=leeds.ingrid.account, issuer="https://idp", subject="7")
        with pytest.raises(KnownElsewhere):
            correct(leeds, email=RIGHT)


def test_only_leads_of_open_organisations_correct_whoever_is_invited(leeds: Leeds) -> None:
    values = {"first_name": "Inga", "last_name": "Holm", "email": RIGHT}
    with pytest.raises(NotALeadAdministrator):
        correct_invited(actor=leeds.adam.account, membership=leeds.ingrid, **values)
    with pytest.raises(NotInThatState):
        correct_invited(actor=leeds.priya.account, membership=leeds.rosa, **values)
    cancel_invitation(actor=leeds.priya.account, membership=leeds.ingrid)
    with pytest.raises(NotInThatState):
        correct(leeds, email=RIGHT)


def test_nothing_is_sent_from_an_organisation_in_its_wind_down() -> None:
    from tests.people import leeds as made

    with pytest.raises(OrganisationNotOpen):
        correct(made("deactivated"), email=RIGHT)


class TestThePage:
    def open(self, client: PageClient, leeds: Leeds) -> str:
        page = client.page("members:correct", ods="RR8", member=leeds.ingrid.public_id)
        found = re.search(r'name="key" value="([^"]+)"', page.content.decode())
        assert found
        return found[1]

    def send(self, client: PageClient, leeds: Leeds, *, status: int = 302, **values: str) -> Any:
        data = {"key": self.open(client, leeds), "first_name": "Ingrid", "last_name": "Holm"}
        return client.submit(
            "members:correct",
            data | values,
            status=status,
            ods="RR8",
            member=leeds.ingrid.public_id,
        )

    def test_the_persons_page_leads_there_while_they_are_invited(
        self, priya: PageClient, leeds: Leeds
    ) -> None:
        for row, there in ((leeds.ingrid, True), (leeds.rosa, False), (leeds.dev, False)):
            page = text_of(priya.page("members:person", ods="RR8", member=row.public_id))
            assert ("Correct name or email address" in page) is there

    def test_it_says_where_the_invitation_goes(self, priya: PageClient, leeds: Leeds) -> None:
        answer = self.send(priya, leeds, email=RIGHT)
        page = text_of(priya.get(answer["Location"]))
        assert f"The invite will be sent to {RIGHT}." in page
        assert "sent 2 times" in page

    def test_sending_it_twice_sends_one_invitation(self, priya: PageClient, leeds: Leeds) -> None:
        key = self.open(priya, leeds)
        data = {"key": key, "first_name": "Ingrid", "last_name": "Holm", "email": RIGHT}
        for _ in range(2):
            priya.submit("members:correct", data, ods="RR8", member=leeds.ingrid.public_id)
        assert fresh(leeds.ingrid).invite_count == 2

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"email": "ingrid@gmail.com"}, "Enter an email address from an allowed domain"),
            ({"email": "rosa.keane@nhs.net"}, "is already a user at Leeds"),
            ({"email": "dev.patel@nhs.net"}, "Cancel the invite and add them again."),
            ({"email": "ingrid"}, "Enter an email address in the correct format"),
            ({"email": RIGHT, "first_name": ""}, "Enter their first name"),
        ],
    )
    def test_what_is_wrong_is_said_beside_what_was_typed(
        self, priya: PageClient, leeds: Leeds, values: dict[str, str], words: str
    ) -> None:
        page = self.send(priya, leeds, status=200, **values)
        assert words in text_of(page)
        assert f'value="{values["email"]}"' in page.content.decode()

    def test_whoever_came_meanwhile_is_shown_as_they_are(
        self, priya: PageClient, leeds: Leeds
    ) -> None:
        page = priya.page("members:correct", status=302, ods="RR8", member=leeds.rosa.public_id)
        assert page["Location"] == f"/o/RR8/users/{leeds.rosa.public_id}"


def test_accounts_keep_one_owner_each(leeds: Leeds) -> None:
    correct(leeds, email=RIGHT)
    assert Account.objects.filter(email_key=RIGHT).count() == 1
    assert not Account.objects.filter(email_key="ingrid.holm@nhs.net").exists()
