"""The people who try every door, and what stands for each argument of an address."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from ravs.members.models import BulkAct, Import, Membership
from tests import people
from tests.clients import DoorClient
from tests.guards.house import Route

SIGNED_OUT = "signed out"


@dataclass
class World:
    """Leeds with a person in every state, and Sam, who leads users at another trust."""

    leeds: people.Leeds
    sam: Membership
    lists: dict[str, Import]
    acts: dict[str, BulkAct]
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
        }

    def client(self, persona: str) -> DoorClient:
        """A browser of that person, signed in anew if something ended the session."""
        client = DoorClient()
        membership = self.personas()[persona]
        if membership is not None:
            client.sign_in(membership.account)
        return client

    def ask(self, persona: str, method: str, route: Route, **others: Any) -> HttpResponse:
        address = reverse(route.name, kwargs=self.arguments(route, **others))
        answer: HttpResponse = getattr(self.client(persona), method)(address)
        return answer


def world(status: str = "active") -> World:
    leeds, sam = people.leeds(status), people.stranger()
    lists = {"leeds": a_list_of(leeds.priya), "theirs": a_list_of(sam)}
    return World(leeds, sam, lists, {"leeds": an_act_of(leeds.priya), "theirs": an_act_of(sam)})


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


NOBODYS = UUID("0192aaaa-0000-7000-8000-000000000000")
"""A key that nothing has."""
