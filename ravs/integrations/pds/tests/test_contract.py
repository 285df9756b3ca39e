"""Every directory of patients against the one contract."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone

from ravs.integrations.pds.local import LocalDirectory
from ravs.integrations.pds.models import FormerNumber, Outage, Person
from ravs.integrations.pds.tests.contract import DirectoryContract, Registered


class LocalWorld:
    def directory(self) -> LocalDirectory:
        return LocalDirectory()

    def register(self, people: Iterable[Registered]) -> None:
        for one in people:
            Person.write([_row(one)])
            for number in one.former:
                FormerNumber.objects.create(nhs_number=number, person_id=one.person.nhs_number)

    @contextmanager
    def silence(self) -> Iterator[None]:
        Outage.objects.create(since=timezone.now())
        yield
        Outage.objects.all().delete()


def _row(one: Registered) -> Person:
    person = one.person
    return Person(
        nhs_number=person.nhs_number,
        given_name=person.given_name,
        family_name=person.family_name,
        birth_date=person.birth_date,
        gender=person.gender,
        address=person.address,
        postcode=person.postcode,
        gp_ods=person.practice.ods if person.practice else "",
        gp_name=person.practice.name if person.practice else "",
        died_on=person.died_on,
        sensitive=person.sensitive,
    )


@pytest.mark.django_db
class TestLocalDirectory(DirectoryContract):
    @pytest.fixture
    def world(self) -> LocalWorld:
        return LocalWorld()
