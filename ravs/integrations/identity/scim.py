"""Any provider that speaks SCIM 2.0 (RFC 7643 and 7644), with our activation extension or without.

What an operator should know: the service looks people up by ``userName``, makes accounts that
bear the person's public id as ``externalId``, and changes nothing else of a record – with one
exception: an account that it made itself and that was switched off since (``active`` false) is
switched on again when the person is added. An account made elsewhere is never switched on: the
call fails for good and says so.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from scim2_client import RequestNetworkException, SCIMClientException
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import ListResponse, SCIMException

from ravs.core import http
from ravs.integrations.identity import mapping
from ravs.integrations.identity.mapping import ACTIVATION, PROVIDER, Record
from ravs.integrations.identity.port import AccountStatus, DirectoryError, Ensured, Resent

T = TypeVar("T")

OVERALL_SECONDS = 10.0
ANY_STATUS = None  # the library still refuses whatever is no success
CHANGED = [200, 202, 204]
REFUSED_CHANGE = frozenset({400, 409, 412})
NOT_BUILT = frozenset({405, 501})
SWITCHED_OFF = "the account is switched off at the identity provider"
HINTS = {
    400: "it does not understand the question",
    401: "it does not accept the token",
    403: "the token does not allow this",
    404: "there are no SCIM users at this address",
}


class ScimDirectory:
    """The service's side of SCIM; one connection per call, none kept."""

    makes_accounts = True

    def __init__(self, url: str = "", token: str = "") -> None:
        self._url = url or settings.IDENTITY_SCIM_URL
        self._token = token or settings.IDENTITY_SCIM_TOKEN

    def ensure_account(
        self, *, email: str, first_name: str, last_name: str, external_id: UUID
    ) -> Ensured:
        def ensure(scim: SyncSCIMClient) -> Ensured:
            if record := _find(scim, email, external_id):
                return _settle(scim, record, external_id)
            person = mapping.person(
                email=email, first_name=first_name, last_name=last_name, external_id=external_id
            )
            try:
                made = scim.create(person, expected_status_codes=ANY_STATUS)
            except SCIMException as refused:
                if not _is_conflict(refused):
                    raise
                return _settle(scim, _found_after_all(scim, email, external_id), external_id)
            found = mapping.ensured(_record(made), external_id)
            return replace(found, just_sent=found.activation_expires_at is not None)

        return self._ask(ensure, OVERALL_SECONDS)

    def resend_activation(self, *, email: str, external_id: UUID) -> Resent:
        def resend(scim: SyncSCIMClient) -> Resent:
            record = _find(scim, email, external_id)
            if record is None:
                raise DirectoryError("there is no account to activate", permanent=False)
            if record.active is False:
                raise DirectoryError(SWITCHED_OFF, permanent=True)
            if not mapping.tells_activation(record):
                return Resent.UNSUPPORTED
            if mapping.activation(record).state == "active":
                return Resent.NOT_NEEDED
            return _resend(scim, record, email, external_id)

        return self._ask(resend, OVERALL_SECONDS)

    def status(self, *, email: str, timeout: float | None = None) -> AccountStatus:
        return self._ask(
            lambda scim: mapping.status(_find(scim, email)),
            OVERALL_SECONDS if timeout is None else timeout,
        )

    def _ask(self, question: Callable[[SyncSCIMClient], T], seconds: float) -> T:
        """Ask within ``seconds``, and turn whatever goes wrong into a ``DirectoryError``.

        Causes are cut off on purpose: they hold the request, and the request holds the token.
        """

        def call() -> T:
            with http.client(timeout=seconds, base_url=self._url, headers=self._headers()) as door:
                return question(SyncSCIMClient(door, provider=PROVIDER))

        try:
            return http.within(seconds, call)
        except DirectoryError:
            raise
        except TimeoutError:
            raise DirectoryError("no answer in time", permanent=False) from None
        except (SCIMException, SCIMClientException) as error:
            raise _meaning(error) from None
        except (http.HttpError, http.InvalidAddress) as error:
            raise _from_door(http.failure(error)) from None

    def _headers(self) -> dict[str, str]:
        return {
            "Accept": "application/scim+json, application/json",
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/scim+json",
        }


