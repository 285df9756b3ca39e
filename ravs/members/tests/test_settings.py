"""Both guides' ways of working: clinician status, and one address for each organisation."""

import pytest

from ravs.accounts.submissions import new_key
from ravs.audit.models import Event
from ravs.members.models import Membership
from ravs.members.refusals import NotALeadAdministrator, UsedElsewhere
from ravs.members.services import change_settings, deactivate_member, invite_member
from ravs.members.services.details import Details
from ravs.members.services.settings import Settings
from ravs.organisations.models import EmailPolicy, Organisation
from tests.clients import PageClient
from tests.evidence import left_behind
from tests.people import RECORDER, Leeds, member, stranger

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SOMEBODY = {
    "first_name": "Nia",
    "last_name": "Cole",
    "email": "nia.cole@nhs.net",
    "vaccinator": "no",
    "level": "recorder",
}


@pytest.fixture
def clinics(leeds: Leeds) -> Leeds:
    """Leeds, where assessing and consenting clinicians are recorded."""
    leeds.organisation.records_clinicians = True
    leeds.organisation.save()
    return leeds


@pytest.fixture
def strict(leeds: Leeds) -> Leeds:
    """Leeds, where everybody needs an address that no other organisation uses."""
    leeds.organisation.email_policy = EmailPolicy.ONE_PER_ORGANISATION
    leeds.organisation.save()
    return leeds


def invite(at: Organisation, email: str) -> Membership:
    details = Details(email, "Nia", "Cole", RECORDER, vaccinator=False)
    return invite_member(actor=None, organisation=at, details=details)


class TestClinicians:
    def test_nobody_is_asked_by_default(self, leeds: Leeds, client: PageClient) -> None:
        client.sign_in(leeds.priya.account)
        assert "clinician" not in client.page("members:add", ods="RR8").content.decode()

    def test_where_they_are_recorded_it_must_be_answered(
        self, clinics: Leeds, client: PageClient
    ) -> None:
        client.sign_in(clinics.priya.account)
        page = client.submit("members:add", {**SOMEBODY, "key": new_key()}, status=200, ods="RR8")
        assert "Select whether they are a registered clinician" in page.content.decode()

    def test_the_answer_is_checked_kept_and_shown(self, clinics: Leeds, client: PageClient) -> None:
        client.sign_in(clinics.priya.account)
        key = new_key()
        answers = {**SOMEBODY, "clinician": "yes", "key": key}
        check = client.post("/o/RR8/users/add", answers, follow=True).content.decode()
        assert "Clinician" in check
        client.submit("members:check", {"key": key}, ods="RR8")
        nia = Membership.objects.get(account__email="nia.cole@nhs.net")
        assert (nia.clinician, nia.vaccinator) == (True, False)
        person = client.page("members:person", ods="RR8", member=nia.public_id).content.decode()
        assert "Clinician" in person

    def test_the_flag_is_changed_on_its_own(self, clinics: Leeds, client: PageClient) -> None:
        client.sign_in(clinics.priya.account)
        answers = {"key": new_key(), "clinician": "yes", "vaccinator": "no", "level": "recorder"}
        client.submit("members:change", answers, ods="RR8", member=clinics.rosa.public_id)
        clinics.rosa.refresh_from_db()
        assert (clinics.rosa.clinician, clinics.rosa.vaccinator) == (True, False)

    def test_where_it_is_not_asked_it_stays_as_it_is(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        Membership.objects.filter(pk=leeds.rosa.pk).update(clinician=True)
        client.sign_in(leeds.priya.account)
        answers = {"key": new_key(), "vaccinator": "no", "level": "recorder"}
        client.submit("members:change", answers, ods="RR8", member=leeds.rosa.public_id)
        leeds.rosa.refresh_from_db()
        assert leeds.rosa.clinician


class TestOneAddressForEachOrganisation:
    def test_an_address_in_use_elsewhere_is_refused(self, strict: Leeds) -> None:
        sam = stranger()
        with left_behind() as left, pytest.raises(UsedElsewhere):
            invite(strict.organisation, sam.account.email)
        assert left.nothing

    def test_an_alias_of_it_is_another_address(self, strict: Leeds) -> None:
        stranger()
        assert invite(strict.organisation, "sam.west+leeds@nhs.net").is_invited

    def test_where_addresses_are_shared_it_is_accepted(self, leeds: Leeds) -> None:
        assert invite(leeds.organisation, stranger().account.email).is_invited

    def test_the_rule_is_that_of_whoever_adds(self, strict: Leeds) -> None:
        sam = stranger()
        assert invite(sam.organisation, strict.rosa.account.email).is_invited

    def test_an_address_that_is_used_nowhere_any_more_is_free(self, strict: Leeds) -> None:
        sam = stranger()
        tia = member(sam.organisation, "Tia Moss")
        deactivate_member(actor=None, membership=tia)
        assert invite(strict.organisation, tia.account.email).is_invited

    def test_somebody_of_ones_own_comes_back_all_the_same(self, strict: Leeds) -> None:
        back = invite(strict.organisation, strict.dev.account.email)
        assert back.is_active

    def test_the_form_says_to_use_a_different_address(
        self, strict: Leeds, client: PageClient
    ) -> None:
        sam = stranger()
        client.sign_in(strict.priya.account)
        answers = {**SOMEBODY, "email": sam.account.email, "key": new_key()}
        page = client.submit("members:add", answers, status=200, ods="RR8").content.decode()
        assert "used at another organisation – use a different address" in page
        assert sam.organisation.name not in page


class TestTheSettings:
    def test_a_lead_changes_them_and_the_history_says_what(
        self, leeds: Leeds, client: PageClient
    ) -> None:
        client.sign_in(leeds.priya.account)
        answers = {
            "key": new_key(),
            "records_clinicians": "yes",
            "email_policy": "shared",
            "extended_edit": "no",
        }
        with left_behind() as left:
            client.submit("members:settings", answers, ods="RR8")
        assert left.events == ["organisation.settings_changed"]
        history = client.page("members:history", ods="RR8").content.decode()
        assert "assessing and consenting clinicians are now recorded" in history
        assert "email address" not in history

    def test_the_same_again_leaves_no_trace(self, leeds: Leeds) -> None:
        now = Settings.of(leeds.organisation)
        with left_behind() as left:
            change_settings(
                actor=leeds.priya.account, organisation=leeds.organisation, settings=now
            )
        assert left.nothing

    def test_nobody_else_may(self, leeds: Leeds) -> None:
        wanted = Settings(True, EmailPolicy.SHARED)
        with pytest.raises(NotALeadAdministrator):
            change_settings(
                actor=leeds.adam.account, organisation=leeds.organisation, settings=wanted
            )
        assert not Event.objects.filter(type="organisation.settings_changed").exists()
