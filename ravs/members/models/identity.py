"""What must be asked of the identity provider, and which addresses may be invited."""

from django.db import models

from ravs.members.models.membership import Membership


class AllowedEmailDomain(models.Model):
    """A domain that invited people's addresses may be at. Data, never code (domain 3.6)."""

    domain = models.CharField(max_length=253, unique=True)
    include_subdomains = models.BooleanField(default=False)
    consumer_mail = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    added_by = models.CharField(max_length=100, blank=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.domain


class IdentityCall(models.Model):
    """A call to the identity provider that must happen: a row with a lease, like a letter.

    ``ensure`` makes or finds the person's account and then sends the welcome letter that fits
    the answer; ``resend`` renews the activation first and then does the same.
    """

    class Purpose(models.TextChoices):
        ENSURE = "ensure", "Make or find the account"
        RESEND = "resend", "Send the activation again"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        DROPPED = "dropped", "No longer needed"

    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="identity_calls"
    )
    purpose = models.CharField(max_length=8, choices=Purpose)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    outcome = models.CharField(max_length=12, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="identity_call_due"),
            models.Index(fields=["membership", "-id"], name="identity_call_of_member"),
        ]
