"""The tables of *Manage users*."""

from ravs.members.models.asking import (
    DeletionRequest,
    LeadNotice,
    ReactivationRequest,
    SignInHelp,
)
from ravs.members.models.bulk import BulkAct, BulkOutcome, BulkRow, BulkVerb
from ravs.members.models.identity import AllowedEmailDomain, IdentityCall
from ravs.members.models.importing import Import, ImportRow, RowOutcome, RowVerdict
from ravs.members.models.lists import MemberCount, SearchTerm
from ravs.members.models.membership import (
    DeactivationReason,
    InvitationEnd,
    Level,
    Membership,
    MembershipQuerySet,
    Status,
)
from ravs.members.models.standing import GroupMembership, InactivityNotice, LevelSnapshot

__all__ = [
    "AllowedEmailDomain",
    "BulkAct",
    "BulkOutcome",
    "BulkRow",
    "BulkVerb",
    "DeactivationReason",
    "DeletionRequest",
    "GroupMembership",
    "IdentityCall",
    "Import",
    "ImportRow",
    "InactivityNotice",
    "InvitationEnd",
    "LeadNotice",
    "Level",
    "LevelSnapshot",
    "MemberCount",
    "Membership",
    "MembershipQuerySet",
    "ReactivationRequest",
    "RowOutcome",
    "RowVerdict",
    "SearchTerm",
    "SignInHelp",
    "Status",
]
