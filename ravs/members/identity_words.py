"""What a lead administrator is told about a person's account at the identity provider."""

from collections.abc import Mapping

from django.conf import settings

from ravs.accounts.models import IdentityState
from ravs.core.presenters import written_moment
from ravs.integrations.identity.port import Condition
from ravs.members.identity_calls import Sending
from ravs.members.models import Membership
from ravs.members.next_steps import Here, Step


def identity_note(membership: Membership, sending: Sending) -> str:
    """One or two sentences for somebody invited; empty when there is nothing to do."""
    provider = settings.IDENTITY_PROVIDER_NAME
    if not membership.is_invited:
        return ""
    if sending.waits_for_provider:
        return (
            f"{provider} has not answered yet. The invite is saved. "
            f"The account will be made, and the email sent, when {provider} answers."
        )
    if sending.failed:
        return (
            "The invite could not be sent. Check the email address, "
            "and see why they cannot log in. Then resend the invite."
        )
    if sending.resend_unsupported:
        return (
            f"{provider} cannot send a new activation email from here. "
            f"If they need one, they can get it from: {identity_help()}."
        )
    return _activation(membership, provider)


def _activation(membership: Membership, provider: str) -> str:
    account = membership.account
    if account.identity_state != IdentityState.PENDING:
        return ""
    expires = written_moment(account.activation_expires_at)
    until = f" The link in their email works until {expires}." if expires else ""
    return f"When we last asked, they had not activated their {provider} account.{until}"


def identity_help() -> str:
    """Who helps people with their account at the provider."""
    return str(settings.IDENTITY_HELP or settings.SUPPORT_CONTACT)


HERE: Mapping[Here, str] = {
    Here.INVITED: "{name} is invited to {organisation} and has not logged in yet.",
    Here.ACTIVE: "{name} is active at {organisation}.",
    Here.NOT_STARTED: "{name} can log in at {organisation} from {starts}. That day has not come.",
    Here.OVER: "The last day of {name} at {organisation} was {ends}.",
    Here.DEACTIVATED: "{name} is deactivated at {organisation}.",
    Here.LAPSED: (
        "{name} was deactivated at {organisation}, "
        "because they had not logged in for {lapse_days} days."
    ),
    Here.ENDED: "{name} was deactivated at {organisation} after their end date.",
    Here.INVITATION_LAPSED: (
        "{name} did not log in within {invitation_days} days, "
        "so their invite to {organisation} expired."
    ),
    Here.INVITATION_CANCELLED: "The invite of {name} to {organisation} was cancelled.",
    Here.ORGANISATION_DEACTIVATED: (
        "{name} is invited to {organisation}. The organisation is deactivated, "
        "so nobody can log in there for the first time."
    ),
    Here.ORGANISATION_CLOSED: "{organisation} is closed, so nobody can log in there.",
}
"""How somebody stands with us."""

THERE: Mapping[Condition, str] = {
    Condition.MISSING: "There is no {provider} account with the email address {email}.",
    Condition.WAITING: (
        "They have a {provider} account, but the email to activate it has not been sent yet."
    ),
    Condition.PENDING: "They have not activated their {provider} account yet.",
    Condition.WORKING: "Their {provider} account works.",
    Condition.UNASSIGNED: (
        "Their {provider} account works, but {provider} does not let it into this service."
    ),
    Condition.RECOVERING: (
        "Their {provider} password is being reset. They have not chosen a new one yet."
    ),
    Condition.PASSWORD_EXPIRED: (
        "Their {provider} password is too old, so {provider} asks them for a new one."
    ),
    Condition.LOCKED: (
        "{provider} has locked their account after too many attempts to log in. "
        "Their access here has not changed."
    ),
    Condition.SUSPENDED: (
        "Their {provider} account is suspended. "
        "That can happen when an account is not used for a long time."
    ),
    Condition.CLOSED: "Their {provider} account has been deactivated by the people who run it.",
    Condition.SWITCHED_OFF: "Their {provider} account is switched off.",
    Condition.UNTOLD: "We cannot see how their {provider} account is from here.",
}
"""How their account stands at the provider."""

SILENCE = (
    "{provider} did not answer, so we do not know how their account there is. "
    "Check again in a few minutes."
)

_HELP = (
    "Only the people who look after {provider} accounts can change that. "
    "Ask {first_name} to contact them: {help}."
)

STEPS: Mapping[Step, str] = {
    Step.NOTHING: (
        "Nothing is wrong. Ask {first_name} to log in. If they cannot, ask them what the page says."
    ),
    Step.LOG_IN: (
        "Nothing is wrong. Ask {first_name} to log in with their {provider} account. "
        "That accepts the invite."
    ),
    Step.TRY: (
        "Nothing is wrong at {organisation}. "
        "Ask {first_name} to log in with their {provider} account. "
        "If they cannot, ask them what the page says."
    ),
    Step.ACTIVATE: (
        "Ask {first_name} to follow the link in the email from {provider}. "
        "It may be in their spam or junk folder."
    ),
    Step.RESEND: "Resend the invite. {first_name} will get an email that says what to do.",
    Step.RESEND_LATER: (
        "Ask {first_name} to look for the invite in their spam or junk folder. "
        "If it is not there, you can resend it from {resend_from}."
    ),
    Step.INVITE_ANEW: (
        "The invite has been sent {sends} times, which is as often as it can be. "
        "Cancel it, then add {first_name} again."
    ),
    Step.WAIT: (
        "There is nothing you need to do. {provider} has not answered us yet. "
        "The invite will be sent when it does."
    ),
    Step.REACTIVATE: "Reactivate {first_name} if they need access again.",
    Step.ADD_AGAIN: "Add {first_name} again if they need access.",
    Step.RESET: (
        "Ask {first_name} to choose a new password. The {provider} log in page has a link for that."
    ),
    Step.UNLOCK: (
        "Ask {first_name} to unlock their account, or to reset their password, "
        "on the {provider} log in page. If that does not work, they can contact: {help}."
    ),
    Step.CHANGE_DATES: "Change their start date or end date if they need access now.",
    Step.HELP: _HELP,
    Step.HELP_THEN_RESEND: f"{_HELP} When it is done, come back and resend the invite.",
    Step.HELP_THEN_REACTIVATE: (
        f"{_HELP} When it is done, come back and reactivate {{first_name}}."
    ),
    Step.HELP_THEN_ADD: f"{_HELP} When it is done, come back and add {{first_name}} again.",
    Step.SUPPORT: (
        "Nobody can be invited while the organisation is not open. "
        "If it should be open, contact support: {support}."
    ),
}
"""The one thing to do next."""