def _find(scim: SyncSCIMClient, email: str, external_id: UUID | None = None) -> Record | None:
    """The record at an address; ours before any other, should a provider hold several."""
    answer = scim.query(
        Record, query_parameters=mapping.search(email), expected_status_codes=ANY_STATUS
    )
    if not isinstance(answer, ListResponse):
        raise DirectoryError("the answer to a look-up is no list", permanent=False)
    there = [record for record in answer.resources or [] if mapping.is_at(record, email)]
    ours = [r for r in there if external_id and mapping.is_ours(r, external_id)]
    return next(iter(ours or there), None)


def _found_after_all(scim: SyncSCIMClient, email: str, external_id: UUID) -> Record:
    """Somebody was quicker, or an earlier call of ours got further than its answer."""
    record = _find(scim, email, external_id)
    if record is None:
        reason = "the address is said to be taken, but a look-up does not find it"
        raise DirectoryError(reason, permanent=False)
    return record


def _settle(scim: SyncSCIMClient, record: Record, external_id: UUID) -> Ensured:
    """What an account that was there already means; one of ours is switched on if need be."""
    if record.active is False:
        if not mapping.is_ours(record, external_id):
            raise DirectoryError(SWITCHED_OFF, permanent=True)
        _change(scim, record, "active")
    return mapping.ensured(record, external_id)


def _resend(scim: SyncSCIMClient, record: Record, email: str, external_id: UUID) -> Resent:
    try:
        _change(scim, record, f"{ACTIVATION}:resend")
    except (SCIMException, SCIMClientException) as refused:
        if _status_of(refused) in NOT_BUILT:
            return Resent.UNSUPPORTED
        if _status_of(refused) in REFUSED_CHANGE:
            # Perhaps the person activated their account between our question and our wish.
            now = _find(scim, email, external_id)
            if now and mapping.activation(now).state == "active":
                return Resent.NOT_NEEDED
        raise
    return Resent.SENT


def _change(scim: SyncSCIMClient, record: Record, path: str) -> None:
    scim.modify(
        Record,
        record.id or "",
        mapping.replacing(path, value=True),
        expected_status_codes=CHANGED,
        check_response_payload=False,
    )


def _record(answer: object) -> Record:
    if not isinstance(answer, mapping.User):
        raise DirectoryError("the answer to a creation is no person", permanent=False)
    return answer


def _is_conflict(refused: SCIMException) -> bool:
    """RFC 7644 (3.3) says 409; some providers say 400 with the same keyword."""
    return _status_of(refused) == 409 or refused.scim_type == "uniqueness"


def _status_of(error: Exception) -> int | None:
    response = getattr(error, "source", None)
    return response.status_code if isinstance(response, http.Response) else None


def _meaning(error: SCIMException | SCIMClientException) -> DirectoryError:
    """What an error of the library means. Its own text may quote the provider, and is not used."""
    if isinstance(error, RequestNetworkException) and isinstance(error.__cause__, http.HttpError):
        return _from_door(http.failure(error.__cause__))
    response = getattr(error, "source", None)
    if not isinstance(response, http.Response):
        return DirectoryError("the question cannot be put into SCIM", permanent=True)
    if response.is_success:
        host = response.url.host
        return DirectoryError(f"{host} sent what cannot be read as SCIM", permanent=False)
    return _from_door(http.refusal(response), HINTS.get(response.status_code, ""))


def _from_door(error: http.OutboundError, hint: str = "") -> DirectoryError:
    reason = f"{error}: {hint}" if hint else str(error)
    return DirectoryError(reason, permanent=error.permanent, retry_after=error.retry_after)
