"""Signing in against honest providers: who gets in, as whom, and with what session."""

import json
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings as django_settings
from pytest_django import DjangoAssertNumQueries, Settings

from ravs.accounts.models import Account, Identity, Session
from ravs.accounts.oidc import discovery
from ravs.audit.models import Event
from ravs.members.models import LevelSnapshot
from tests.oidc.browser import Browser, query_of
from tests.oidc.provider import GONE, MAKERS, Person, Provider, key
from tests.people import account as make_account
from tests.people import member, organisation

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_it_signs_in_somebody_whose_address_is_known(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    response = visitor.sign_in("/o/RW3/users")

    assert response.status_code == 302
    assert response["Location"] == "/o/RW3/users"
    assert visitor.is_signed_in()
    assert list(Identity.objects.values_list("account", "issuer", "subject")) == [
        (ada.pk, provider.issuer, "subject-of-ada")
    ]


@pytest.mark.parametrize("algorithm", MAKERS)
def test_it_believes_every_allowed_algorithm(
    visitor: Browser, ada: Account, provider: Provider, algorithm: str
) -> None:
    provider.script.algorithm = algorithm

    assert visitor.sign_in().status_code == 302
    assert visitor.is_signed_in()


def test_it_asks_for_no_more_than_it_needs(visitor: Browser, ada: Account) -> None:
    asked = query_of(visitor.go_away())

    assert asked["scope"] == "openid email"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "https://ravs.test/sign-in/callback"
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43
    assert "prompt" not in asked


def test_it_takes_the_address_from_userinfo_when_the_token_has_none(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    provider.script.email_in_token = False

    assert visitor.sign_in().status_code == 302
    assert provider.asked["userinfo"] == 1


def test_it_does_not_ask_userinfo_when_the_token_says_enough(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    visitor.sign_in()

    assert provider.asked["userinfo"] == 0


def test_it_finds_the_account_in_whatever_case_the_provider_writes(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    provider.script.person = Person(email="ADA.Jones@RW3.NHS.UK")

    assert visitor.sign_in().status_code == 302


def test_it_trusts_an_issuer_that_owns_its_addresses_when_told_to(
    visitor: Browser, ada: Account, provider: Provider, settings: Settings
) -> None:
    provider.script.claims = {"email_verified": GONE}
    settings.OIDC_TRUST_EMAIL = True

    assert visitor.sign_in().status_code == 302


def test_it_keeps_to_the_subject_when_the_address_changes_at_the_provider(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    visitor.sign_in()
    other = make_account("Bea Jones", "bea.jones@rw3.nhs.uk")
    provider.script.person = Person(email=other.email)
    again = Browser(provider)

    again.sign_in()

    assert Session.objects.filter(account=ada).count() == 2
    assert not Session.objects.filter(account=other).exists()
    assert Identity.objects.get().account == ada


@pytest.mark.parametrize(
    "methods",
    [
        ["client_secret_basic"],
        ["client_secret_post"],
        ["private_key_jwt", "client_secret_post"],
        GONE,
    ],
)
def test_it_proves_itself_as_the_provider_wants(
    visitor: Browser, ada: Account, provider: Provider, methods: object
) -> None:
    provider.script.discovery = {"token_endpoint_auth_methods_supported": methods}

    assert visitor.sign_in().status_code == 302


@pytest.mark.parametrize("audience", ["ravs", ["ravs"]])
def test_it_accepts_an_audience_as_text_and_as_a_list(
    visitor: Browser, ada: Account, provider: Provider, audience: object
) -> None:
    provider.script.claims = {"aud": audience}

    assert visitor.sign_in().status_code == 302


def test_it_accepts_several_audiences_when_the_token_was_made_for_us(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    provider.script.claims = {"aud": ["somebody", "ravs"], "azp": "ravs"}

    assert visitor.sign_in().status_code == 302


@pytest.mark.parametrize("skew", [-59, 59])
def test_it_forgives_a_minute_between_the_clocks(
    visitor: Browser, ada: Account, provider: Provider, skew: int
) -> None:
    with time_machine.travel("2026-07-01T12:00:00Z", tick=False):
        url = visitor.go_away()
        now = 1782907200
        provider.script.claims = {"iat": now + skew, "nbf": now + skew, "exp": now + skew + 60}

        assert visitor.come_back(url).status_code == 302


def test_it_accepts_a_token_up_to_a_minute_after_its_end(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    with time_machine.travel("2026-07-01T12:00:00Z", tick=False):
        url = visitor.go_away()
        provider.script.claims = {"exp": 1782907200 - 59}

        assert visitor.come_back(url).status_code == 302


def test_it_finds_new_keys_when_the_provider_has_changed_them(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    visitor.sign_in()
    assert provider.asked["jwks"] == 1
    provider.script.signing_key = key("RS256", "next-years-key")

    assert Browser(provider).sign_in().status_code == 302
    assert provider.asked["jwks"] == 2


def test_it_needs_no_key_id_when_only_one_key_fits(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    provider.script.published = [key("RS256"), key("ES256")]
    provider.script.header = {"kid": GONE}

    assert visitor.sign_in().status_code == 302


def test_it_passes_over_keys_that_it_does_not_understand(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    good = key("RS256").as_dict(private=False)
    strange = [{"kty": "AKP", "kid": "q"}, {"kty": "RSA", "kid": "broken", "n": "!"}, "nonsense"]
    provider.script.body = {"jwks": json.dumps({"keys": [*strange, good]})}

    assert visitor.sign_in().status_code == 302


def test_it_reads_keys_once_an_hour(visitor: Browser, ada: Account, provider: Provider) -> None:
    with time_machine.travel("2026-07-01T12:00:00Z", tick=False) as clock:
        visitor.sign_in()
        clock.shift(3599)
        Browser(provider).sign_in()
        assert provider.asked["jwks"] == 1

        clock.shift(2)
        Browser(provider).sign_in()

    assert provider.asked["jwks"] == 2


def test_it_asks_whether_the_provider_answers_once_in_a_few_seconds(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    with time_machine.travel("2026-07-01T12:00:00Z", tick=False) as clock:
        visitor.sign_in()
        clock.shift(discovery.SURE_SECONDS - 1)
        Browser(provider).sign_in()
        assert provider.asked["discovery"] == 1

        clock.shift(2)
        Browser(provider).sign_in()

    assert provider.asked["discovery"] == 2


def test_it_lets_people_back_in_by_what_it_read_within_the_hour(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    with time_machine.travel("2026-07-01T12:00:00Z", tick=False) as clock:
        url = visitor.go_away()
        clock.shift(discovery.SURE_SECONDS + 1)
        provider.script.status = {"discovery": 500}

        assert visitor.come_back(url).status_code == 302


def test_it_changes_the_session_key_and_kills_the_old_one(visitor: Browser, ada: Account) -> None:
    visitor.go_away()
    name = django_settings.SESSION_COOKIE_NAME
    planted = visitor.client.cookies[name].value

    visitor.sign_in()

    fresh = visitor.client.cookies[name].value
    assert fresh != planted
    assert len(fresh) == 32
    assert not Session.objects.filter(pk=planted).exists()
    visitor.client.cookies[name] = planted
    assert not visitor.is_signed_in()


def test_it_lets_several_tabs_sign_in_at_once(visitor: Browser, ada: Account) -> None:
    first, second, third = (visitor.go_away(f"/tab/{number}") for number in (1, 2, 3))

    for url, path in ((second, "/tab/2"), (first, "/tab/1"), (third, "/tab/3")):
        assert visitor.come_back(url)["Location"] == path
    assert Session.objects.filter(account=ada).count() == 1


def test_it_forgets_the_oldest_of_many_tabs(visitor: Browser, ada: Account) -> None:
    urls = [visitor.go_away() for _ in range(6)]

    assert visitor.come_back(urls[0]).status_code == 400
    assert visitor.come_back(urls[1]).status_code == 302


def test_it_goes_through_the_provider_again_when_asked_to(visitor: Browser, ada: Account) -> None:
    visitor.sign_in()
    before = Session.objects.get(account=ada).pk

    response = visitor.come_back(visitor.go_away("/o/RW3/users", again="yes"))

    assert response["Location"] == "/o/RW3/users"
    assert Session.objects.get(account=ada).pk != before


def test_it_sends_somebody_who_is_signed_in_straight_on(visitor: Browser, ada: Account) -> None:
    visitor.sign_in()

    assert visitor.get("/sign-in?next=/o/RW3/users")["Location"] == "/o/RW3/users"
    assert visitor.get("/sign-in")["Location"] == "/"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "///evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\tevil",
        "o/RW3/users",
        "/sign-in?next=/",
        "/sign-out",
        "/" + "a" * 2001,
    ],
)
def test_it_leads_nowhere_but_to_its_own_pages(visitor: Browser, ada: Account, path: str) -> None:
    assert visitor.sign_in(path)["Location"] == "/"


def test_it_records_that_an_identity_was_bound_and_leaves_the_rest_to_the_door(
    visitor: Browser, ada: Account
) -> None:
    visitor.sign_in()

    events = list(Event.objects.order_by("seq").values_list("type", "actor", "subject"))
    assert events == [("identity.bound", ada.public_id, ada.public_id)]


def test_whoever_was_signed_in_here_before_is_signed_out(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    visitor.sign_in()
    bea = make_account("Bea Jones", "bea.jones@rw3.nhs.uk")
    provider.script.person = Person(email=bea.email, subject="bea")
    visitor.come_back(visitor.go_away(again="yes"))

    out = Event.objects.filter(type="sign_in.signed_out")
    assert list(out.values_list("actor", flat=True)) == [ada.public_id]


def test_it_logs_out_here_and_at_the_provider(
    visitor: Browser, ada: Account, provider: Provider, settings: Settings
) -> None:
    visitor.sign_in()
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"form-action": ["'self'", provider.issuer]}}

    response = visitor.post("/sign-out")

    assert response.status_code == 302
    away = urlsplit(response["Location"])
    asked = query_of(response["Location"])
    assert f"{away.scheme}://{away.netloc}{away.path}" == f"{provider.issuer}/logout"
    assert asked["post_logout_redirect_uri"] == "https://ravs.test/"
    assert asked["client_id"] == "ravs"
    assert asked["id_token_hint"].count(".") == 2
    assert not visitor.is_signed_in()
    assert not Session.objects.filter(account=ada).exists()
    assert Event.objects.filter(type="sign_in.signed_out", actor=ada.public_id).count() == 1


def test_it_leads_on_by_a_page_where_the_browser_would_stop_a_redirect(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    visitor.sign_in()

    response = visitor.post("/sign-out")

    assert response.status_code == 200
    assert f'<meta http-equiv="refresh" content="0; url={provider.issuer}/logout?' in (
        response.content.decode()
    )
    assert not visitor.is_signed_in()


def test_it_logs_out_even_when_the_provider_offers_no_log_out(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    provider.script.discovery = {"end_session_endpoint": GONE}
    visitor.sign_in()

    assert visitor.post("/sign-out")["Location"] == "/"
    assert not visitor.is_signed_in()


def test_it_logs_out_here_and_says_so_while_the_provider_is_down(
    visitor: Browser, ada: Account, provider: Provider
) -> None:
    with time_machine.travel("2026-07-01T12:00:00Z", tick=False) as clock:
        visitor.sign_in()
        clock.shift(discovery.SURE_SECONDS)
        provider.script.status = {"discovery": 500}

        response = visitor.post("/sign-out")

        assert response["Location"] == "/"
        assert "you may still be logged in to Okta" in visitor.get("/").content.decode()
        assert not visitor.is_signed_in()


def test_it_asks_before_logging_out_by_a_link(visitor: Browser, ada: Account) -> None:
    visitor.sign_in()

    response = visitor.get("/sign-out")

    assert "Do you want to log out?" in response.content.decode()
    assert visitor.is_signed_in()


def test_it_lets_the_room_above_refuse_and_still_log_out_at_the_provider(
    visitor: Browser, ada: Account, settings: Settings, provider: Provider
) -> None:
    settings.ENTRY = "tests.oidc.entry.ShutDoor"

    assert visitor.sign_in().status_code == 403
    assert not visitor.is_signed_in()
    assert not Session.objects.filter(account=ada).exists()
    assert "id_token_hint=" in visitor.post("/sign-out").content.decode()


def test_it_hands_over_to_the_room_that_knows_organisations(
    visitor: Browser, ada: Account, settings: Settings
) -> None:
    """With the real entry: in, and after a reduction through the provider again, without a loop."""
    settings.ENTRY = "ravs.members.entry.door.Entry"
    member(organisation("RR8"), ada)

    response = visitor.sign_in("/o/RR8")
    assert response["Location"] == "/o/RR8"
    assert visitor.get("/o/RR8").status_code == 200

    LevelSnapshot.objects.all().delete()  # as a lowered level does
    response = visitor.get("/o/RR8")
    assert response["Location"] == "/sign-in?next=%2Fo%2FRR8&again=yes"
    away = visitor.get(response["Location"])["Location"]
    assert visitor.come_back(away)["Location"] == "/o/RR8"
    assert visitor.get("/o/RR8").status_code == 200


def test_it_reads_session_and_account_by_one_query(
    visitor: Browser, ada: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    visitor.sign_in()

    with django_assert_num_queries(1):  # the session joined to its account
        assert visitor.is_signed_in()
