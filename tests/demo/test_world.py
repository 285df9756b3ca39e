"""The world of the demonstration: as believable as promised, and as true as any other data."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from ravs.accounts.models import Account
from ravs.audit.models import Event
from ravs.audit.verify import verify
from ravs.core.dates import london_date, london_today
from ravs.demo.past import people
from ravs.demo.past.cast import CAST
from ravs.demo.past.story import Cast
from ravs.demo.past.world import World
from ravs.mail.models import Message
from ravs.members import counts, domains
from ravs.members.models import AllowedEmailDomain, IdentityCall, Level, Membership, Status
from ravs.members.nightly import run_night
from ravs.members.services.inactivity import days_idle
from ravs.organisations.models import Group, Organisation, OrganisationStatus, Region, Site
from ravs.patients.models import Patient
from ravs.vaccinations.home.recount import recount
from ravs.vaccinations.models import Clinic, Draft, Outcome, Vaccination
from ravs.vaccines.models import Batch

pytestmark = pytest.mark.once

BEGUN = datetime(2026, 6, 30, 22, 45, tzinfo=UTC)
"""A quarter to midnight in London, in summer time."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The whole world, written once for this module and taken back afterwards."""
    written = World(CAST)
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(BEGUN, tick=False):
        write(written)
        yield written
        transaction.set_rollback(True)


def write(world: World) -> None:
    with override_settings(
        IDENTITY_DIRECTORY="ravs.demo.past.peers.PastDirectory",
        MAILER="ravs.demo.past.peers.PastMailer",
    ):
        world.write(now=timezone.now())


def members(ods: str) -> Counter[tuple[str, str]]:
    rows = Membership.objects.filter(organisation__ods=ods)
    return Counter((m.status, m.deactivated_reason or m.invitation_end) for m in rows)


def test_it_has_sixty_people_in_every_state(world: World) -> None:
    assert Account.objects.count() == 60
    assert members("RW3") == {
        ("active", ""): 21,
        ("invited", ""): 6,
        ("invited", "lapsed"): 1,
        ("invited", "cancelled"): 1,
        ("deactivated", "person"): 2,
        ("deactivated", "self"): 1,
        ("deactivated", "inactivity"): 3,
    }
    assert {m.level for m in Membership.objects.filter(status=Status.ACTIVE)} == set(Level)


def test_it_has_trusts_pharmacies_and_a_chain_in_every_state(world: World) -> None:
    kinds = Counter(Organisation.objects.values_list("type", flat=True))
    assert kinds == {"nhs-trust": 3, "community-pharmacy": 7, "gp-surgery": 2}
    states = Counter(Organisation.objects.values_list("status", flat=True))
    assert states == {"active": 9, "deactivated": 1, "closed": 1, "invited": 1}
    chain = Group.objects.get().organisations.all()
    assert len(chain) == 4
    assert len({shop.name for shop in chain}) == 1
    assert len({shop.address for shop in chain}) == 4
    assert Site.objects.filter(organisation__ods="RW3").count() == 3


def test_it_knows_whom_to_write_to_in_every_region(world: World) -> None:
    assert Region.objects.count() == 7
    assert not Region.objects.filter(contact_email="").exists()


def test_it_has_a_person_at_three_organisations_with_a_level_at_each(world: World) -> None:
    amara = Account.objects.get(last_name="Okafor")
    at = {m.organisation.ods: m.level for m in amara.memberships.select_related("organisation")}
    assert at == {
        "FAX21": Level.LEAD_ADMINISTRATOR,
        "FCL48": Level.ADMINISTRATOR,
        "RW3": "recorder",
    }


def test_it_has_a_sole_lead_administrator_who_is_about_to_lapse(world: World) -> None:
    shop = Organisation.objects.get(ods="FW4N8")
    (sole,) = shop.memberships.active_lead_administrators()
    assert days_idle(sole, london_today()) == 83


