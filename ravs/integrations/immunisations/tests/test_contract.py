"""Every store of immunisations against the one contract."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import pytest
from django.utils import timezone

from ravs.integrations.immunisations.local import LocalHistory
from ravs.integrations.immunisations.models import Given, Outage
from ravs.integrations.immunisations.port import GivenElsewhere
from ravs.integrations.immunisations.tests.contract import HistoryContract


class LocalWorld:
    def history(self) -> LocalHistory:
        return LocalHistory()

    def holds(self, nhs_number: str, doses: Iterable[GivenElsewhere]) -> None:
        for dose in doses:
            Given.objects.create(nhs_number=nhs_number, **asdict(dose))

    @contextmanager
    def silence(self) -> Iterator[None]:
        Outage.objects.create(since=timezone.now())
        yield
        Outage.objects.all().delete()


@pytest.mark.django_db
class TestLocalHistory(HistoryContract):
    @pytest.fixture
    def world(self) -> LocalWorld:
        return LocalWorld()
