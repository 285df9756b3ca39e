"""The library's own rules for storages, and the edges of ours."""

from typing import Any

import pytest
from scim2_models import NotFoundException, PreconditionFailedException, UniquenessException

from ravs_identity.models import Person
from ravs_identity.scim.resources import PROVIDER, Activation, User
from ravs_identity.scim.storage import PeopleStorage

TYPE = PROVIDER.resource_types[0]


@pytest.fixture
def storage(db: None) -> PeopleStorage:
    return PeopleStorage()


def jo(**more: Any) -> Any:
    return User[Activation](user_name="jo.li@trust.nhs.uk", **more)


def test_what_it_gives_is_a_copy(storage: PeopleStorage) -> None:
    given = jo(external_id="0198")
    made: Any = storage.create(TYPE, given)
    assert given.id is None
    made.external_id = "changed"
    assert storage.get(TYPE, made.id).external_id == "0198"


def test_it_says_when_and_in_which_version(storage: PeopleStorage) -> None:
    made: Any = storage.create(TYPE, jo())
    assert made.meta.resource_type == "User"
    assert made.meta.created <= made.meta.last_modified
    assert made.meta.location is None, "the server knows the addresses"
    assert storage.get(TYPE, made.id).meta.version == made.meta.version
    made.active = False
    changed: Any = storage.update(TYPE, made)
    assert changed.meta.version != made.meta.version
    assert changed.meta.created == made.meta.created


def test_a_taken_address_leaves_nothing_behind(storage: PeopleStorage) -> None:
    storage.create(TYPE, jo())
    with pytest.raises(UniquenessException):
        storage.create(TYPE, jo())
    assert Person.objects.count() == 1


def test_an_older_version_changes_nothing(storage: PeopleStorage) -> None:
    made: Any = storage.create(TYPE, jo())
    made.active = False
    with pytest.raises(PreconditionFailedException):
        storage.update(TYPE, made, expected_version='W/"0"')
    assert Person.objects.get().is_active


def test_nobody_is_nobody(storage: PeopleStorage) -> None:
    for key in ("", "1", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(NotFoundException):
            storage.get(TYPE, key)
    with pytest.raises(NotFoundException):
        storage.update(TYPE, jo(id="1"))


def test_somebody_may_be_added_already_switched_off(storage: PeopleStorage) -> None:
    made: Any = storage.create(TYPE, jo(active=False))
    assert made.active is False
    assert not Person.objects.get().is_active
