"""Why can't they log in? The page before a real peer, in every state, and before none."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from ravs.config.contract import OKTA
from ravs.core.tests.peer import Asked
from ravs.integrations.identity.port import AccountStatus, Condition
from ravs.mail.models import Message
from ravs.members import identity_calls
from ravs.members.account_page import Seen, account_page
from ravs.members.identity_calls import Sending
from ravs.members.identity_drain import drain
from ravs.members.models import DeactivationReason, IdentityCall, InvitationEnd, Membership
from ravs.members.services import cancel_invitation, invite_member
from ravs.members.services.details import Details
from tests import people
from tests.clients import PageClient
from tests.okta import org
from tests.okta.twin import Mood, Twin, okta
from tests.okta.world import APP_ID, by_token

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MO = "mo.khan@nhs.net"
HELP = "the service desk on extension 4040"


@pytest.fixture(scope="module")
def running() -> Iterator[Twin]:
    with okta() as twin:
        yield twin


@pytest.fixture
def twin(running: Twin, settings: Settings) -> Twin:
    url = running.url
    running.__init__()  # type: ignore[misc]
    running.url = url
    settings.IDENTITY_DIRECTORY = OKTA
    settings.IDENTITY_PROVIDER = "okta"
    settings.IDENTITY_HELP = HELP
    settings.OKTA = by_token(running)
    return running


@pytest.fixture
def lead(client: PageClient, leeds: people.Leeds) -> PageClient:
    client.sign_in(leeds.priya.account)
    return client


def invite_mo(leeds: people.Leeds) -> Membership:
    return invite_member(
        actor=leeds.priya.account,
        organisation=leeds.organisation,
        details=Details(
            email=MO,
            first_name="Mo",
            last_name="Khan",
            level=people.RECORDER,
            vaccinator=False,
        ),
    )


def read(lead: PageClient, membership: Membership) -> str:
    """The page's words, one space between them."""
    answer = lead.page(
        "members:account", ods=membership.organisation.ods, member=membership.public_id
    )
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def let_in(twin: Twin, email: str, status: str = org.ACTIVE) -> None:
    twin.org.apps[APP_ID].add(twin.org.hold(email, status).id)


INVITED = {
    org.STAGED: ("has not been sent yet", "look for the invite"),
    org.PROVISIONED: ("have not activated their Okta account", "follow the link in the email"),
    org.ACTIVE: ("Their Okta account works.", "Nothing is wrong. Ask Mo to log in"),
    org.RECOVERY: ("is being reset", "choose a new password"),
    org.PASSWORD_EXPIRED: ("is too old", "choose a new password"),
    org.LOCKED_OUT: ("has locked their account", "unlock their account"),
    org.SUSPENDED: ("is suspended", f"contact them: {HELP}"),
    org.DEPROVISIONED: ("has been deactivated by the people", f"contact them: {HELP}"),
}


class TestEveryStateOfOkta:
    @pytest.mark.parametrize("status", INVITED)
    def test_it_says_what_is_the_matter_and_changes_nothing(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient, status: str
    ) -> None:
        mo = people.member(leeds.organisation, "Mo Khan", status="invited")
        let_in(twin, mo.account.email, status)
        matter, step = INVITED[status]
        words = read(lead, mo)
        assert "Mo Khan is invited to Leeds Teaching Hospitals" in words
        assert matter in words
        assert step in words
        assert status not in words
        assert {asked.method for asked in twin.asked} == {"GET"}

    def test_somebody_whom_okta_does_not_know(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient
    ) -> None:
        mo = people.member(leeds.organisation, "Mo Khan", status="invited", invited_days_ago=20)
        words = read(lead, mo)
        assert f"There is no Okta account with the email address {mo.account.email}." in words
        assert "Resend invite to Mo Khan" in words

    def test_somebody_whom_okta_does_not_let_in(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient
    ) -> None:
        twin.org.hold(leeds.rosa.account.email)
        words = read(lead, leeds.rosa)
        assert "Okta does not let it into this service" in words
        assert HELP in words