def test_it_has_people_on_every_step_towards_the_ninetieth_day(world: World) -> None:
    active = Membership.objects.filter(status=Status.ACTIVE)
    idle = sorted(days for m in active if (days := days_idle(m, london_today())) >= 60)
    assert idle == [61, 63, 70, 77, 83, 84, 89]


def test_it_has_invitations_fresh_old_and_sent_again(world: World) -> None:
    standing = Membership.objects.filter(status=Status.INVITED, invitation_end="")
    ages = sorted((london_today() - m.invite_sent_on).days for m in standing)
    assert ages == [0, 0, 0, 0, 3, 5, 12, 20]
    assert standing.filter(invite_count=2).count() == 1


def test_it_has_an_organisation_that_waits_for_its_first_person(world: World) -> None:
    surgery = Organisation.objects.get(status=OrganisationStatus.INVITED)
    (lead,) = surgery.memberships.all()
    assert (lead.status, lead.level) == (Status.INVITED, Level.LEAD_ADMINISTRATOR)


def test_it_gives_an_organisation_ninety_days_and_closes_one_after_them(world: World) -> None:
    ending = Organisation.objects.get(status=OrganisationStatus.DEACTIVATED)
    assert ending.closes_on == london_today() + timedelta(days=70)
    closed = Organisation.objects.get(status=OrganisationStatus.CLOSED)
    assert closed.closed_on == closed.closes_on
    assert not closed.memberships.exclude(deactivated_reason="organisation").exists()


def test_it_keeps_counts_that_are_true(world: World) -> None:
    assert counts.recount(Organisation.objects.values_list("pk", flat=True)) == 0


def test_it_tells_a_history_of_everybody_that_is_whole(world: World) -> None:
    report = verify()
    assert report.first_bad is None
    assert report.checked > 500
    told = set(Event.objects.exclude(subject=None).values_list("subject", flat=True))
    assert told >= set(Account.objects.values_list("public_id", flat=True))
    assert told >= set(Patient.objects.values_list("public_id", flat=True))


def test_it_tells_of_every_record_and_batch_in_the_history(world: World) -> None:
    told = Counter(Event.objects.values_list("type", flat=True))
    records = Vaccination.objects.all()
    assert told["vaccination.recorded"] == records.count()
    assert told["vaccination.deleted"] == records.exclude(deleted_at=None).count() == 1
    assert told["vaccination.changed"] == sum(row.version - 1 - row.is_deleted for row in records)
    assert told["batch.added"] == Batch.objects.count()
    assert told["batch.finished"] == Batch.objects.exclude(finished_on=None).count() == 2


def test_it_has_vaccinations_of_the_last_sixty_days_at_four_organisations(world: World) -> None:
    at = Counter(Vaccination.objects.values_list("organisation__ods", flat=True))
    assert set(at) == {"RW3", "R9C", "FAX21", "FJR62"}
    assert 250 < at.total() < 450
    assert at["RW3"] > at.total() / 2
    days = Vaccination.objects.values_list("given_on", flat=True)
    assert london_today() - timedelta(days=65) <= min(days) < london_today() - timedelta(days=50)
    assert max(days) == london_today()


def test_it_gives_nothing_that_was_not_there_by_anybody_who_was_not(world: World) -> None:
    given = Vaccination.objects.filter(outcome=Outcome.GIVEN)
    for row in given.select_related("batch", "vaccinator", "recorder", "type"):
        assert row.batch is not None
        assert row.vaccinator is not None
        assert row.batch.is_usable_on(row.given_on)
        assert row.recorded_at > row.batch.added_at
        assert row.vaccinator.vaccinator
        last = row.recorder.last_login_on
        assert last is not None
        assert row.recorded_on <= last


def test_it_has_every_kind_of_record(world: World) -> None:
    rw3 = Vaccination.objects.filter(organisation__ods="RW3")
    assert rw3.filter(outcome=Outcome.NOT_GIVEN).exists()
    assert rw3.filter(recorded_late=True).exists()
    assert rw3.filter(nhs_number="").count() == 1
    (warned,) = rw3.exclude(warnings=[])
    assert warned.warnings[0].startswith("interval-covid-19:")
    assert warned.note
    edited = rw3.get(version=3)
    assert (edited.injection_site, bool(edited.note)) == ("right-arm", True)
    (deleted,) = rw3.exclude(deleted_at=None)
    assert deleted.deletion_reason
    assert len({row.vaccinator_name for row in rw3}) > 6


