"""People of this provider as the resources of a SCIM server."""

import unicodedata
from contextlib import AbstractContextManager
from typing import Any, cast
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from scim2_models import (
    InvalidFilterException,
    InvalidValueException,
    Meta,
    NotFoundException,
    NotImplementedException,
    PreconditionFailedException,
    Resource,
    ResourceType,
    ResponseParameters,
    SearchRequest,
    UniquenessException,
)
from scim2_models.path import CompareOperator, Comparison
from scim2_server.storage import ScimStorage, SearchPage

from ravs_identity import services
from ravs_identity.addresses import BadAddress, normalise
from ravs_identity.models import LONGEST_NAME, Person
from ravs_identity.scim.resources import Activation, ActivationState, Email, Name, User

LONGEST_EXTERNAL_ID = 200
NOBODY = UUID(int=0)
FAR_BEYOND = 1_000_000_000
"""More people than there are, and fewer than a database can count past."""


class PeopleStorage(ScimStorage):
    """Reads and writes through the verbs of this provider; a new person is mailed a link."""

    def operation(self) -> AbstractContextManager[None]:
        return transaction.atomic()

    def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,
    ) -> Resource[Any]:
        return to_resource(_person(resource_id))

    def search(
        self,
        resource_types: list[ResourceType],
        search_request: SearchRequest[Any],
        *,
        position: Any = None,
    ) -> SearchPage:
        found = _matching(search_request)
        start = min(search_request.start_index_0 or 0, FAR_BEYOND)
        count = search_request.count
        page = found[start:] if count is None else found[start : start + count]
        return SearchPage(found.count(), [to_resource(person) for person in page])

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        given = cast("User[Any]", resource)
        try:
            person = services.create_person(
                email=_address(given.user_name),
                external_id=_external_id(given),
                **_names(given),
            )
        except services.AddressTaken as taken:
            raise UniquenessException(detail="userName is taken") from taken
        if given.active is False:
            person = self._write(person, given)
        return to_resource(person)

    def update(
        self,
        resource_type: ResourceType,
        resource: Resource[Any],
        *,
        expected_version: str | None = None,
    ) -> Resource[Any]:
        given = cast("User[Any]", resource)
        person = _person(str(given.id))
        if expected_version is not None and version_of(person) != expected_version:
            raise PreconditionFailedException
        if _address(given.user_name) != person.email:
            raise InvalidValueException(detail="userName cannot be changed")
        person = self._write(person, given)
        activation = given[Activation]
        if activation is not None and activation.resend:
            services.send_activation(person=person)
            person.refresh_from_db()
        return to_resource(person)

    def delete(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        expected_version: str | None = None,
    ) -> None:
        raise NotImplementedException(detail="People are not deleted: set active to false")

    def _write(self, person: Person, given: User[Any]) -> Person:
        return services.update_person(
            person=person,
            external_id=_external_id(given),
            is_active=given.active is not False,
            **_names(given),
        )


def _person(resource_id: str) -> Person:
    """The person, their row held until the operation is over, so that a change is whole."""
    rows = Person.objects.all()
    if connection.in_atomic_block:
        rows = rows.select_for_update()
    person = rows.filter(pk=_uuid(resource_id)).first()
    if person is None:
        raise NotFoundException(detail="No such person")
    return person


def _matching(search_request: SearchRequest[Any]) -> QuerySet[Person]:
    """``userName``, ``externalId`` or ``id`` compared with ``eq``; anything else is refused."""
    people = Person.objects.order_by("created_at", "pk")
    if search_request.filter is None:
        return people
    node = search_request.filter.ast
    if (
        not isinstance(node, Comparison)
        or node.op is not CompareOperator.eq
        or not isinstance(node.value, str)
        or node.attr_path.sub_attr
        or (node.attr_path.uri or User.__schema__).casefold() != User.__schema__.casefold()
    ):
        raise InvalidFilterException(detail=FILTERS)
    attribute = node.attr_path.attr.casefold()
    if attribute == "username":
        return people.filter(email=_or_nobody(node.value))
    if attribute == "externalid":
        wanted = _plain(node.value, LONGEST_EXTERNAL_ID)
        return people.filter(external_id=wanted).exclude(external_id="")
    if attribute == "id":
        return people.filter(pk=_uuid(node.value))
    raise InvalidFilterException(detail=FILTERS)


FILTERS = "Only userName, externalId or id can be searched for, with eq"


def _or_nobody(address: str) -> str:
    try:
        return normalise(address)
    except BadAddress:
        return ""


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return NOBODY


def _address(text: str | None) -> str:
    try:
        return normalise(text or "")
    except BadAddress as bad:
        raise InvalidValueException(detail="userName must be an e-mail address") from bad


def _names(given: User[Any]) -> dict[str, str]:
    name = given.name
    return {
        "first_name": _plain(name.given_name if name else None, LONGEST_NAME),
        "last_name": _plain(name.family_name if name else None, LONGEST_NAME),
    }


def _external_id(given: User[Any]) -> str:
    return _plain(given.external_id, LONGEST_EXTERNAL_ID)


def _plain(text: str | None, longest: int) -> str:
    """One line of text that fits: names are read out in e-mails and pages."""
    text = (text or "").strip()
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise InvalidValueException(detail="Control characters are not allowed")
    if len(text) > longest:
        raise InvalidValueException(detail=f"At most {longest} characters are allowed")
    return text


def version_of(person: Person) -> str:
    return f'W/"{person.revision}"'


def to_resource(person: Person) -> Resource[Any]:
    """A person as the directory sees them."""
    resource = User[Activation](
        id=str(person.pk),
        external_id=person.external_id or None,
        user_name=person.email,
        name=Name(
            given_name=person.first_name or None,
            family_name=person.last_name or None,
            formatted=person.get_full_name() or None,
        ),
        active=person.is_active,
        emails=[Email(value=person.email, primary=True)],
        meta=Meta(
            resource_type="User",
            created=person.created_at,
            last_modified=person.changed_at,
            version=version_of(person),
        ),
    )
    resource[Activation] = Activation(
        state=ActivationState.ACTIVE if person.is_activated else ActivationState.PENDING,
        expires=services.activation_expiry(person),
    )
    return resource
