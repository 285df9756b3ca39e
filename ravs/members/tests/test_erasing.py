"""Deletion at a person's wish: asked of support, done by command, refused where records forbid."""

from typing import Any

import pytest

from ravs import cli
from ravs.accounts.models import Account, Identity
from ravs.accounts.submissions import new_key
from ravs.audit.models import EventPerson
from ravs.audit.verify import verify
from ravs.mail.models import Message
from ravs.members.models import DeletionRequest, Membership, SearchTerm
from ravs.members.refusals import NotALeadAdministrator, NotInThatState
from ravs.members.services import ask_for_deletion, deactivate_member, erase_account, invite_member
from ravs.members.services.details import Details
from ravs.members.services.erasing import RecordsForbid, StillAUser
from tests.clients import PageClient
from tests.evidence import left_behind, tally
from tests.people import RECORDER, Leeds, member, stranger

pytestmark = pytest.mark.django_db


def keeps_rosa(account: Account) -> str:
    return "12 vaccinations" if account.first_name == "Rosa" else ""


@pytest.fixture
def rosa(leeds: Leeds) -> Membership:
    """Rosa, whom Priya has deactivated, with the letter that says so."""
    deactivate_member(actor=leeds.priya.account, membership=leeds.rosa)
    Identity.objects.create(account=leeds.rosa.account, issuer="https://id", subject="rosa")
    return Membership.objects.get(pk=leeds.rosa.pk)


def ask(leeds: Leeds, who: Membership) -> DeletionRequest:
    return ask_for_deletion(actor=leeds.priya.account, membership=who)


class TestAsking:
    def test_support_gets_a_letter_and_history_an_entry(
        self, leeds: Leeds, rosa: Membership
    ) -> None:
        with left_behind() as left:
            request = ask(leeds, rosa)
            assert ask(leeds, rosa) == request
        assert left.events == ["request.deletion_asked"]
        assert left.letters == [("deletion_asked", "support@ravs.test")]
        letter = Message.objects.get(kind="deletion_asked")
        assert "ravs users erase --email rosa.keane@nhs.net" in letter.text

    def test_whoever_can_still_log_in_is_deactivated_first(self, leeds: Leeds) -> None:
        with pytest.raises(NotInThatState):
            ask(leeds, leeds.rosa)

    def test_only_a_lead_asks(self, leeds: Leeds, rosa: Membership) -> None:
        with pytest.raises(NotALeadAdministrator):
            ask_for_deletion(actor=leeds.adam.account, membership=rosa)

    def test_the_page_says_what_it_means_and_asks(
        self, leeds: Leeds, rosa: Membership, client: PageClient
    ) -> None:
        client.sign_in(leeds.priya.account)
        where = {"ods": "RR8", "member": rosa.public_id}
        assert "/delete" in client.page("members:person", **where).content.decode()
        assert "cannot be undone" in client.page("members:delete", **where).content.decode()
        client.submit("members:delete", {"key": new_key()}, **where)
        assert DeletionRequest.objects.get().account == rosa.account


class TestErasing:
    def test_nothing_of_the_person_is_left(self, leeds: Leeds, rosa: Membership) -> None:
        ask(leeds, rosa)
        public_id = rosa.account.public_id
        erase_account(account=rosa.account)
        account = Account.objects.get(public_id=public_id)
        assert (account.full_name, account.memberships.count()) == ("Erased person", 0)
        assert account.erased_at
        assert account.deletion_requests.get().state == DeletionRequest.State.DONE
        assert not Identity.objects.filter(account=account).exists()
        assert not SearchTerm.objects.filter(membership=rosa.pk).exists()
        assert not Message.objects.filter(to="rosa.keane@nhs.net").exists()
        kept = EventPerson.objects.filter(person=public_id, payload__isnull=False)
        assert not kept.exists()

    def test_the_chain_still_holds_and_says_erased(self, leeds: Leeds, rosa: Membership) -> None:
        erase_account(account=rosa.account)
        report = verify(leeds.organisation.public_id)
        assert report.first_bad is None
        assert report.erased > 0
        assert verify().first_bad is None

    def test_the_lists_count_without_them(
        self, leeds: Leeds, rosa: Membership, client: PageClient
    ) -> None:
        assert tally(leeds.organisation)["deactivated"] == 3
        erase_account(account=rosa.account)
        assert tally(leeds.organisation)["deactivated"] == 2
        client.sign_in(leeds.priya.account)
        history = client.page("members:history", ods="RR8").content.decode()
        assert "Rosa" not in history
        assert "The details of an erased person were deleted" in history

    def test_the_address_is_free_for_somebody_new(self, leeds: Leeds, rosa: Membership) -> None:
        erase_account(account=rosa.account)
        details = Details("rosa.keane@nhs.net", "Rosa", "Keane", RECORDER, vaccinator=False)
        new = invite_member(actor=None, organisation=leeds.organisation, details=details)
        assert new.is_invited
        assert new.account.public_id != rosa.account.public_id

    def test_whoever_is_a_user_anywhere_is_not_erased(self, leeds: Leeds, rosa: Membership) -> None:
        member(stranger().organisation, rosa.account)
        with left_behind() as left, pytest.raises(StillAUser):
            erase_account(account=rosa.account)
        assert left.nothing

    def test_records_that_name_them_forbid_it(
        self, leeds: Leeds, rosa: Membership, settings: Any
    ) -> None:
        settings.RECORD_KEEPERS = [f"{__name__}.keeps_rosa"]
        request = ask(leeds, rosa)
        with pytest.raises(RecordsForbid, match="12 vaccinations"):
            erase_account(account=rosa.account)
        request.refresh_from_db()
        assert request.state == DeletionRequest.State.REFUSED
        assert Account.objects.get(pk=rosa.account_id).first_name == "Rosa"


class TestTheCommand:
    def test_it_asks_before_it_erases(
        self, rosa: Membership, capsys: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert cli.run(["users", "erase", "--email", "Rosa.Keane@nhs.net", "--yes"]) == 0
        assert "Erased" in capsys.readouterr().out
        assert cli.run(["users", "erase", "--email", "rosa.keane@nhs.net", "--yes"]) == 1
        assert "Nobody here has the address" in capsys.readouterr().err
