"""The paper form: the questions of the pages, also when the database is away."""

from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory

from ravs.core.tests.test_views import words
from ravs.core.views import server_error, too_many_requests
from ravs.vaccinations.recording.paper import QUESTIONS
from ravs.vaccinations.recording.steps import STEPS
from tests import vaccines
from tests.clients import PageClient

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_it_asks_what_the_steps_ask() -> None:
    assert list(QUESTIONS) == [step.slug for step in STEPS]


def test_anybody_can_print_it_with_the_answers_of_the_catalogue(client: PageClient) -> None:
    vaccines.catalogue()
    page = words(client.page("vaccinations:paper-form"))
    asked_for = (
        "NHS number",
        "Batch number",
        "Court appointed deputy",
        "Left thigh",
        "COVID-19",
        "care home",
        "Who took the consent?",
    )
    for asked in asked_for:
        assert asked in page


def test_it_comes_without_a_database(
    client: PageClient, catalogue_changes: Callable[[], None]
) -> None:
    """With the answers that this process read last, or with lines to write on."""

    def away(*_args: object) -> None:
        raise OperationalError

    with connection.execute_wrapper(away):
        page = words(client.page("vaccinations:paper-form"))
    assert "Batch number" in page
    assert "Court appointed deputy" not in page
    client.page("vaccinations:paper-form")
    with connection.execute_wrapper(away):
        assert "Court appointed deputy" in words(client.page("vaccinations:paper-form"))


@pytest.mark.parametrize("away", [True, False])
def test_every_page_of_a_failure_leads_to_it(rf: RequestFactory, away: bool) -> None:
    request = rf.get("/")
    with patch("sys.exc_info", return_value=(None, OperationalError() if away else None, None)):
        page = server_error(request).content.decode()
    assert 'href="/paper-form"' in page
    assert 'href="/paper-form"' in too_many_requests(request).content.decode()
