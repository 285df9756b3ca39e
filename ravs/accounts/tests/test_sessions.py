"""How long a session lives, what ends it, and what being asked costs."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from ravs.accounts import services, sessions
from ravs.accounts.middleware import SignedInMiddleware
from ravs.accounts.models import Account, Session
from ravs.accounts.sessions import Ended, SessionStore
from ravs.accounts.tests.conftest import NOON, SignIn
from ravs.audit.models import Event
from tests.clients import PageClient
from tests.people import account

pytestmark = pytest.mark.django_db

COOKIE = django_settings.SESSION_COOKIE_NAME
MINUTE = timedelta(minutes=1)


def peek(client: PageClient) -> int:
    """Seconds until the session ends, asked without using it; 0 when it is over."""
    response = client.get("/session", headers={"Accept": "application/json"})
    return int(response.json()["seconds"]) if response.status_code == 200 else 0


def use(client: PageClient) -> bool:
    """Open a page; says whether the session let it be seen."""
    return bool(client.get("/session").status_code == 200)


def test_it_lives_half_an_hour_without_use(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    sign_in(client, ada)
    clock.shift(30 * MINUTE)

    assert use(client)


def test_it_ends_within_a_minute_after_half_an_hour(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    sign_in(client, ada)
    clock.shift(31 * MINUTE)

    assert not use(client)
    assert not Session.objects.filter(account=ada).exists()


def test_it_ends_twelve_hours_after_the_log_in_however_busy(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    sign_in(client, ada)
    for _ in range(12 * 60 // 20 - 1):
        clock.shift(20 * MINUTE)
        assert use(client)
    clock.shift(20 * MINUTE - timedelta(seconds=1))
    assert use(client)
    clock.shift(1)

    assert not use(client)


@pytest.mark.once
@given(gaps=st.lists(st.integers(min_value=0, max_value=40 * 60), min_size=1, max_size=12))
@hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_it_never_ends_early_and_never_more_than_a_minute_late(
    ada: Account, sign_in: SignIn, gaps: list[int]
) -> None:
    """However people click, against the rule in its plainest words."""
    client = PageClient()
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, ada)
        for gap in gaps:
            clock.shift(gap)
            alive = use(client)
            if gap <= 30 * 60:
                assert alive
            if gap >= 31 * 60:
                assert not alive
            if not alive:
                break


def test_it_is_really_extended_by_stay_logged_in(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    sign_in(client, ada)
    clock.shift(29 * MINUTE)
    response = client.post("/session", headers={"Accept": "application/json"})
    assert response.json()["seconds"] >= 30 * 60
    clock.shift(29 * MINUTE)

    assert use(client)


def test_it_is_extended_by_a_form_without_javascript(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    sign_in(client, ada)
    clock.shift(29 * MINUTE)
    response = client.post("/session", {"next": "/help"})
    assert (response.status_code, response["Location"]) == (302, "/help")
    clock.shift(29 * MINUTE)

    assert use(client)


def test_it_says_until_when_somebody_stays_logged_in(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    sign_in(client, ada)

    page = client.get("/session").content.decode()

    assert "1 July 2026 at 1:30pm" in page
    assert "2 July 2026 at 1am" in page
    assert "Stay logged in" in page


def test_it_says_when_nothing_can_be_extended_any_more(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    sign_in(client, ada)
    for _ in range(29):
        clock.shift(24 * MINUTE)
        assert use(client)

    page = client.get("/session").content.decode()

    assert "you will then have been logged in for 12 hours" in page
    assert '<form method="post" novalidate>' not in page


def test_it_is_not_used_by_a_script_that_only_asks(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    sign_in(client, ada)
    left = []
    for _ in range(4):
        clock.shift(10 * MINUTE)
        left.append(peek(client))

    assert left == [21 * 60, 11 * 60, 60, 0]


@pytest.mark.parametrize(
    ("idle", "words"),
    [
        (31 * MINUTE, "because you did not use the service for 30 minutes"),
        (timedelta(hours=13), "because you had been logged in for 12 hours"),
    ],
)
def test_it_says_on_the_next_page_why_it_ended(
    client: PageClient,
    ada: Account,
    sign_in: SignIn,
    clock: time_machine.Traveller,
    idle: timedelta,
    words: str,
) -> None:
    sign_in(client, ada)
    clock.shift(idle)

    response = client.get("/profile?tab=1", follow=True)

    assert response.redirect_chain == [("/sign-in?next=%2Fprofile%3Ftab%3D1", 302)]
    page = response.content.decode()
    assert words in page
    assert 'href="/sign-in?next=%2Fprofile%3Ftab%3D1&amp;again=yes"' in page


def test_it_says_that_a_session_is_gone_whose_row_was_cleared(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    sign_in(client, ada)
    clock.shift(timedelta(days=1))
    services.clear_expired_sessions(timezone.now())

    response = client.get("/profile", follow=True)

    assert "because your session ended" in response.content.decode()


def test_it_keeps_the_reason_when_two_requests_meet_the_end(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    """The second finds no row any more; it must not take away the cookie that the first gave."""
    old = sign_in(client, ada).session_key
    clock.shift(31 * MINUTE)
    client.get("/profile")
    given = client.cookies[COOKIE].value
    second = PageClient()
    second.cookies[COOKIE] = old
    assert COOKIE not in second.get("/profile").cookies

    assert given != old
    assert "because you did not use" in client.get("/sign-in").content.decode()


def test_it_records_the_end_once(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    key = sign_in(client, ada).session_key
    clock.shift(31 * MINUTE)
    for _ in range(3):
        client.cookies[COOKIE] = key
        use(client)

    event = Event.objects.get(type="session.expired")
    assert event.subject == ada.public_id
    assert event.data == {"cause": "idle"}


def test_it_believes_no_cookie_but_a_living_row(client: PageClient, ada: Account) -> None:
    for forged in ("", "short", "a" * 32, "a" * 10_000, "\x00" * 32, "'; DROP TABLE x"):
        client.cookies[COOKIE] = forged
        assert not use(client)


def test_it_forgets_a_person_at_once_when_the_row_goes(
    client: PageClient, ada: Account, sign_in: SignIn
) -> None:
    sign_in(client, ada)
    assert use(client)
    Session.objects.filter(account=ada).delete()

    assert not use(client)


def test_it_believes_the_row_not_the_data(
    client: PageClient, ada: Account, sign_in: SignIn
) -> None:
    """The person stands in a column of its own; what a session remembers cannot change it."""
    bea = account("Bea Smith")
    session = sign_in(client, ada)
    store = SessionStore(session.session_key)
    store[sessions.ACCOUNT] = bea.pk
    store.save()

    assert "Ada Jones" in client.get("/session").content.decode()


def test_it_names_no_date_in_the_cookie(client: PageClient, clock: time_machine.Traveller) -> None:
    store = SessionStore()
    store["word"] = "kept"
    store.create()

    assert store.get_expire_at_browser_close()


def test_it_costs_one_query_to_know_who_asks(
    client: PageClient,
    ada: Account,
    sign_in: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sign_in(client, ada)

    with django_assert_num_queries(1):  # the session, joined to its account
        assert use(client)


def test_it_costs_nothing_to_be_a_stranger(
    client: PageClient, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        client.get("/help")


def test_it_writes_once_a_minute_however_many_pages_are_opened(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    sign_in(client, ada)
    clock.shift(MINUTE)
    writes = []
    for _ in range(3):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert use(client)
        writes.append([q["sql"] for q in captured if not q["sql"].startswith("SELECT")])

    assert [len(statements) for statements in writes] == [1, 0, 0]
    written = writes[0][0].partition("WHERE")[0]
    assert written.startswith('UPDATE "accounts_session" SET "last_seen_at" =')
    assert "session_data" not in written


def test_it_writes_data_without_touching_the_times(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    session = sign_in(client, ada)
    stale = SessionStore(session.session_key)
    stale["word"] = "kept"
    clock.shift(10 * MINUTE)
    use(client)
    stale.save()

    row = Session.objects.get(pk=session.pk)
    assert row.last_seen_at == NOON + 10 * MINUTE
    assert row.account == ada
    assert SessionStore(session.session_key)["word"] == "kept"


def test_it_is_not_brought_back_by_a_late_save(ada: Account) -> None:
    store = SessionStore()
    session = store.sign_in(ada)
    late = SessionStore(session.session_key)
    late["word"] = "late"
    store.flush()

    with pytest.raises(UpdateError):
        late.save()
    assert not Session.objects.exists()


def test_it_keeps_nothing_of_one_person_for_the_next(ada: Account) -> None:
    bea = account("Bea Smith")
    store = SessionStore()
    first = store.sign_in(ada)
    store["draft"] = "Ada's"

    second = store.sign_in(bea)

    assert second.account == bea
    assert "draft" not in store
    assert not Session.objects.filter(pk=first.pk).exists()


def test_it_ends_by_a_shorter_setting_at_once(
    client: PageClient,
    ada: Account,
    sign_in: SignIn,
    clock: time_machine.Traveller,
    settings: Settings,
) -> None:
    sign_in(client, ada)
    clock.shift(12 * MINUTE)
    settings.SESSION_IDLE_MINUTES = 10

    assert not use(client)


def test_it_clears_what_nobody_came_back_to(
    client: PageClient, ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    sign_in(PageClient(), ada)
    SessionStore().create()
    clock.shift(timedelta(hours=2))
    living = sign_in(client, ada)

    assert services.clear_expired_sessions(timezone.now()) == 2
    assert services.clear_expired_sessions(timezone.now()) == 0

    assert list(Session.objects.all()) == [living]
    assert Event.objects.filter(type="session.expired", subject=ada.public_id).count() == 1


def test_it_clears_with_as_many_statements_for_many_as_for_few(
    ada: Account, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    counts = []
    for many in (1, 2, 20):  # the first begins the history, which takes two more
        for _ in range(many):
            sign_in(PageClient(), ada)
        clock.shift(timedelta(hours=1))
        with CaptureQueriesContext(connection) as captured:
            assert services.clear_expired_sessions(timezone.now()) == many
        counts.append(len(captured))

    assert counts[1] == counts[2]


def test_it_says_why_a_session_is_over() -> None:
    row = Session(signed_in_at=NOON, last_seen_at=NOON, expire_date=NOON)

    assert sessions.ended(row, NOON + 30 * MINUTE) is None
    assert sessions.ended(row, NOON + 31 * MINUTE) is Ended.IDLE
    assert sessions.ended(row, NOON + timedelta(hours=12)) is Ended.ABSOLUTE


def test_it_sets_a_person_for_every_view_after_it(rf: Any, ada: Account) -> None:
    """Views may ask for ``account`` and ``sign_in`` of any request, a stranger's too."""
    seen: dict[str, object] = {}

    def view(request: HttpRequest) -> HttpResponse:
        seen.update(account=request.account, sign_in=request.sign_in)  # type: ignore[attr-defined]
        return HttpResponse()

    SignedInMiddleware(view)(rf.get("/"))

    assert seen == {"account": None, "sign_in": None}
