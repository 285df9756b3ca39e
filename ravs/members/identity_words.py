"""What a lead administrator is told about a person's account at the identity provider."""

from django.conf import settings

from ravs.accounts.models import IdentityState
from ravs.core.presenters import written_moment
from ravs.members.identity_calls import Sending
from ravs.members.models import Membership


def identity_note(membership: Membership, sending: Sending) -> str:
    """One or two sentences for somebody invited; empty when there is nothing to do."""
    provider = settings.IDENTITY_PROVIDER_NAME
    if not membership.is_invited:
        return ""
    if sending.waits_for_provider:
        return (
            f"{provider} has not answered yet. The invitation is saved. "
            f"The account will be made, and the email sent, when {provider} answers."
        )
    if sending.failed:
        return (
            "The invitation could not be sent. Check the email address and resend the invitation."
        )
    if sending.resend_unsupported:
        helper = settings.IDENTITY_HELP or settings.SUPPORT_CONTACT
        return (
            f"{provider} cannot send a new activation email from here. "
            f"If they need one, they can get it from: {helper}."
        )
    return _activation(membership, provider)


def _activation(membership: Membership, provider: str) -> str:
    account = membership.account
    if account.identity_state != IdentityState.PENDING:
        return ""
    expires = written_moment(account.activation_expires_at)
    until = f" The link in their email works until {expires}." if expires else ""
    return f"When we last asked, they had not activated their {provider} account.{until}"