class TestOurHalf:
    def test_nothing_is_wrong(self, twin: Twin, leeds: people.Leeds, lead: PageClient) -> None:
        let_in(twin, leeds.rosa.account.email)
        words = read(lead, leeds.rosa)
        assert "Rosa Keane is active at Leeds Teaching Hospitals." in words
        assert "Nothing is wrong." in words

    @pytest.mark.parametrize(
        ("who", "matter"), [("lena", "had not logged in for 90 days"), ("dev", "is deactivated at")]
    )
    def test_somebody_deactivated_here(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient, who: str, matter: str
    ) -> None:
        membership = leeds.people[who]
        let_in(twin, membership.account.email)
        words = read(lead, membership)
        assert matter in words
        assert f"Reactivate {membership.account.full_name}" in words

    def test_somebody_who_lapsed_and_whom_okta_suspended_too(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient
    ) -> None:
        """Half a year away: both have shut the door, and ours alone would not open it."""
        let_in(twin, leeds.lena.account.email, org.SUSPENDED)
        words = read(lead, leeds.lena)
        assert "When it is done, come back and reactivate Lena." in words

    def test_somebody_whose_invite_lapsed(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient
    ) -> None:
        mo = people.member(leeds.organisation, "Mo Khan", status="invited", invited_days_ago=91)
        mo.invitation_end, mo.invitation_ended_at = InvitationEnd.LAPSED, timezone.now()
        mo.save()
        let_in(twin, mo.account.email)
        assert "their invite to Leeds Teaching Hospitals expired" in read(lead, mo)

    def test_somebody_who_starts_later(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient
    ) -> None:
        leeds.rosa.starts_on = timezone.now().date() + timedelta(days=40)
        leeds.rosa.save()
        let_in(twin, leeds.rosa.account.email)
        assert "Change dates of Rosa Keane" in read(lead, leeds.rosa)

    def test_somebody_whose_end_date_is_past(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient
    ) -> None:
        leeds.dev.deactivated_reason = DeactivationReason.END_DATE
        leeds.dev.save()
        let_in(twin, leeds.dev.account.email)
        assert "after their end date" in read(lead, leeds.dev)

    def test_an_organisation_that_is_deactivated(self, twin: Twin, client: PageClient) -> None:
        leeds = people.leeds(status="deactivated")
        client.sign_in(leeds.priya.account)
        words = read(client, leeds.ingrid)
        assert "nobody can log in there for the first time" in words
        assert "contact support" in words

    def test_somebody_whose_invite_was_cancelled(self, leeds: people.Leeds) -> None:
        """Their row has left the lists and has no page; the words are there all the same."""
        cancel_invitation(actor=leeds.priya.account, membership=leeds.ingrid)
        leeds.ingrid.refresh_from_db()
        page = account_page(
            Seen(
                membership=leeds.ingrid,
                status=AccountStatus.of(Condition.WORKING),
                sending=Sending(),
                may_add=True,
                may_resend=False,
                now=timezone.now(),
            )
        )
        assert "was cancelled" in page.here
        assert page.action is not None
        assert page.action.href == f"/o/{leeds.organisation.ods}/users/add"


