"""How PostgreSQL goes about the questions pages and the night ask of fifty thousand people."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from ravs.core.dates import london_today
from ravs.members.asking.selectors import soon_at
from ravs.members.models import Membership, Status
from ravs.members.narrowing import Narrowing
from ravs.members.selectors import MOST_COUNTED, lead_administrators, matching, usable
from ravs.members.services.inactivity import SLICE, due
from ravs.organisations.models import Organisation
from tests.people import LEAD, member, organisation

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

COUNT = 50_000
TABLES = {"members_membership", "members_searchterm"}

FILL = """
INSERT INTO accounts_account (public_id, email, email_key, first_name, last_name, last_login_at,
    last_login_on, identity_state, created_at)
SELECT gen_random_uuid(), 'p' || n || '@nhs.net', 'p' || n || '@nhs.net',
    (ARRAY['Alissa','Hayley','Jayleen','Mary','Zebedee'])[CASE WHEN n %% 5000 = 0 THEN 5 ELSE 1 + n %% 4 END],
    'Last' || n, now(), current_date, 'unknown', now()
FROM generate_series(1, %(count)s) n;

INSERT INTO members_membership (public_id, account_id, organisation_id, level, vaccinator, clinician,
    status, invite_sent_at, invite_sent_on, invite_count, invitation_end, first_login_at, clock_on,
    usable_since, warned_day, deactivated_at, deactivated_reason, sort_key)
SELECT gen_random_uuid(), id, %(organisation)s, 'recorder', false, false, s.status,
    now() - n * interval '1 minute', current_date - (n %% 80)::int, 1, '',
    CASE WHEN s.status <> 'invited' THEN now() END,
    CASE WHEN s.status <> 'invited' THEN current_date - (n %% 50)::int END,
    now(), 0, CASE WHEN s.status = 'deactivated' THEN now() - n * interval '1 minute' END,
    CASE WHEN s.status = 'deactivated' THEN 'inactivity' ELSE '' END,
    convert_to(lower(first_name || ' ' || last_name), 'UTF8')
FROM (SELECT id, first_name, last_name, row_number() OVER (ORDER BY id) n FROM accounts_account
      WHERE email LIKE 'p%%@nhs.net') a,
    LATERAL (SELECT CASE n %% 10 WHEN 0 THEN 'invited' WHEN 1 THEN 'deactivated'
             ELSE 'active' END status) s;

INSERT INTO members_searchterm (membership_id, organisation_id, term)
SELECT m.id, m.organisation_id, t.term
FROM members_membership m JOIN accounts_account a ON a.id = m.account_id,
    LATERAL (VALUES (convert_to(lower(first_name || ' ' || last_name), 'UTF8')),
                    (convert_to(lower(last_name), 'UTF8')),
                    (convert_to(email, 'UTF8'))) t(term);
"""  # noqa: E501


@pytest.fixture
def big(db: None) -> Organisation:
    """One organisation with fifty thousand people, and the database's statistics up to date."""
    at = organisation()
    with connection.cursor() as cursor:
        for statement in FILL.split(";\n\n"):
            cursor.execute(statement, {"count": COUNT, "organisation": at.pk})
            # Before the next statement reads what this one wrote, too.
            cursor.execute("ANALYZE accounts_account, members_membership, members_searchterm")
    member(at, "Priya Shah", LEAD)
    return at


def plan(rows: QuerySet[Any]) -> dict[str, Any]:
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        [[found]] = cursor.fetchall()
    tree = found if isinstance(found, list) else json.loads(found)
    return dict(tree[0]["Plan"])


def nodes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield tree
    for child in tree.get("Plans", ()):
        yield from nodes(child)


def read(tree: dict[str, Any]) -> int:
    """How many rows of the two tables the database looked at."""
    return sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in nodes(tree)
        if node.get("Relation Name") in TABLES
    )


def assert_quick(rows: QuerySet[Any], *, most: int) -> None:
    """By an index, and without looking at many more rows than are wanted."""
    tree = plan(rows)
    scans = [n for n in nodes(tree) if n["Node Type"] == "Seq Scan"]
    assert not [n for n in scans if n["Relation Name"] in TABLES], told(tree)
    assert read(tree) <= most, told(tree)


def told(tree: dict[str, Any]) -> str:
    """The plan in a few words."""
    words = ("Node Type", "Relation Name", "Index Name", "Actual Rows", "Actual Loops")
    lines = [" ".join(str(node[word]) for word in words if word in node) for node in nodes(tree)]
    return "\n".join([f"{read(tree)} rows read", *lines])


def test_no_question_reads_a_table_from_end_to_end(big: Organisation) -> None:
    """All in one test, as making fifty thousand people takes longer than asking after them."""
    for status in Status:
        assert_quick(matching(big, status, Narrowing()).values("pk")[:20], most=60)
        assert_quick(matching(big, status, Narrowing("zebedee")).values("pk")[:20], most=400)
        counted = matching(big, status, Narrowing("zebedee")).values("pk")[: MOST_COUNTED + 1]
        assert_quick(counted, most=400)
    assert_quick(matching(big, Status.ACTIVE, Narrowing("last4999")).values("pk")[:20], most=400)
    assert_quick(matching(big, Status.ACTIVE, Narrowing()).values("pk")[1000:1020], most=1100)
    assert_quick(big.memberships.active_lead_administrators(), most=20)
    people = Membership.objects.filter(due(london_today(), warn=True)).order_by("account")
    assert_quick(people.values_list("account", flat=True).distinct()[:SLICE], most=2000)
    in_a_month = london_today() + timedelta(days=30)
    assert_quick(soon_at(big, in_a_month).values("pk")[:20], most=60)
    at_the_door = Membership.objects.filter(due(london_today(), warn=False))
    assert_quick(at_the_door.filter(account__in=[1]), most=20)
    old = Membership.objects.filter(
        status=Status.INVITED,
        invitation_end="",
        invite_sent_on__lte=london_today() - timedelta(days=90),
    )
    assert_quick(old.order_by("pk").values_list("pk", flat=True)[:SLICE], most=200)
    priya = lead_administrators(big)[0]
    assert_quick(usable(priya), most=20)
    lapsed = big.memberships.lapsed().filter(deactivated_at__lte=timezone.now())
    assert_quick(lapsed.order_by("pk")[:SLICE], most=COUNT // 5)
    assert_the_night_reads_no_more_than_who_is_past_a_warning()


def assert_the_night_reads_no_more_than_who_is_past_a_warning() -> None:
    """A tenth of everybody is past a warning already sent: they are read, the others are not."""
    active = Membership.objects.filter(status=Status.ACTIVE)
    ids = list(active.order_by("pk").values_list("pk", flat=True)[: COUNT // 10])
    active.filter(pk__in=ids).update(clock_on=london_today() - timedelta(days=61), warned_day=60)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE members_membership")
    people = Membership.objects.filter(due(london_today(), warn=True)).order_by("account")
    some = people.values_list("account", flat=True).distinct()[:SLICE]
    assert_quick(some, most=COUNT // 10 + 100)
    Membership.objects.filter(pk=ids[0]).update(warned_day=0)
    assert people.count() == 1
