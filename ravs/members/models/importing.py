"""Adding many people from a file or a pasted list: what was read, and what became of each row."""

from django.db import models
from django.db.models import Q

from ravs.accounts.models import Account
from ravs.core.ids import new_id
from ravs.members.models.membership import Level, Membership
from ravs.organisations.models import Organisation


class RowVerdict(models.TextChoices):
    """What the dry run says of a row."""

    ADD = "add", "Will be invited"
    REACTIVATE = "reactivate", "Will be reactivated"
    RENEW = "renew", "Will be invited again"
    ALREADY_HERE = "already-here", "Already a user here"
    DUPLICATE = "duplicate", "The same address as an earlier row"
    INVALID = "invalid", "Something is missing or wrong"
    REFUSED = "refused", "Cannot be added here"


class RowOutcome(models.TextChoices):
    """What became of a row that was confirmed; blank while it waits."""

    INVITED = "invited", "Invited"
    REACTIVATED = "reactivated", "Reactivated"
    LEFT_OUT = "left-out", "Left out"
    ALREADY_HERE = "already-here", "Already a user here"
    REFUSED = "refused", "Could not be added"


class Import(models.Model):
    """A list of people: checked first, carried out after *confirm* as a job with a lease.

    ``reading`` is how the list was understood: the columns found and left out, remarks, and the
    answers given for all rows that have none of their own. ``stopped`` says why a job ended before
    its rows did. ``forgotten_at`` is when what people had typed was emptied.
    """

    class Stop(models.TextChoices):
        NOT_LEAD = "not-lead", "The person who confirmed it no longer manages users here"
        NOT_OPEN = "not-open", "The organisation is deactivated or closed"

    class State(models.TextChoices):
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked"
        RUNNING = "running", "Being added"
        FINISHED = "finished", "Finished"
        CANCELLED = "cancelled", "Not added"

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="imports")
    actor = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State)
    name = models.CharField(max_length=200, blank=True)
    total = models.PositiveIntegerField(default=0)
    reading = models.JSONField(default=dict)
    stopped = models.CharField(max_length=10, choices=Stop, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"],
                name="import_to_carry_on",
                condition=Q(state__in=["checking", "running"]),
            ),
            models.Index(fields=["organisation", "-id"], name="import_of_organisation"),
        ]


class ImportRow(models.Model):
    """One line of the list as it was read, with the dry run's verdict and its receipt.

    ``typed`` keeps the cells as they came, by field. ``problems`` are the reasons to show, each a
    code with what it is about, and ``suggestion`` the address that was likely meant. All three,
    the name and the address are emptied some time after.
    """

    job = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    typed = models.JSONField(default=dict)
    email = models.CharField(max_length=254, blank=True)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    level = models.CharField(max_length=20, choices=Level, blank=True)
    vaccinator = models.BooleanField(null=True, blank=True)
    clinician = models.BooleanField(default=False)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    verdict = models.CharField(max_length=12, choices=RowVerdict, blank=True)
    problems = models.JSONField(default=list)
    suggestion = models.CharField(max_length=254, blank=True)
    outcome = models.CharField(max_length=12, choices=RowOutcome, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    membership = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "line"], name="one_import_row_per_line"),
        ]
        indexes = [
            models.Index(fields=["job", "verdict", "line"], name="import_row_by_verdict"),
            models.Index(fields=["job", "outcome", "line"], name="import_row_by_outcome"),
        ]
