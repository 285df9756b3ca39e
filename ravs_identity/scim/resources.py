"""What a directory may know and change about a person here, in SCIM's words (RFC 7643).

Less than SCIM could say: a person is an address, a name and whether they may sign in. Whatever
else a client sends is ignored, and discovery tells the truth about that.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from scim2_models import (
    URN,
    AnyExtension,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Extension,
    Filter,
    Mutability,
    Patch,
    Required,
    Resource,
    ResourceType,
    Returned,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

MOST_RESULTS = 100


class Name(ComplexAttribute):
    """What a person is called."""

    given_name: str | None = None
    family_name: str | None = None
    formatted: Annotated[str | None, Mutability.read_only] = None


class Email(ComplexAttribute):
    """The one address, which is the user name."""

    value: str | None = None
    primary: bool | None = None


class User(Resource[AnyExtension]):
    """A person who may sign in, or may once they are activated."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[
        str | None, Required.true, Mutability.immutable, Uniqueness.server, CaseExact.false
    ] = None
    """The e-mail address. It cannot be changed: another address is another proof."""

    name: Name | None = None
    active: bool | None = None
    emails: Annotated[list[Email] | None, Mutability.read_only] = None


class ActivationState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"


class Activation(Extension):
    """How far a person has come with activating the account."""

    __schema__ = URN("urn:ravs:params:scim:schemas:extension:activation:2.0:User")

    state: Annotated[ActivationState | None, Mutability.read_only] = None
    """``pending`` until the person has chosen a password, then ``active``."""

    expires: Annotated[datetime | None, Mutability.read_only] = None
    """When the link of the last activation e-mail stops working; absent once active."""

    resend: Annotated[bool | None, Mutability.write_only, Returned.never] = None
    """Set to true to send the activation e-mail again, with a fresh link."""


CONFIG = ServiceProviderConfig(
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=MOST_RESULTS),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=False),
    etag=ETag(supported=True),
    authentication_schemes=[
        AuthenticationScheme(
            type=AuthenticationScheme.Type.oauthbearertoken,
            name="Bearer token",
            description="The token that the operator shares with the service.",
        )
    ],
)

PROVIDER = ScimProvider(
    models=[User, Activation],
    resource_types=[ResourceType.from_resource(User[Activation])],
    config=CONFIG,
    policy=ScimPolicy(unknown=ScimPolicy.Unknown.ignore),
)