def test_it_has_a_draft_that_waits_and_a_clinic_today(world: World) -> None:
    lead = Account.objects.get(last_name="Raman")
    (draft,) = Draft.objects.filter(saved=None)
    assert draft.account == lead
    assert draft.clinic is None
    clinic = Clinic.objects.get()
    assert (clinic.account, clinic.day, clinic.ended_at) == (lead, london_today(), None)


def test_it_keeps_totals_of_vaccinations_that_are_true(world: World) -> None:
    for organisation in Organisation.objects.all():
        assert recount(organisation.pk, since=london_today() - timedelta(days=90)) == 0


def test_it_has_stock_that_expired_and_stock_that_was_finished(world: World) -> None:
    batches = Batch.objects.filter(organisation__ods="RW3")
    today = london_today()
    assert batches.filter(expiry__lt=today).count() == 3
    assert batches.filter(finished_on__lt=today).count() == 2
    assert batches.usable_on(today).count() > 5


def test_it_lets_no_chain_go_back_in_time_or_ahead_of_it(world: World) -> None:
    for chain in Event.objects.values_list("chain", flat=True).distinct():
        moments = list(
            Event.objects.filter(chain=chain).order_by("seq").values_list("at", flat=True)
        )
        assert moments == sorted(moments)
        assert moments[-1] <= BEGUN


def test_it_leaves_to_the_live_worker_what_happened_today(world: World) -> None:
    waiting = IdentityCall.objects.filter(state=IdentityCall.State.WAITING)
    invited = {call.membership.account.last_name for call in waiting}
    assert invited == {"Holm", "Ormerod", "Lambert", "Whitworth"}
    queued = Message.objects.exclude(state=Message.State.SENT)
    assert {(m.kind, london_date(m.created_at)) for m in queued} == {
        ("level_changed", london_today())
    }


def test_it_leaves_to_the_live_night_to_warn_those_whose_day_it_is(world: World) -> None:
    with transaction.atomic():
        nights = list(run_night(today=london_today()))
        transaction.set_rollback(True)
    assert (nights[-1].warned, nights[-1].lapsed, nights[-1].counts_corrected) == (2, 0, 0)


def test_it_invites_nobody_from_a_domain_that_is_not_allowed(world: World) -> None:
    assert all(domains.is_allowed(account.email_key) for account in Account.objects.all())
    assert not AllowedEmailDomain.objects.filter(domain="anybody-mail.example").exists()


def test_it_says_first_who_is_worth_signing_in_as(world: World) -> None:
    told = people.everybody(CAST)
    assert [person.name for person in told[: len(CAST.stars)]] == [s.who for s in CAST.stars]
    assert len(told) == 60
    gareth = next(person for person in told if person.last_name == "Pascoe")
    assert gareth.standings[0].state == "active, 83 days idle"


@pytest.mark.django_db
def test_it_does_nothing_before_today_has_begun() -> None:
    """Ten minutes past midnight: what happened “today” happened in those ten minutes."""
    begun = datetime(2026, 6, 30, 23, 10, tzinfo=UTC)
    parts = tuple(part for part in CAST.parts if part.who in {"Priya Raman", "Ingrid Holm"})
    places = tuple(place for place in CAST.places if place.ods == "RW3")
    with time_machine.travel(begun, tick=False):
        write(World(Cast(places=places, parts=parts)))
        ingrid = Membership.objects.get(account__last_name="Holm")
        assert begun - timedelta(minutes=10) <= ingrid.invite_sent_at <= begun
        assert ingrid.invite_sent_on == london_today()
        assert ingrid.invited_by == Account.objects.get(last_name="Raman")
