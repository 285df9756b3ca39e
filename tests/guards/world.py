"""The people who try every door, and what stands for each argument of an address."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from ravs.core.dates import london_today
from ravs.members.models import BulkAct, Import, Membership
from ravs.organisations.models import Organisation
from ravs.patients.models import Patient
from ravs.vaccinations.models import Draft, Vaccination
from ravs.vaccinations.records.versions import keep_version
from ravs.vaccines.models import Batch
from tests import people, recording, vaccines
from tests.clients import DoorClient
from tests.guards.house import Route

SIGNED_OUT = "signed out"


@dataclass(frozen=True)
class Care:
    """What an organisation has of vaccines, patients and records, one of each."""

    batch: Batch
    patient: Patient
    draft: Draft
    vaccination: Vaccination

    def keys(self) -> dict[str, UUID]:
        """By the argument of an address that names it."""
        return {
            "site": self.batch.item.site.public_id,
            "item": self.batch.item.public_id,
            "batch": self.batch.public_id,
            "patient": self.patient.public_id,
            "draft": self.draft.public_id,
            "vaccination": self.vaccination.public_id,
        }


@dataclass
class World:
    """Leeds with a person in every state, and Sam, who leads users at another trust."""

    leeds: people.Leeds
    sam: Membership
    lists: dict[str, Import]
    acts: dict[str, BulkAct]
    care: dict[str, Care]
    drafts: dict[str, Draft]
    clients: dict[str, DoorClient] = field(default_factory=dict)

    def personas(self) -> dict[str, Membership | None]:
        return {
            SIGNED_OUT: None,
            "recorder": self.leeds.rosa,
            "administrator": self.leeds.adam,
            "lead": self.leeds.priya,
            "stranger": self.sam,
            "deactivated": self.leeds.dev,
        }

    def arguments(self, route: Route, **others: Any) -> dict[str, Any]:
        """A value for each argument: something of Leeds, which its lead can see."""
        known = {
            "ods": self.leeds.organisation.ods,
            "member": self.leeds.ingrid.public_id,
            "job": self.lists["leeds"].public_id,
            "act": self.acts["leeds"].public_id,
            **self.care["leeds"].keys(),
            "step": "date",
            "field": "note",
            "number": 1,
        }
        missing = set(route.arguments) - known.keys()
        assert not missing, f"{route}: say in tests/guards/world.py what stands for {missing}"
        return {name: (known | others)[name] for name in route.arguments}

    def theirs(self) -> dict[str, UUID]:
        """For each key of an address something that belongs to Sam's trust."""
        return {
            "member": self.sam.public_id,
            "job": self.lists["theirs"].public_id,
            "act": self.acts["theirs"].public_id,
            **self.care["theirs"].keys(),
        }

    def client(self, persona: str) -> DoorClient:
        """A browser of that person, who is signed in."""
        if persona not in self.clients:
            client = self.clients[persona] = DoorClient()
            membership = self.personas()[persona]
            if membership is not None:
                client.sign_in(membership.account)
        return self.clients[persona]

    def ask(self, persona: str, method: str, route: Route, **others: Any) -> HttpResponse:
        """What somebody is answered. What was posted is taken back: others are asked after them."""
        own = {"draft": self.drafts[persona].public_id} if persona in self.drafts else {}
        address = reverse(route.name, kwargs=self.arguments(route, **(own | others)))
        client = self.client(persona)
        if method == "get":
            return client.get(address)
        cookies = client.cookies.copy()
        with transaction.atomic():
            answer: HttpResponse = getattr(client, method)(address)
            transaction.set_rollback(True)
        client.cookies = cookies
        return answer

    def wind_down(self) -> None:
        """The region deactivates Leeds."""
        today = london_today()
        Organisation.objects.filter(pk=self.leeds.organisation.pk).update(
            status=Organisation.Status.DEACTIVATED, deactivated_at=timezone.now(), closes_on=today
        )


def world() -> World:
    leeds, sam = people.leeds(), people.stranger()
    lists = {"leeds": a_list_of(leeds.priya), "theirs": a_list_of(sam)}
    acts = {"leeds": an_act_of(leeds.priya), "theirs": an_act_of(sam)}
    vaccines.catalogue()
    care = {"leeds": care_at(leeds.priya), "theirs": care_at(sam)}
    drafts = {
        persona: draft_of(person, care["leeds"].patient)
        for persona, person in (("recorder", leeds.rosa), ("administrator", leeds.adam))
    }
    return World(leeds, sam, lists, acts, care, drafts)


def a_list_of(lead: Membership) -> Import:
    """A list of people that a lead administrator gave and has not confirmed."""
    return Import.objects.create(
        organisation=lead.organisation, actor=lead.account, state=Import.State.CHECKED
    )


def an_act_of(lead: Membership) -> BulkAct:
    """Something that a lead administrator began for several people and that is over."""
    return BulkAct.objects.create(
        organisation=lead.organisation,
        actor=lead.account,
        verb=BulkAct.Verb.DEACTIVATE,
        finished_at=timezone.now(),
    )


def care_at(lead: Membership) -> Care:
    """A site with a batch of flu vaccine, a patient whom no directory knows, so that they can be
    corrected too, a draft about them and a record of theirs."""
    at = lead.organisation
    vaccines.enable(at, "flu")
    batch = vaccines.batch(vaccines.site(at, ods=f"{at.ods}01"))
    patient = recording.patient(lead, nhs_number="")
    return Care(batch, patient, draft_of(lead, patient), a_record_of(lead, batch, patient))


def draft_of(person: Membership, patient: Patient) -> Draft:
    """A record that somebody began: nobody else can open it."""
    return Draft.objects.create(
        organisation=person.organisation,
        account=person.account,
        patient=patient,
        elsewhere_known=True,
        created_at=timezone.now(),
    )


def a_record_of(lead: Membership, batch: Batch, patient: Patient) -> Vaccination:
    """Somebody was given that batch today, by the lead administrator, who changed the record."""
    today = london_today()
    record = Vaccination.objects.create(
        organisation=lead.organisation,
        site=batch.item.site,
        given_on=today,
        recorded_at=timezone.now(),
        recorded_on=today,
        recorder=lead.account,
        vaccinator=lead,
        patient=patient,
        name_key=patient.name_key,
        birth_date=patient.birth_date,
        type=batch.item.product.type,
        product=batch.item.product,
        batch=batch,
        consent_giver="patient",
    )
    keep_version(vaccination=record, changed=["note"], actor=lead.account, reason="")
    record.version = 2
    record.save(update_fields=["version"])
    return record


NOBODYS = UUID("0192aaaa-0000-7000-8000-000000000000")
"""A key that nothing has."""
