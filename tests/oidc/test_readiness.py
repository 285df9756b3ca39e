"""What ``/readyz`` tells of the provider: how it answered last, asked now and then."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from ravs.accounts import readiness
from tests.oidc.provider import Provider


@pytest.fixture(autouse=True)
def nothing_heard() -> Iterator[None]:
    readiness.forget()
    yield
    readiness.forget()


def test_it_is_well_when_the_provider_answers(settings: Settings) -> None:
    with Provider() as provider:
        settings.OIDC_ISSUER = provider.issuer
        assert readiness.report() == {"state": "ok"}


def test_it_is_away_when_nobody_answers(settings: Settings) -> None:
    settings.OIDC_ISSUER = "http://localhost:9"
    assert readiness.report() == {"state": "away"}


def test_it_is_another_when_it_calls_itself_otherwise(settings: Settings) -> None:
    with Provider() as provider:
        settings.OIDC_ISSUER = f"{provider.issuer}/"
        assert readiness.report() == {"state": "another issuer"}


def test_it_does_not_ask_again_for_every_prober(settings: Settings) -> None:
    with Provider() as provider:
        settings.OIDC_ISSUER = provider.issuer
        assert readiness.report() == {"state": "ok"}
    assert readiness.report() == {"state": "ok"}
    readiness.forget()
    assert readiness.report() == {"state": "away"}
