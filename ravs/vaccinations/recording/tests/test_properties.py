"""Whatever is answered, in whatever order, whatever changes: what is saved keeps the rules.

Two people click through the real pages while stock, staff, vaccines and the clock change around
them; each record is held against ``rules`` at the moment it is saved, and against what was said.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, ClassVar
from uuid import UUID

import pytest
import time_machine
from django.db import transaction
from django.forms.models import model_to_dict
from django.urls import resolve, reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ravs.accounts.submissions import new_key
from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.members.models import Membership
from ravs.organisations.models import Site
from ravs.patients.models import Patient
from ravs.vaccinations.models import Draft, Vaccination
from ravs.vaccinations.recording.tests import rules
from ravs.vaccinations.recording.tests.typing_in import SLUGS, World, typed
from ravs.vaccines.models import Batch, VaccineType
from ravs.vaccines.services import (
    close_site,
    enable_vaccine,
    finish_batch,
    reopen_site,
    unfinish_batch,
    withdraw_vaccine,
)
from tests import vaccines
from tests.clients import DoorClient
from tests.evidence import assert_whole
from tests.fixtures import Rounds
from tests.people import NOON, member
from tests.recording import Place, patient, place
from tests.totals import assert_totals_are_right

TYPES = ("flu", "flu-london", "covid-19", "mmr", "rsv", "pertussis", "menb", "rotavirus")
STOCK = (
    "flu-vaxigrip",
    "flu-fluenz",
    "comirnaty-30-lp81",
    "mmr-priorix",
    "abrysvo",
    "bexsero",
    "pertussis-adacel",
    "rotarix",
)
PATIENTS = (
    ("Bo Ash", date(2026, 1, 20), None),
    ("Una New", date(2026, 3, 5), None),  # is born tomorrow
    ("Kit Lane", date(2017, 3, 6), None),  # 8 today, 9 the day after tomorrow
    ("Nia Lane", date(2017, 3, 3), None),  # 9 since yesterday
    ("Pia Holt", date(1995, 7, 1), None),
    ("Leo Frost", date(2008, 2, 29), None),
    ("Dee Orr", date(1940, 5, 5), date(2026, 2, 20)),
)
OF_ONE_PATIENT = {"due-date", "assess", "consent", "giving"}
CHOSEN_ONCE = {"date", "site", "present", "vaccinator", "vaccine", "batch", "dose"}
MAY_BE_KEPT = CHOSEN_ONCE | {"eligibility", "staff-role", "location"}
"""Answers with which a record may begin: of the clinic, or of the record before."""

MOST_TRIES = 4
"""A question that has no answer just now is left after so many."""

seed = st.integers(0, 2**32)
who = st.sampled_from(["rosa", "priya"])
which = st.integers(0, 30)


@dataclass
class Said:
    """What was said to one draft: each answer with the patient and the vaccine it was about."""

    by: str
    answers: dict[str, tuple[dict[str, Any], int | None, str]] = field(default_factory=dict)
    overridden: set[str] = field(default_factory=set)


class Recordings(RuleBasedStateMachine):
    """The pages beside the rules, act by act, in a transaction that is undone."""

    saved: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(NOON, tick=False)
        self.traveller = self.clock.start()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.drafts: dict[UUID, Said] = {}
        self.records: dict[int, dict[str, Any]] = {}

    def teardown(self) -> None:
        try:
            assert_whole()
            assert_totals_are_right()
            for row in Vaccination.objects.all():
                assert model_to_dict(row) == self.records.get(row.pk), (
                    "a saved record stays as it is"
                )
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
            self.clock.stop()

    @initialize()
    def begin(self) -> None:
        self.at: Place = place(types=TYPES, stock=STOCK)
        self.second = vaccines.site(self.at.organisation, "Beckett Street", "RR802")
        for product in ("flu-vaxigrip", "bexsero", "comirnaty-30-lp81"):
            vaccines.batch(self.second, product, f"B-{product[:4]}")
        vaccines.batch(
            self.at.site, "mmr-priorix", "SHORT", expires=london_today() + timedelta(days=1)
        )
        leeds = self.at.leeds
        self.vic = member(self.at.organisation, "Vic Able", vaccinator=True)
        self.people: dict[str, Membership] = {"rosa": leeds.rosa, "priya": leeds.priya}
        self.patients = [self.at.ada, *self.make_patients()]
        self.clients = {name: DoorClient() for name in self.people}
        self.log_in()
        for name, one in (("rosa", self.at.ada), ("priya", self.patients[4])):
            self.choose(name, one)

    def make_patients(self) -> list[Patient]:
        rosa = self.at.leeds.rosa
        return [
            patient(rosa, name, born, nhs_number="", died_on=died) for name, born, died in PATIENTS
        ]

    def log_in(self) -> None:
        for name, client in self.clients.items():
            client.sign_in(self.people[name].account)

    # -------------------------------------------------------------------- what people do

    def url(self, page: str, **more: Any) -> str:
        return reverse(f"vaccinations:{page}", kwargs={"ods": "RR8", **more})

    def world(self) -> World:
        return World(
            sites=[str(one.public_id) for one in Site.objects.order_by("pk")],
            staff=[
                str(one.public_id)
                for one in (
                    self.vic,
                    *self.people.values(),
                    *self.people.values(),
                    self.at.leeds.dev,
                )
            ],
            batches=[
                (str(one.public_id), one.item.product.code)
                for one in Batch.objects.select_related("item__product").order_by("pk")
            ],
            today=london_today(),
        )

    def draft(self, index: int) -> Draft | None:
        """One of the drafts that are there, the latest with the number nought."""
        rows = Draft.objects.select_related("patient", "saved").order_by("-pk")
        return rows[index % len(rows)] if rows else None

    def post(self, draft: UUID, page: str, values: dict[str, Any], **more: Any) -> str:
        """Send a form of a draft, as its person; where that led, or nothing."""
        said = self.drafts[draft]
        before = Vaccination.objects.count()
        answer = self.clients[said.by].post(self.url(page, draft=draft, **more), values)
        assert answer.status_code in {200, 302}, (page, more, answer.status_code)
        if Vaccination.objects.count() != before:
            assert page == "check", "only the check page saves"
            assert Vaccination.objects.count() == before + 1
            self.hold(draft)
        return str(answer.headers.get("Location", ""))

    def answer(self, draft: UUID, slug: str, values: dict[str, Any]) -> str:
        where = self.post(draft, "step", values, step=slug)
        row = Draft.objects.get(public_id=draft)
        kept = row.answers.get(slug, {})
        if where and kept and all(kept.get(name, one) == one for name, one in values.items()):
            self.remember(row, slug)
        return where

    def remember(self, row: Draft, slug: str) -> None:
        vaccine = row.answers.get("vaccine", {}).get("vaccine", "")
        self.drafts[row.public_id].answers[slug] = (row.answers[slug], row.patient_id, vaccine)

    def meet(self, where: str, by: str) -> UUID | None:
        """Somebody has come to a draft; a new one has answers of before, and of no patient."""
        found = re.search(r"([0-9a-f-]{36})(/[a-z-]+)*$", where)
        assert found, where
        public_id = UUID(found[1])
        row = Draft.objects.filter(public_id=public_id).first()
        if row is not None and public_id not in self.drafts:
            self.drafts[public_id] = Said(by)
            assert set(row.answers) <= MAY_BE_KEPT, "what is about one patient was kept"
            for slug in row.answers:
                self.remember(row, slug)
        return public_id if row else None

    @rule(by=who, person=which)
    def begin_a_record(self, by: str, person: int) -> None:
        one = self.patients[person % len(self.patients)]
        self.choose(by, one)

    @rule(by=who, person=which, chance=seed)
    def record(self, by: str, person: int, chance: int) -> None:
        """From the patient to the record, without much ado."""
        draft = self.choose(by, self.patients[person % len(self.patients)])
        assert draft is not None
        self.go(draft, Random(chance), 40)
        self.save(draft)

    @rule(index=which, slug=st.sampled_from(SLUGS), chance=seed)
    def go_back_and_finish(self, index: int, slug: str, chance: int) -> None:
        """Answer a question again that was answered before, and go on from there."""
        self.answer_anything(index, slug, chance)
        self.finish(index, chance)

    def choose(self, by: str, one: Patient, draft: UUID | None = None) -> UUID | None:
        values = {"key": new_key(), "draft": str(draft or "")}
        answer = self.clients[by].post(self.url("patient", patient=one.public_id), values)
        assert answer.status_code == 302
        return self.meet(answer.headers["Location"], by)

    @rule(index=which, person=which)
    def choose_another_patient(self, index: int, person: int) -> None:
        """After going back in the browser, or for a draft that waits for its patient."""
        row = self.draft(index)
        if row is not None and row.purpose == "record" and row.saved is None:
            by = self.drafts[row.public_id].by
            self.choose(by, self.patients[person % len(self.patients)], row.public_id)

    @rule(index=which, slug=st.sampled_from(SLUGS), chance=seed)
    def answer_anything(self, index: int, slug: str, chance: int) -> None:
        row = self.draft(index)
        if row is not None:
            self.answer(row.public_id, slug, typed(slug, Random(chance), self.world()))

    @rule(index=which, chance=seed, far=st.integers(1, 25))
    def carry_on(self, index: int, chance: int, far: int) -> None:
        """Answer what is asked, one page after another."""
        row = self.draft(index)
        if row is not None:
            self.go(row.public_id, Random(chance), far)

    def go(self, draft: UUID, chance: Random, far: int) -> str:
        by, world = self.drafts[draft].by, self.world()
        page = self.clients[by].get(self.url("go-on", draft=draft))
        where = str(page.headers["Location"])
        tried: Counter[str] = Counter()
        for _ in range(far):
            match = resolve(where.partition("?")[0])
            slug = match.kwargs.get("step", "")
            tried[slug] += 1
            if slug and tried[slug] > MOST_TRIES:
                break
            if slug:
                row = Draft.objects.get(public_id=draft)
                where = self.answer(draft, slug, typed(slug, chance, world, row)) or where
            elif match.url_name == "warnings":
                where = self.override(draft, where)
            elif match.url_name == "kept":
                self.choose(by, chance.choice(self.patients), draft)
                where = str(self.clients[by].get(self.url("go-on", draft=draft))["Location"])
            else:
                break
        return where

    def override(self, draft: UUID, where: str) -> str:
        page = self.clients[self.drafts[draft].by].get(where).content.decode()
        keys = re.findall(r'name="shown" value="([^"]+)"', page)
        assert keys
        self.drafts[draft].overridden |= set(keys)
        return self.post(draft, "warnings", {"shown": keys})

    @rule(index=which, chance=seed)
    def finish(self, index: int, chance: int) -> None:
        """All the way to the record, and once more after it."""
        row = self.draft(index)
        if row is not None:
            self.go(row.public_id, Random(chance), 40)
            self.save(row.public_id)

    @rule(index=which)
    def save_now(self, index: int) -> None:
        row = self.draft(index)
        if row is not None:
            self.save(row.public_id)

    def save(self, draft: UUID) -> None:
        if Draft.objects.get(public_id=draft).purpose == "clinic":
            self.clients[self.drafts[draft].by].post(
                self.url("check", draft=draft), {"key": new_key()}
            )
            return
        for _ in range(2):
            where = self.post(draft, "check", {"note": "Well"})
        is_saved = Draft.objects.get(public_id=draft).saved_id is not None
        assert where.endswith("/saved") == is_saved

    @rule(
        index=which,
        reason=st.sampled_from(["not-given-reason/unwell", "no-consent-reason/refused", "x/y"]),
    )
    def say_not_given(self, index: int, reason: str) -> None:
        row = self.draft(index)
        if row is not None and row.purpose == "record":
            self.post(row.public_id, "not-given", {"reason": reason})

    @rule(index=which)
    def say_given(self, index: int) -> None:
        row = self.draft(index)
        if row is not None and row.purpose == "record":
            self.post(row.public_id, "not-given", {"given": "yes"})

    @rule(index=which)
    def discard(self, index: int) -> None:
        row = self.draft(index)
        if row is not None and index % 3 == 0:
            self.post(row.public_id, "discard", {})

    @precondition(lambda self: self.records)
    @rule(index=which, how=st.sampled_from(["same-patient", "same-vaccination", "different"]))
    def follow_on(self, index: int, how: str) -> None:
        rows = Draft.objects.filter(saved__isnull=False).order_by("-pk")
        row = rows[index % len(rows)]
        where = self.post(row.public_id, "saved", {"key": new_key(), "how": how})
        told = re.search(r"draft=([0-9a-f-]{36})", where)
        self.meet(told[1] if told else where, self.drafts[row.public_id].by)

    @rule(by=who, chance=seed)
    def hold_a_clinic(self, by: str, chance: int) -> None:
        answer = self.clients[by].post(self.url("clinic-begin"), {"key": new_key()})
        draft = self.meet(answer.headers["Location"], by)
        assert draft is not None
        self.go(draft, Random(chance), 12)
        self.save(draft)

    # -------------------------------------------------------------------- what happens meanwhile

    @rule(hours=st.sampled_from([1, 12, 24, 27 * 24]))
    def time_passes(self, hours: int) -> None:
        """Midnight, and once the night in which the clocks go forward."""
        self.traveller.shift(timedelta(hours=hours))
        self.log_in()

    @rule(what=st.integers(0, 5), index=which)
    def something_changes(self, what: int, index: int) -> None:
        """Stock, staff, vaccines or sites are not what they were when a question was answered."""
        acts = [
            self.correct_a_batch,
            self.finish_or_bring_back,
            self.withdraw_or_enable,
            self.change_a_vaccinator,
            self.close_or_open,
            self.enable_all,
        ]
        acts[what](index)

    def correct_a_batch(self, index: int) -> None:
        rows = Batch.objects.order_by("pk")
        row = rows[index % len(rows)]
        row.number, row.expiry = f"{row.number}x", london_today() + timedelta(days=index % 7 - 3)
        row.save(update_fields=["number", "expiry"])

    def finish_or_bring_back(self, index: int) -> None:
        rows = Batch.objects.filter(expiry__gte=london_today()).order_by("pk")
        if rows:
            row = rows[index % len(rows)]
            (unfinish_batch if row.finished_on else finish_batch)(actor=None, batch=row)

    def withdraw_or_enable(self, index: int) -> None:
        at, kind = self.at.organisation, VaccineType.objects.get(code=TYPES[index % len(TYPES)])
        if not withdraw_vaccine(organisation=at, type=kind):
            enable_vaccine(actor=None, organisation=at, type=kind)

    def enable_all(self, _index: int) -> None:
        for row in VaccineType.objects.filter(code__in=TYPES):
            enable_vaccine(actor=None, organisation=self.at.organisation, type=row)

    def change_a_vaccinator(self, index: int) -> None:
        rows = [self.vic, *self.people.values()]
        row = Membership.objects.get(pk=rows[index % len(rows)].pk)
        row.vaccinator = not row.vaccinator
        row.save(update_fields=["vaccinator"])

    def close_or_open(self, index: int) -> None:
        site = Site.objects.get(pk=(self.at.site if index % 2 else self.second).pk)
        (close_site if site.status == Site.Status.OPEN else reopen_site)(actor=None, site=site)

    # -------------------------------------------------------------------- what must be true

    def hold(self, draft: UUID) -> None:
        """A record was made just now."""
        row = Draft.objects.select_related("saved").get(public_id=draft).saved
        assert row is not None
        assert row.pk not in self.records
        others = Vaccination.objects.filter(patient=row.patient, outcome="given")
        before = list(others.exclude(pk=row.pk).select_related("type"))
        said = self.drafts[draft]
        assert rules.broken(row, before) == []
        assert set(row.warnings) <= said.overridden
        self.hold_to_what_was_said(row, said)
        assert row.recorder_id == self.people[said.by].account_id
        assert row.recorded_at == timezone.now() == datetime.now(tz=UTC)
        assert len(self.events(row)) == 1
        assert_totals_are_right()
        self.records[row.pk] = model_to_dict(row)
        type(self).saved[row.type.code if row.is_given else row.outcome] += 1

    def hold_to_what_was_said(self, row: Vaccination, said: Said) -> None:
        """Nobody's answer stands in a record that is about somebody or something else."""
        asked = {"date"} | ({"consent", "batch"} if row.is_given else set())
        asked |= {"giving"} if row.injection_site or row.full_dose is not None else set()
        asked |= {"due-date"} if row.due_date else set()
        if row.is_given:
            asked |= {"dose"} if rules.is_dose_asked(row) else set()
            asked |= {"eligibility"} if rules.is_eligibility_asked(row) else set()
        for slug in asked:
            assert slug in said.answers, f"{slug} was never answered"
            _, of_patient, vaccine = said.answers[slug]
            if slug in OF_ONE_PATIENT:
                assert of_patient == row.patient_id, f"{slug} was answered about somebody else"
            if slug in {"batch", "dose", "eligibility", "giving", "due-date"}:
                assert vaccine == row.type.code, f"{slug} was answered about another vaccine"
        self.hold_to_the_place(row, said)

    def hold_to_the_place(self, row: Vaccination, said: Said) -> None:
        if "site" in said.answers:
            assert str(row.site.public_id) == said.answers["site"][0]["site"]
        if not row.is_given or row.vaccinator is None or row.batch is None:
            return
        assert str(row.batch.public_id) == said.answers["batch"][0]["batch"]
        named = str(row.vaccinator.public_id)
        if "present" in said.answers and "vaccinator" not in said.answers:
            assert named in said.answers["present"][0]["present"]
        else:
            assert named == said.answers["vaccinator"][0]["vaccinator"]

    def events(self, row: Vaccination) -> list[Event]:
        found = Event.objects.filter(type="vaccination.recorded")
        return [one for one in found if one.data["vaccination"] == str(row.public_id)]


@pytest.mark.once
@pytest.mark.timeout(3600)
def test_no_sequence_of_acts_saves_a_record_that_breaks_a_rule(db: None, rounds: Rounds) -> None:
    vaccines.catalogue()
    Recordings.saved.clear()
    run_state_machine_as_test(
        Recordings,
        settings=settings(
            max_examples=rounds(200, part=50),
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
    assert len(Recordings.saved) >= 3, f"too few kinds of record: {Recordings.saved}"
