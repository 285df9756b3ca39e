"""The history: one chain of events per organisation, and one for the service itself.

Written only by ``services``; triggers refuse every other change (see ``triggers.py``).
"""

from uuid import UUID

from django.db import models
from django.db.models import Q

SERVICE_CHAIN = UUID(int=0)
"""The chain of events that belong to no organisation."""

DIGEST = 64
"""Characters of a SHA-256 in hexadecimal."""


class ChainHead(models.Model):
    """Where a chain ends. Locked by whoever adds to it, so that a chain can neither fork nor gap.

    It also shows when rows at the end are gone, which the rows left over cannot show.
    """

    chain = models.UUIDField(primary_key=True, editable=False)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=DIGEST, blank=True)


class Event(models.Model):
    """One thing that happened. Ids are public ids and no foreign keys: rows outlive what they name.

    ``person_hashes`` binds the side rows of ``EventPerson`` into the chain: pairs of position
    and salted hash.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    chain = models.UUIDField()
    seq = models.BigIntegerField()
    type = models.CharField(max_length=60)
    actor = models.UUIDField(null=True)
    subject = models.UUIDField(null=True)
    data = models.JSONField()
    at = models.DateTimeField()
    request_id = models.CharField(max_length=64, blank=True)
    person_hashes = models.JSONField()
    previous_hash = models.CharField(max_length=DIGEST, blank=True)
    hash = models.CharField(max_length=DIGEST)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="one_event_per_place"),
        ]
        indexes = [
            models.Index(
                fields=["chain", "subject", "-seq"],
                condition=Q(subject__isnull=False),
                name="event_of_subject",
            ),
        ]

    @property
    def organisation(self) -> UUID | None:
        """The organisation whose history this is, or ``None`` for the service's own."""
        return None if self.chain == SERVICE_CHAIN else self.chain


class Position(models.TextChoices):
    """In what part a person stands in an event."""

    ACTOR = "actor", "Who did it"
    SUBJECT = "subject", "Whom it happened to"
    FORMERLY = "formerly", "Whom it happened to, as they were called before"


class EventPerson(models.Model):
    """The name and address a person had when an event happened: all that erasing has to empty.

    ``payload`` is canonical JSON. Without the salt nobody can guess a name from its hash, so an
    erased row gives nothing away.
    """

    pk = models.CompositePrimaryKey("event_id", "position")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="people")
    position = models.CharField(max_length=10, choices=Position)
    person = models.UUIDField(db_index=True)
    salt = models.BinaryField(max_length=32, null=True)
    payload = models.TextField(null=True)  # noqa: DJ001 - null is "erased", which no text is

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_is_whole_or_erased",
                condition=Q(salt__isnull=True, payload__isnull=True)
                | Q(salt__isnull=False, payload__isnull=False),
            ),
        ]
