"""Signing in from end to end: away to the provider, and back with a proof or a refusal."""

from ravs.accounts import services
from ravs.accounts.models import Account
from ravs.accounts.oidc import attempts, client
from ravs.accounts.refusals import StartAgain
from ravs.accounts.visitors import Visit


def start(request: Visit, next_path: str) -> str:
    """Where to send the browser. After a time-out the provider is asked to make sure anew who
    sits there: its own session may outlive ours. Raises ``ProviderDown``."""
    anew = was_ended(request) != ""
    attempt = attempts.begin(request.session, next_path=next_path, anew=anew)
    return client.authorisation_url(attempt)


def finish(request: Visit) -> tuple[Account, str]:
    """Sign in whoever the provider vouches for; says who, and where they were going.

    Raises a ``SignInRefused``.
    """
    attempt = attempts.take(request.session, request.GET.get("state", ""))
    if attempt is None:
        raise StartAgain("The answer belongs to no attempt that is under way here.")
    proved = client.proved(attempt, request.GET.dict())
    request.session[services.ID_TOKEN] = proved.id_token
    account = services.account_of(issuer=proved.issuer, subject=proved.subject, email=proved.email)
    services.begin_session(request=request, account=account, id_token=proved.id_token)
    return account, attempt.next_path


def was_ended(request: Visit) -> str:
    """Why this browser's last session ended, when its owner did not end it: ``idle``,
    ``absolute``, ``gone`` (its row is no more) or nothing."""
    if request.account is not None:
        return ""
    known = str(request.session.get(services.ENDED) or "")
    return known or ("gone" if request.session.lost else "")
