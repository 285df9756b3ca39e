"""The verbs of signing in: sessions begun and ended, identities bound and unbound."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.middleware.csrf import rotate_token

from ravs.accounts.models import Account, Identity, Session
from ravs.accounts.normalise import email_key
from ravs.accounts.refusals import NotRecognised, OtherIdentity
from ravs.accounts.sessions import Ended, ended
from ravs.accounts.visitors import Visit
from ravs.audit import services as audit
from ravs.audit.events import (
    IdentityBound,
    IdentityUnbound,
    SessionExpired,
    SignedOut,
)

ENDED = "ended"
"""Where a browser's session remembers why its owner is not signed in any more."""
ID_TOKEN = "id_token"  # noqa: S105 - the name of a key
SLICE = 1000


def person_of(account: Account) -> audit.Person:
    """The account as the history names it."""
    return audit.Person(account.public_id, account.full_name, account.email)


def identity_hash(issuer: str, subject: str) -> str:
    """Stands in the history for a subject, which is nobody's business."""
    return audit.keyed_hash(f"{issuer} {subject}")


@transaction.atomic
def begin_session(*, request: Visit, account: Account, id_token: str = "") -> Session:
    """Sign ``account`` in with this browser, under a fresh session key.

    Whoever was signed in here before is signed out. Whether ``account`` is let in anywhere is for
    ``ENTRY`` to say and to record.
    """
    if request.account is not None and request.account != account:
        before = person_of(request.account)
        audit.record(SignedOut(), actor=before, subject=before)
    request.session.pop(ENDED, None)
    request.session[ID_TOKEN] = id_token
    sign_in = request.session.sign_in(account)
    rotate_token(request)
    request.account, request.sign_in = account, sign_in
    return sign_in


def end_session(request: Visit) -> None:
    """End this browser's session. It stays able to log out at the provider, and nothing else."""
    id_token = request.session.get(ID_TOKEN)
    request.session.flush()
    if id_token:
        request.session[ID_TOKEN] = id_token
    request.account = request.sign_in = None


@transaction.atomic
def sign_out(*, request: Visit) -> str:
    """End this browser's session by its owner's wish; says which ID token began it."""
    id_token = str(request.session.get(ID_TOKEN) or "")
    request.session.flush()
    if request.account is not None:
        person = person_of(request.account)
        audit.record(SignedOut(), actor=person, subject=person)
    request.account = request.sign_in = None
    return id_token


@transaction.atomic
def expire_session(*, request: Visit, sign_in: Session, reason: Ended) -> None:
    """End a session whose time is up; the next page for signing in says why."""
    id_token = request.session.decode(sign_in.session_data).get(ID_TOKEN)
    gone = Session.objects.filter(pk=sign_in.pk, last_seen_at=sign_in.last_seen_at)
    if gone.delete()[1].get(Session._meta.label) and sign_in.account is not None:  # noqa: SLF001
        audit.record(SessionExpired(cause=reason.value), subject=person_of(sign_in.account))
    request.session[ENDED] = reason.value
    if id_token:
        request.session[ID_TOKEN] = id_token


def clear_expired_sessions(now: datetime) -> int:
    """Take away the sessions that nobody came back to; says how many. Safe at any time."""
    cleared = 0
    while True:
        slice_cleared = _clear_slice(now)
        cleared += slice_cleared
        if slice_cleared < SLICE:
            return cleared


@transaction.atomic
def _clear_slice(now: datetime) -> int:
    rows = list(
        Session.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(expire_date__lt=now)
        .select_related("account")
        .order_by("expire_date")[:SLICE]
    )
    audit.record_many(
        audit.Entry(
            SessionExpired(cause=(ended(row, now) or Ended.IDLE).value),
            subject=person_of(row.account),
        )
        for row in rows
        if row.account
    )
    Session.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def account_of(*, issuer: str, subject: str, email: str) -> Account:
    """Whose account the provider means. Never makes one.

    The subject decides once it is bound, whatever becomes of the address; before that, the
    address that the provider vouches for. Raises ``NotRecognised`` or ``OtherIdentity``.
    """
    bound = _bound(issuer, subject)
    if bound is not None:
        return bound
    account = Account.objects.filter(email_key=email_key(email)).first()
    if account is None:
        raise NotRecognised(email)
    return bind_identity(actor=account, account=account, issuer=issuer, subject=subject)


@transaction.atomic
def bind_identity(*, actor: Account, account: Account, issuer: str, subject: str) -> Account:
    """Bind an account to its subject at an issuer. Two first log-ins at once bind once."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    there = Identity.objects.filter(account=account, issuer=issuer).first()
    if there is not None and there.subject != subject:
        raise OtherIdentity(account)
    if there is not None:
        return account
    try:
        with transaction.atomic():
            Identity.objects.create(account=account, issuer=issuer, subject=subject)
    except IntegrityError:
        return _bound(issuer, subject) or account
    audit.record(
        IdentityBound(identity=identity_hash(issuer, subject)),
        actor=person_of(actor),
        subject=person_of(account),
    )
    return account


@transaction.atomic
def unbind_identity(*, actor: Account | None, account: Account, issuer: str | None = None) -> int:
    """Forget which subject the account belongs to, so that the next log-in binds it anew.

    For somebody whose account at the provider was made again. Ends the person's sessions, which
    the old subject began. Without ``issuer``: at every issuer. Says how many were forgotten.
    """
    account = Account.objects.select_for_update().get(pk=account.pk)
    identities = Identity.objects.filter(account=account)
    if issuer is not None:
        identities = identities.filter(issuer=issuer)
    found = list(identities)
    identities.delete()
    if found:  # before the chain is locked, as whoever clears sessions does
        Session.objects.filter(account=account).delete()
    audit.record_many(
        audit.Entry(
            IdentityUnbound(identity=identity_hash(identity.issuer, identity.subject)),
            actor=person_of(actor) if actor else None,
            subject=person_of(account),
        )
        for identity in found
    )
    return len(found)


def _bound(issuer: str, subject: str) -> Account | None:
    identity = (
        Identity.objects.select_related("account").filter(issuer=issuer, subject=subject).first()
    )
    return identity.account if identity else None
