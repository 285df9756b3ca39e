"""Sentences that more than one page of this room says."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ravs.members.models import Membership
from ravs.members.presenters import url_of


def already_member(membership: Membership) -> SafeString:
    """The error for an address that is here already, with the way to the person's row."""
    page = url_of("person", membership.organisation, membership.public_id)
    hint = " You can resend their invite from there." if membership.is_invited else ""
    return format_html(
        '<a href="{}">{}</a> is already a user at {}.{}',
        page,
        membership.account.full_name,
        membership.organisation.name,
        hint,
    )