class TestAProviderThatIsSilent:
    def test_it_says_so_and_still_gives_our_half(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ravs.members.views.account.LOOK_UP_SECONDS", 0.2)
        twin.be(Mood(before=60))
        words = read(lead, leeds.dev)
        assert "Okta did not answer" in words
        assert "Dev Patel is deactivated" in words
        assert "Reactivate Dev" in words

    def test_it_remembers_what_it_was_told_before(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient
    ) -> None:
        mo = invite_mo(leeds)
        drain()
        twin.be(Mood(status=503))
        words = read(lead, mo)
        assert "Okta did not answer" in words
        assert "When we last asked, they had not activated their Okta account." in words
        assert "Ask Mo to follow the link in the email from Okta." in words

    @pytest.mark.parametrize("status", [401, 429, 503])
    def test_a_refusal_is_told_without_its_code(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient, status: int
    ) -> None:
        twin.be(Mood(status=status))
        words = read(lead, leeds.dev)
        assert "Okta did not answer" in words
        assert str(status) not in words

    def test_a_service_that_makes_no_accounts_sees_none(
        self, leeds: people.Leeds, lead: PageClient
    ) -> None:
        words = read(lead, leeds.rosa)
        assert "We cannot see how their Okta account is from here." in words
        assert "Nothing is wrong at Leeds Teaching Hospitals." in words


class TestWhatOthersDo:
    def test_nothing_is_told_of_other_organisations(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient
    ) -> None:
        elsewhere = people.organisation("RW3", "Manchester University", region="Y62")
        people.member(elsewhere, leeds.dev.account, people.LEAD)
        let_in(twin, leeds.dev.account.email)
        words = read(lead, leeds.dev)
        assert "Manchester" not in words
        assert "ead administrator" not in words

    def test_one_look_too_many_asks_nobody(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient, settings: Settings
    ) -> None:
        settings.RATES = settings.RATES | {"act": "1/h"}
        where = {"ods": leeds.organisation.ods, "member": leeds.rosa.public_id}
        lead.page("members:account", **where)
        asked = len(twin.asked)
        lead.page("members:account", status=429, **where)
        assert len(twin.asked) == asked


class TestFromTheInvitationOn:
    def test_somebody_suspended_cannot_be_invited_and_the_lead_reads_who_can_help(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient
    ) -> None:
        let_in(twin, MO, org.SUSPENDED)
        mo = invite_mo(leeds)
        drain()
        call = IdentityCall.objects.get(membership=mo)
        assert call.state == IdentityCall.State.FAILED
        assert call.last_error == "the account is suspended in Okta"
        assert twin.org.at(MO).status == org.SUSPENDED  # type: ignore[union-attr]
        assert not Message.objects.filter(to=MO).exists()
        words = read(lead, mo)
        assert "come back and resend the invite" in words
        page = lead.page("members:person", ods=leeds.organisation.ods, member=mo.public_id)
        assert "see why they cannot log in" in page.content.decode()

    @pytest.mark.parametrize(
        ("status", "letter", "mails"),
        [
            (None, "welcome_new", 1),
            (org.STAGED, "welcome_new", 1),
            (org.PROVISIONED, "welcome_new", 1),
            (org.ACTIVE, "welcome_existing", 0),
            (org.RECOVERY, "welcome_existing", 0),
            (org.PASSWORD_EXPIRED, "welcome_existing", 0),
            (org.LOCKED_OUT, "welcome_existing", 0),
        ],
    )
    def test_the_letter_fits_the_state(
        self, twin: Twin, leeds: people.Leeds, status: str | None, letter: str, mails: int
    ) -> None:
        if status:
            twin.org.hold(MO, status)
        mo = invite_mo(leeds)
        drain()
        assert Message.objects.get(to=MO).kind == letter
        assert twin.org.mails[MO] == mails
        assert len(twin.org.apps[APP_ID]) == 1
        mo.account.refresh_from_db()
        assert (mo.account.activation_expires_at is not None) is (letter == "welcome_new")

    def test_an_account_that_was_deleted_meanwhile_is_made_anew_with_one_email(
        self, twin: Twin, leeds: people.Leeds
    ) -> None:
        mo = invite_mo(leeds)
        drain()
        person = twin.org.at(MO)
        assert person is not None
        twin.org.delete(person)
        twin.org.delete(person)
        identity_calls.request(mo, IdentityCall.Purpose.RESEND)
        drain()
        assert len(twin.org.people) == 1
        assert twin.org.mails[MO] == 2

    def test_a_call_that_broke_off_sends_one_more_email_at_most(
        self, twin: Twin, leeds: people.Leeds
    ) -> None:
        """Without a place for our id the account cannot be known as ours again."""
        twin.be(Mood(drop_after=0), method="POST", path="/users$", times=1)
        invite_mo(leeds)
        drain()
        IdentityCall.objects.update(next_attempt_at=timezone.now())
        drain()
        assert Message.objects.get(to=MO).kind == "welcome_new"
        assert len(twin.org.people) == 1
        assert twin.org.mails[MO] == 2

    def test_okta_is_given_the_time_it_asks_for(self, twin: Twin, leeds: people.Leeds) -> None:
        twin.be(Mood(status=429, headers={"Retry-After": "1800"}))
        mo = invite_mo(leeds)
        asked_at = timezone.now()
        drain()
        call = IdentityCall.objects.get(membership=mo)
        assert call.state == IdentityCall.State.WAITING
        assert call.next_attempt_at >= asked_at + timedelta(seconds=1800)

    def test_a_link_that_has_ended_is_to_be_sent_again(
        self, twin: Twin, leeds: people.Leeds, lead: PageClient
    ) -> None:
        mo = people.member(leeds.organisation, "Mo Khan", status="invited", invited_days_ago=9)
        let_in(twin, mo.account.email, org.PROVISIONED)
        person = twin.org.at(mo.account.email)
        assert person is not None
        person.activated = (timezone.now() - timedelta(days=8)).isoformat()
        assert "Resend invite to Mo Khan" in read(lead, mo)


def test_it_is_only_read(twin: Twin, leeds: people.Leeds, lead: PageClient) -> None:
    for membership in leeds.people.values():
        let_in(twin, membership.account.email, org.LOCKED_OUT)
        read(lead, membership)
    changing: list[Asked] = [asked for asked in twin.asked if asked.method != "GET"]
    assert changing == []
