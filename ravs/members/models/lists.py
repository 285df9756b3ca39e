"""What lists are searched and counted by."""

from django.db import models

from ravs.members.models.membership import Membership
from ravs.organisations.models import Organisation


class SearchTerm(models.Model):
    """One folded word of a member's name or address, for prefix search within a tab.

    Bytes, not text: their order is the same on every database, so a prefix is an index range.
    """

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="search_terms"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    term = models.BinaryField(max_length=330)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "term", "membership"], name="member_search"),
        ]


class MemberCount(models.Model):
    """How many people stand in each tab, kept under the organisation's lock, checked nightly."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="member_count", primary_key=True
    )
    invited = models.PositiveIntegerField(default=0)
    active = models.PositiveIntegerField(default=0)
    deactivated = models.PositiveIntegerField(default=0)
    lapsed = models.PositiveIntegerField(default=0)
