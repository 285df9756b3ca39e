"""The verbs of *Manage users*: every change of a membership, one function each.

Each verb locks the organisation, checks the rule, writes, records its event and enqueues its
letters in one transaction. Pages, the night job and the commands call the same functions.
"""

from ravs.members.services.bulk import begin_bulk, undo_bulk
from ravs.members.services.change import change_member, rename_person
from ravs.members.services.deactivate import deactivate_member
from ravs.members.services.ending import apply_end_dates
from ravs.members.services.erasing import ask_for_deletion, erase_account
from ravs.members.services.exporting import export_people
from ravs.members.services.inactivity import apply_inactivity_rule, lapse_invitations
from ravs.members.services.invite import cancel_invitation, invite_member, resend_invitation
from ravs.members.services.reactivate import reactivate_lapsed, reactivate_member
from ravs.members.services.settings import change_settings

__all__ = [
    "apply_end_dates",
    "apply_inactivity_rule",
    "ask_for_deletion",
    "begin_bulk",
    "cancel_invitation",
    "change_member",
    "change_settings",
    "deactivate_member",
    "erase_account",
    "export_people",
    "invite_member",
    "lapse_invitations",
    "reactivate_lapsed",
    "reactivate_member",
    "rename_person",
    "resend_invitation",
    "undo_bulk",
]
