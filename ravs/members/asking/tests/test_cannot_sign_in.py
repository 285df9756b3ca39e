"""*I cannot log in*: the page is the same for everybody, and only a letter tells more."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ravs.accounts.models import Account, IdentityState
from ravs.accounts.presenters import OUTCOMES
from ravs.mail.models import Message
from ravs.members import identity_drain
from ravs.members.asking import answering
from ravs.members.asking.answering import drain, forget_answered
from ravs.members.asking.help import ask_for_help
from ravs.members.models import IdentityCall, Membership, SignInHelp
from ravs.members.services import cancel_invitation
from tests.clients import PageClient
from tests.directory import Provider
from tests.evidence import assert_whole, fresh, left_behind
from tests.people import LEAD, NOON, Leeds, account, member, organisation

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.time_machine(NOON, tick=False),
    pytest.mark.once,
]

SECRET = re.compile(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"')


def answer_to(who: Membership | Account) -> str:
    """What this person reads after asking."""
    person = who if isinstance(who, Account) else who.account
    ask_for_help(email=person.email)
    drain()
    letter = Message.objects.filter(kind="cannot_sign_in", to=person.email).order_by("-pk").first()
    return letter.text if letter else ""


class TestThePage:
    def ask(self, client: PageClient, email: str) -> tuple[Any, int, Any]:
        client.get("/cannot-sign-in")
        with CaptureQueriesContext(connection) as queries:
            answer = client.post("/cannot-sign-in", {"email": email})
        return answer, len(queries), client.get(answer["Location"])

    def test_it_is_the_same_for_everybody_and_so_is_the_work(
        self, client: PageClient, leeds: Leeds
    ) -> None:
        self.ask(client, "warm.up@nhs.net")
        erased = account("Gone Person")
        Account.objects.filter(pk=erased.pk).update(erased_at=timezone.now())
        seen = set()
        for email in (
            "nobody.here@nhs.net",
            "rosa.keane@nhs.net",
            "dev.patel@nhs.net",
            "ingrid.holm@nhs.net",
            "gone.person@nhs.net",
            "anybody@example.com",
        ):
            answer, queries, page = self.ask(client, email)
            body = SECRET.sub("", page.content.decode())
            seen.add((answer.status_code, answer["Location"], queries, body))
            assert email not in body
        assert len(seen) == 1
        assert SignInHelp.objects.count() == 7

    def test_nothing_is_sent_before_the_worker_looks(
        self, client: PageClient, leeds: Leeds
    ) -> None:
        with left_behind() as left:
            self.ask(client, "rosa.keane@nhs.net")
        assert left.nothing

    @pytest.mark.parametrize("email", ["", "rosa", "rosa@", "@nhs.net", "a b@nhs.net"])
    def test_what_is_no_address_is_said(self, client: PageClient, db: None, email: str) -> None:
        page = client.post("/cannot-sign-in", {"email": email})
        assert "Error: " in page.content.decode()
        assert not SignInHelp.objects.exists()

    def test_one_address_asks_only_so_often_and_nobody_can_tell(
        self, client: PageClient, leeds: Leeds, settings: Any
    ) -> None:
        settings.RATES = settings.RATES | {"cannot sign in with one address": "2/h"}
        for email in ("rosa.keane@nhs.net", "nobody@nhs.net"):
            pages = [self.ask(client, email.upper())[2].content for _ in range(4)]
            assert len({SECRET.sub("", page.decode()) for page in pages}) == 1
        assert SignInHelp.objects.count() == 4

    def test_one_browser_asks_only_so_often(
        self, client: PageClient, db: None, settings: Any
    ) -> None:
        settings.RATES = settings.RATES | {"cannot sign in": "1/h"}
        self.ask(client, "one@nhs.net")
        assert client.post("/cannot-sign-in", {"email": "two@nhs.net"}).status_code == 429

    @pytest.mark.parametrize("path", ["/", "/help"])
    def test_it_can_be_found(self, client: PageClient, db: None, path: str) -> None:
        assert 'href="/cannot-sign-in"' in client.get(path).content.decode()

    @pytest.mark.parametrize("name", sorted(name for name, _ in OUTCOMES.values()))
    def test_every_refused_log_in_leads_to_it(self, name: str) -> None:
        template = get_template(f"accounts/{name}.jinja")
        shown = template.render({"page": {"email": "a@nhs.net"}, "frame": {"footer": []}})
        assert 'href="/cannot-sign-in"' in shown


class TestWhoGetsALetter:
    def test_strangers_and_erased_people_get_none(self, leeds: Leeds) -> None:
        Account.objects.filter(pk=leeds.rosa.account.pk).update(erased_at=timezone.now())
        with left_behind() as left:
            for email in ("nobody@nhs.net", "rosa.keane@nhs.net"):
                ask_for_help(email=email)
            drain()
        assert left.nothing
        assert not SignInHelp.objects.filter(answered_at=None).exists()

    def test_somebody_erased_meanwhile_gets_none(self, leeds: Leeds) -> None:
        ask_for_help(email="rosa.keane@nhs.net")
        Account.objects.filter(pk=leeds.rosa.account.pk).update(erased_at=timezone.now())
        with left_behind() as left:
            drain()
        assert left.nothing

    def test_one_letter_an_hour_however_often_they_ask(
        self, leeds: Leeds, time_machine: Any
    ) -> None:
        with left_behind() as left:
            for _ in range(3):
                ask_for_help(email="Rosa.Keane@NHS.net")
            drain()
            ask_for_help(email="rosa.keane@nhs.net")
            drain()
        assert left.letters == [("cannot_sign_in", "rosa.keane@nhs.net")]
        time_machine.shift(timedelta(minutes=61))
        with left_behind() as left:
            ask_for_help(email="rosa.keane@nhs.net")
            drain()
        assert left.letters == [("cannot_sign_in", "rosa.keane@nhs.net")]

    def test_a_drain_run_twice_answers_once(self, leeds: Leeds) -> None:
        ask_for_help(email="rosa.keane@nhs.net")
        assert drain() == 1
        with left_behind() as left:
            assert drain() == 0
        assert left.nothing

    def test_one_whose_answer_fails_keeps_nobody_waiting(
        self, leeds: Leeds, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = answering.places_of

        def broken(person: Account) -> Any:
            if person == leeds.priya.account:
                raise RuntimeError
            return whole(person)

        monkeypatch.setattr(answering, "places_of", broken)
        for row in (leeds.priya, leeds.rosa):
            ask_for_help(email=row.account.email)
        with left_behind() as left:
            drain()
        assert left.letters == [("cannot_sign_in", "rosa.keane@nhs.net")]
        assert drain() == 0

    def test_questions_are_forgotten_after_a_day(self, leeds: Leeds) -> None:
        answer_to(leeds.rosa)
        assert forget_answered(timezone.now() + timedelta(hours=23)) == 0
        assert forget_answered(timezone.now() + timedelta(hours=25)) == 1


class TestWhatItSays:
    def test_to_somebody_active(self, leeds: Leeds) -> None:
        text = answer_to(leeds.rosa)
        assert "Nothing is wrong with your access here." in text
        assert "choose the password reset link" in text
        assert "Your username is rosa.keane@nhs.net." in text

    def test_to_somebody_who_lapsed(self, leeds: Leeds) -> None:
        text = answer_to(leeds.lena)
        assert "because you had not logged in for 90 days" in text
        assert "You can then ask to be reactivated." in text
        assert "Priya Shah, priya.shah@nhs.net" in text

    def test_to_somebody_deactivated_by_a_person(self, leeds: Leeds) -> None:
        text = answer_to(leeds.dev)
        assert "You have been deactivated." in text
        assert "Priya Shah, priya.shah@nhs.net" in text
        assert "90 days" not in text

    def test_to_somebody_at_several_places_each_in_its_own_words(self, leeds: Leeds) -> None:
        there = organisation("RW3", "Manchester", region="Y62")
        member(there, "Sam West", LEAD)
        member(there, leeds.lena.account)
        text = answer_to(leeds.lena)
        assert "If you still need access, ask a lead administrator." in text
        assert "You can then ask" not in text, "whoever gets in elsewhere meets no way to ask"
        assert text.index("Leeds") < text.index("Manchester")
        assert "Nothing is wrong" in text
        assert "Sam West" not in text

    def test_a_cancelled_invitation_is_not_spoken_of(self, leeds: Leeds) -> None:
        cancel_invitation(actor=leeds.priya.account, membership=leeds.ingrid)
        text = answer_to(leeds.ingrid)
        assert "No organisation gives access to this email address now." in text
        assert "Leeds" not in text

    def test_without_leads_it_names_the_region(self, leeds: Leeds) -> None:
        Membership.objects.filter(pk=leeds.priya.pk).update(level="recorder")
        region = leeds.organisation.region
        region.contact_email = "north.east@region.test"
        region.save()
        text = answer_to(leeds.dev)
        assert f"Contact the {region.name} regional team: north.east@region.test" in text

    @pytest.mark.parametrize(
        ("reason", "words"),
        [("end-date", "your end date has passed"), ("support", "ask a lead administrator.")],
    )
    def test_each_reason_has_its_words(self, leeds: Leeds, reason: str, words: str) -> None:
        Membership.objects.filter(pk=leeds.dev.pk).update(deactivated_reason=reason)
        assert words in answer_to(leeds.dev)


class TestInvitedPeople:
    def invited(self, leeds: Leeds, *, days_ago: int, link_days: int | None) -> Membership:
        """Ina, with a link that ended, or ends, so many days from now."""
        row = member(leeds.organisation, "Ina Berg", status="invited", invited_days_ago=days_ago)
        if link_days is not None:
            ends = timezone.now() + timedelta(days=link_days)
            Account.objects.filter(pk=row.account_id).update(
                identity_state=IdentityState.PENDING, activation_expires_at=ends
            )
        return row

    def test_a_link_that_works_is_said_until_when(self, leeds: Leeds) -> None:
        text = answer_to(self.invited(leeds, days_ago=2, link_days=5))
        assert "works until 9 March 2026" in text

    def test_a_link_that_ended_long_ago_is_renewed_by_the_one_verb(
        self, leeds: Leeds, provider: Provider
    ) -> None:
        row = self.invited(leeds, days_ago=8, link_days=-1)
        provider.hold(row.account.email, activated=False, external_id=row.account.public_id)
        with left_behind() as left:
            text = answer_to(row)
        assert "We are sending you a new one" in text
        assert left.events == ["member.invitation_resent"]
        assert left.calls == ["resend"]
        assert fresh(row).invite_count == 2
        identity_drain.drain()
        assert provider.letters == ["ina.berg@nhs.net"]
        assert_whole(leeds.organisation)

    @pytest.mark.parametrize(("days_ago", "sends"), [(7, 1), (8, 10)])
    def test_the_rules_of_sending_again_hold(self, leeds: Leeds, days_ago: int, sends: int) -> None:
        row = self.invited(leeds, days_ago=days_ago, link_days=-1)
        Membership.objects.filter(pk=row.pk).update(invite_count=sends)
        with left_behind() as left:
            text = answer_to(row)
        assert "Ask a lead administrator to send your invite again." in text
        assert "Priya Shah" in text
        assert left.calls == []

    def test_one_new_link_serves_two_invitations(self, leeds: Leeds) -> None:
        row = self.invited(leeds, days_ago=8, link_days=-1)
        there = organisation("RW3", "Manchester", region="Y62")
        member(there, row.account, status="invited", invited_days_ago=9)
        with left_behind() as left:
            answer_to(row)
        assert left.calls == ["resend"]

    def test_where_the_provider_sends_no_links_it_says_who_does(
        self, leeds: Leeds, settings: Any
    ) -> None:
        settings.IDENTITY_HELP = "the IT desk"
        row = self.invited(leeds, days_ago=8, link_days=-1)
        IdentityCall.objects.create(
            membership=row,
            purpose="resend",
            state="done",
            outcome="unsupported",
            next_attempt_at=timezone.now(),
        )
        assert "you can get a new one from: the IT desk" in answer_to(row)

    def test_somebody_with_a_working_account_just_logs_in(self, leeds: Leeds) -> None:
        Account.objects.filter(pk=leeds.ingrid.account_id).update(identity_state="active")
        assert "Log in with your" in answer_to(leeds.ingrid)

    def test_a_lapsed_invitation_is_not_brought_back_from_here(self, leeds: Leeds) -> None:
        row = self.invited(leeds, days_ago=95, link_days=-80)
        Membership.objects.filter(pk=row.pk).update(
            invitation_end="lapsed", invitation_ended_at=timezone.now()
        )
        with left_behind() as left:
            text = answer_to(row)
        assert "Your invite has expired." in text
        assert left.events == []
