"""Why can't they log in? Our state and, live but read only, the identity provider's."""

import logging
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ravs.core.access import requires
from ravs.core.limits import hold_to
from ravs.integrations.identity.port import AccountStatus, DirectoryError, directory
from ravs.members import identity_calls
from ravs.members.account_page import Seen, account_page
from ravs.members.models import Membership
from ravs.members.permissions import Permission
from ravs.members.requests import MemberRequest
from ravs.members.services.invite import can_resend
from ravs.members.views.acting import member_of

LOOK_UP_SECONDS = 2.0

logger = logging.getLogger(__name__)


@requires(Permission.MANAGE_USERS)
@require_safe
def account(request: MemberRequest, ods: str, member: UUID) -> HttpResponse:
    """Each look asks the provider, so it counts as an act."""
    membership = member_of(request, member)
    hold_to("act", request)
    page = account_page(_seen(request, membership))
    return render(request, "members/account.jinja", {"page": page})


def _seen(request: MemberRequest, membership: Membership) -> Seen:
    sending = identity_calls.sendings([membership])[membership.pk]
    now = timezone.now()
    return Seen(
        membership=membership,
        status=_status(membership.account.email),
        sending=sending,
        may_add=Permission.ADD_USERS in request.permissions,
        may_resend=can_resend(membership, last_send_failed=sending.failed, now=now),
        now=now,
    )


def _status(email: str) -> AccountStatus | None:
    """What the provider says now; no answer within two seconds is none."""
    try:
        return directory().status(email=email, timeout=LOOK_UP_SECONDS)
    except DirectoryError as error:
        logger.warning("identity look-up failed: %s", error)
        return None
