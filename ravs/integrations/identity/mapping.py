"""Between SCIM's words (RFC 7643) and ours. Nothing here makes a call.

Only what we send or read is described, and all of it as optional: a provider's records hold much
more, and it need not follow the letter of the standard in parts that are none of our business.
"""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from scim2_models import (
    URN,
    CaseExact,
    ComplexAttribute,
    Extension,
    Mutability,
    PatchOp,
    PatchOperation,
    Path,
    Resource,
    Returned,
    ScimFilter,
    ScimPolicy,
    ScimProvider,
    SearchRequest,
)
from scim2_models.resources.resource import AnyExtension
from scim2_models.resources.resource_type import ResourceType

from ravs.integrations.identity.port import (
    AccountStatus,
    ActivationState,
    Condition,
    Ensured,
    Found,
)

ACTIVATION = "urn:ravs:params:scim:schemas:extension:activation:2.0:User"


class Name(ComplexAttribute):
    given_name: str | None = None
    family_name: str | None = None
    formatted: str | None = None


class Email(ComplexAttribute):
    value: str | None = None
    type: str | None = None
    primary: bool | None = None


class Activation(Extension):
    """Our provider's extension; other providers know nothing of it."""

    __schema__ = URN(ACTIVATION)

    state: Annotated[str | None, Mutability.read_only, CaseExact.true] = None
    expires: Annotated[datetime | None, Mutability.read_only] = None
    resend: Annotated[bool | None, Mutability.write_only, Returned.never] = None


class User(Resource[AnyExtension]):
    """A person, as little of them as we need."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: str | None = None
    name: Name | None = None
    display_name: str | None = None
    emails: list[Email] | None = None
    active: bool | None = None


Record = User[Activation]

PROVIDER = ScimProvider(
    models=[User, Activation],
    resource_types=[ResourceType.from_resource(Record)],
    policy=ScimPolicy(unknown=ScimPolicy.Unknown.ignore),
)


def search(email: str) -> SearchRequest[Record]:
    """The question for one address, which stays a value whatever it contains."""
    question = ScimFilter[Record](f"userName eq {ScimFilter.quote(email)}")
    return SearchRequest[Record](filter=question)


def person(*, email: str, first_name: str, last_name: str, external_id: UUID) -> Record:
    """A new account as the provider is asked to make it."""
    full_name = f"{first_name} {last_name}".strip()
    return Record(
        external_id=str(external_id),
        user_name=email,
        name=Name(given_name=first_name, family_name=last_name, formatted=full_name),
        display_name=full_name,
        emails=[Email(value=email, type="work", primary=True)],
        active=True,
    )


def replacing(path: str, value: bool) -> PatchOp[Record]:
    """A change of one attribute."""
    operation = PatchOperation[Record](
        op=PatchOperation.Op.replace_, path=Path[Record](path), value=value
    )
    return PatchOp[Record](Operations=[operation])


def is_at(record: Record, email: str) -> bool:
    """Whether a record answers our question: some providers do not filter, and send everybody."""
    return (record.user_name or "").casefold() == email.casefold()


def is_ours(record: Record, external_id: UUID) -> bool:
    return record.external_id == str(external_id)


def tells_activation(record: Record) -> bool:
    """Whether this provider says who has activated their account."""
    return activation(record).state in {"pending", "active"}


def activation(record: Record) -> Activation:
    said: Activation | None = record[Activation]
    return said or Activation()


def ensured(record: Record, external_id: UUID) -> Ensured:
    """What finding ``record`` means for the person who is being added."""
    said = activation(record)
    if said.state == "active":
        return Ensured(Found.EXISTING)
    if is_ours(record, external_id):
        return Ensured(Found.NEW, _aware(said.expires))
    if said.state == "pending":
        return Ensured(Found.PENDING, _aware(said.expires))
    return Ensured(Found.EXISTING)


def status(record: Record | None) -> AccountStatus:
    """What a look-up tells. An account that is switched off is neither here nor there.

    A provider without our extension does not tell who has activated, so an account there counts
    as one to log in with, and its condition stays untold.
    """
    if record is None:
        return AccountStatus.of(Condition.MISSING)
    if record.active is False:
        return AccountStatus.of(Condition.SWITCHED_OFF)
    said = activation(record)
    if said.state == "pending":
        return AccountStatus.of(Condition.PENDING, _aware(said.expires))
    if said.state == "active":
        return AccountStatus.of(Condition.WORKING)
    return AccountStatus(ActivationState.ACTIVE)


def _aware(moment: datetime | None) -> datetime | None:
    """SCIM dates carry a zone (RFC 7643, 2.3.5); one without is read as UTC."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
