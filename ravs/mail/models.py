"""The outbox: every letter is a row before it is a message."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ravs.core.ids import new_id
from ravs.mail.addresses import domain_of


class State(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Not delivered"


class Message(models.Model):
    """One letter to one person, and how far it has come.

    ``next_attempt_at`` is when somebody may next take the row: while it is queued, the next try;
    while it is being sent, the end of the lease, after which any worker may take it over; nothing
    once it is settled, so that the index of what is due stays as short as the queue. Whoever
    holds the lease knows its token, and only that token may settle the row.

    ``sent`` is where a letter ends whose transport says no more. Where it gives receipts, it was
    handed over as ``transport_id``, and ``receipt_due_at`` is when to ask next what became of it;
    the answer makes it ``delivered`` or ``failed``.
    """

    State = State

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    about = models.UUIDField()
    organisation = models.UUIDField(null=True)
    to = models.CharField(max_length=320)
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    source = models.TextField(blank=True, default="", db_default="")

    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    transport_id = models.CharField(max_length=100, blank=True, default="", db_default="")
    receipt_due_at = models.DateTimeField(null=True)

    tried_before = False
    """Whether an earlier try may have got through. Known to who has just taken the row."""

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(next_attempt_at__isnull=False),
                name="message_due",
            ),
            models.Index(
                fields=["receipt_due_at", "id"],
                condition=Q(receipt_due_at__isnull=False),
                name="message_receipt_due",
            ),
            models.Index(fields=["about", "-id"], name="message_about"),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_state_has_its_dates",
                condition=Q(
                    state="queued",
                    next_attempt_at__isnull=False,
                    lease_token=None,
                    sent_at=None,
                    failed_at=None,
                )
                | Q(
                    state="sending",
                    next_attempt_at__isnull=False,
                    lease_token__isnull=False,
                    sent_at=None,
                    failed_at=None,
                )
                | Q(
                    state__in=["sent", "delivered"],
                    lease_token=None,
                    sent_at__isnull=False,
                    failed_at=None,
                )
                | Q(state="failed", lease_token=None, sent_at=None, failed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="message_receipt_of_what_was_sent",
                condition=Q(receipt_due_at=None) | (Q(state="sent") & ~Q(transport_id="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that a repeated message can be told from a second one."""
        return f"<{self.public_id}@{domain_of(settings.EMAIL_FROM)}>"
