"""The request as views of this room receive it, behind their doors."""

from collections.abc import Callable, Sequence

from ravs.accounts.models import Account, Session
from ravs.accounts.visitors import Visit
from ravs.members.entry.presenters import Helper
from ravs.members.models import Level, Membership
from ravs.organisations.models import Organisation


class SignedInRequest(Visit):
    """Behind ``Access.SIGNED_IN``: ``accounts`` has set who is asking."""

    account: Account
    sign_in: Session


class MemberRequest(SignedInRequest):
    """Behind a permission: the middleware has set where, and what the person may do there."""

    membership: Membership
    organisation: Organisation
    level: Level
    permissions: frozenset[str]
    has_several_organisations: bool
    whom_to_ask: Callable[[], Sequence[Helper]]
