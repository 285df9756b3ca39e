"""Who may ask to be reactivated, and the proof that it is they who ask."""

from uuid import UUID

from django.core import signing

from ravs.members.models import DeactivationReason, Membership

MAY_ASK = frozenset(
    {
        DeactivationReason.INACTIVITY,
        DeactivationReason.PERSON,
        DeactivationReason.SELF,
        DeactivationReason.END_DATE,
    }
)
"""Whoever support deactivated, or whose organisation closed, has nobody here to ask."""

TOKEN_SECONDS = 30 * 60
_SALT = "ravs.members.asking"


def may_ask(membership: Membership) -> bool:
    """Whether this deactivated person can be brought back by an answer from the organisation."""
    organisation = membership.organisation
    if not membership.is_deactivated or not organisation.is_open:
        return False
    if membership.first_login_at is None and organisation.is_deactivated:
        return False  # it would invite them, which an organisation in its wind-down may not
    return membership.deactivated_reason in MAY_ASK


def token_for(membership: Membership) -> str:
    """For somebody whom the provider has just proved, and whom we let in nowhere: good for
    asking about this one membership, for half an hour, and for nothing else."""
    names = [membership.account.public_id.hex, membership.public_id.hex]
    return signing.dumps(names, salt=_SALT)


def opened(token: str) -> tuple[UUID, UUID] | None:
    """The account and the membership that a token stands for; nothing when it is not good."""
    try:
        account, membership = signing.loads(token, salt=_SALT, max_age=TOKEN_SECONDS)
        return UUID(account), UUID(membership)
    except (signing.BadSignature, ValueError, TypeError):
        return None
