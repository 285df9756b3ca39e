"""Many people add at once: the same person, and the same form."""

from collections import Counter
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from ravs.accounts.models import Account, Session
from ravs.accounts.sessions import SessionStore
from ravs.accounts.submissions import keep, new_key
from ravs.audit.models import Event
from ravs.mail.models import Message
from ravs.members import counts
from ravs.members.entry import services as entry
from ravs.members.identity_drain import drain
from ravs.members.models import IdentityCall, Level, Membership
from ravs.members.refusals import AlreadyMember, CannotResend
from ravs.members.services import (
    invite_member,
    reactivate_member,
    rename_person,
    resend_invitation,
)
from ravs.members.services.details import Details
from tests.evidence import assert_whole, fresh
from tests.fixtures import Rounds
from tests.people import LEAD, Leeds, account, member, organisation
from tests.races.together import Team, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

MO = Details(
    email="mo.khan@nhs.net",
    first_name="Mo",
    last_name="Khan",
    level=Level.RECORDER,
    vaccinator=True,
)


def test_fifty_organisations_add_the_same_person_at_once() -> None:
    """In mixed case: one account, fifty memberships, and nobody sees an error."""
    places = [organisation(f"R{n:02}", f"Trust {n}") for n in range(50)]
    leads = [member(at, f"Lead Number{n}", LEAD) for n, at in enumerate(places)]
    spellings = ["mo.khan@nhs.net", "Mo.Khan@NHS.net", " MO.KHAN@nhs.net ", "mo.khan@nhs.NET"]
    results = at_once(
        [
            partial(
                invite_member,
                actor=lead.account,
                organisation=lead.organisation,
                details=replace(MO, email=spellings[n % 4].strip()),
            )
            for n, lead in enumerate(leads)
        ]
    )
    assert len(results) == 50
    mo = Account.objects.get(email_key="mo.khan@nhs.net")
    assert mo.memberships.count() == 50
    assert Event.objects.filter(type="account.created").count() == 1
    assert Event.objects.filter(type="member.invited").count() == 50
    assert_whole()


def test_two_leads_of_one_organisation_add_the_same_person(rounds: Rounds, leeds: Leeds) -> None:
    wei = member(leeds.organisation, "Wei Lin", LEAD)
    with Team(2) as team:
        for number in range(rounds(100)):
            details = replace(MO, email=f"mo{number}@nhs.net")
            results = team.at_once(
                [
                    partial(
                        invite_member,
                        actor=lead.account,
                        organisation=leeds.organisation,
                        details=details,
                    )
                    for lead in (leeds.priya, wei)
                ],
                refusals=(AlreadyMember,),
            )
            assert Counter(type(r).__name__ for r in results) == {
                "Membership": 1,
                "AlreadyMember": 1,
            }
    assert_whole(leeds.organisation)


def cookie_of(person: Account) -> tuple[str, Session]:
    """A browser's session, as after a log-in."""
    store = SessionStore()
    session = store.sign_in(person)
    entry.sign_in(account=person, session=session)
    assert store.session_key
    return store.session_key, session


def test_confirm_and_send_a_hundred_times_at_once(leeds: Leeds) -> None:
    """One form, one browser, a hundred clicks: one membership, one call, one letter."""
    priya, key = leeds.priya.account, new_key()
    cookie, _ = cookie_of(priya)
    values = {
        "first_name": "Mo",
        "last_name": "Khan",
        "email": "mo.khan@nhs.net",
        "vaccinator": "yes",
        "level": "recorder",
    }
    keep(account=priya, key=key, kind="add-user:RR8", values=values)
    address = reverse("members:check", kwargs={"ods": "RR8"})

    def click() -> tuple[int, str]:
        browser = Client()
        browser.cookies[django_settings.SESSION_COOKIE_NAME] = cookie
        response = browser.post(address, {"key": key})
        return response.status_code, urlsplit(response.headers.get("Location", "")).path

    results = at_once([click] * 100)
    assert set(results) == {(302, "/o/RR8/users/invited")}
    row = Membership.objects.get(account__email_key="mo.khan@nhs.net")
    assert IdentityCall.objects.filter(membership=row).count() == 1
    assert Event.objects.filter(type="member.invited").count() == 1
    at_once([drain] * 4)
    assert Message.objects.filter(about=row.public_id).count() == 1
    assert_whole(leeds.organisation)


def test_one_invitation_is_sent_again_once_however_often_at_once(leeds: Leeds) -> None:
    row = member(leeds.organisation, "Una Byrne", status="invited", invited_days_ago=8)
    resend = partial(resend_invitation, actor=leeds.priya.account, membership=row)
    results = at_once([resend] * 20, refusals=(CannotResend,))
    assert sum(isinstance(r, Membership) for r in results) == 1
    assert fresh(row).invite_count == 2
    assert row.identity_calls.count() == 1


def test_a_person_is_renamed_while_others_bring_them_back(rounds: Rounds) -> None:
    """Each takes several locks, in one order: nobody deadlocks, and every name is the last one."""
    cara = account("Cara Both")
    rows = [member(organisation(f"R{n}X", f"Trust {n}"), cara) for n in range(3)]
    for number in range(rounds(100)):
        for row in rows[1:]:
            Membership.objects.filter(pk=row.pk).update(
                status="deactivated",
                deactivated_at=row.usable_since,
                deactivated_reason="person",
            )
            counts.recount([row.organisation_id])
        new = organisation(f"N{number:03}", "New")
        at_once(
            [
                partial(
                    rename_person,
                    actor=cara,
                    account=cara,
                    first_name=f"Cara{'abcdefghij'[number % 10]}",
                    last_name="Both",
                ),
                *(partial(reactivate_member, actor=None, membership=row) for row in rows[1:]),
                partial(
                    invite_member,
                    actor=None,
                    organisation=new,
                    details=replace(MO, email=cara.email),
                ),
                partial(drain, 3),
            ]
        )
        named = fresh(rows[0]).account
        for row in cara.memberships.all():
            assert bytes(row.sort_key).decode() == named.full_name.lower()
