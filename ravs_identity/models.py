"""People who may sign in here, the links we mailed them, and the key that signs for them."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from ravs.core.ids import new_id
from ravs_identity.addresses import BadAddress, normalise

LONGEST_NAME = 100


class PersonManager(BaseUserManager["Person"]):
    """Finds people by address, whatever its spelling."""

    def at(self, address: str) -> "Person | None":
        """The person at this address, or nobody."""
        try:
            return self.filter(email=normalise(address)).first()
        except BadAddress:
            return None

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=normalise(username or ""))


class Person(AbstractBaseUser):
    """One person: the user of this provider, keyed by normalised e-mail address.

    Somebody who was never activated has no usable password. ``activated_at`` is also the moment
    the address was proved: only somebody who read the activation e-mail can set it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.CharField(max_length=254, unique=True)
    external_id = models.CharField(max_length=200, blank=True, db_index=True)
    first_name = models.CharField(max_length=LONGEST_NAME, blank=True)
    last_name = models.CharField(max_length=LONGEST_NAME, blank=True)
    is_active = models.BooleanField(default=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = PersonManager()

    class Meta:
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return str(self.id)

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_activated(self) -> bool:
        return self.activated_at is not None


class PastPassword(models.Model):
    """The hash of a password a person has or had, so that the last five are not used again."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="past_passwords")
    hash = models.CharField(max_length=200)
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-set_at", "-pk"]


class Purpose(models.TextChoices):
    """What a mailed link lets its reader do, once."""

    ACTIVATION = "activation", "Activate the account"
    RESET = "reset", "Choose a new password"


class LinkState(models.TextChoices):
    """What became of a mailed link."""

    LIVE = "live"
    USED = "used"
    REPLACED = "replaced"
    EXPIRED = "expired"


class OneTimeLink(models.Model):
    """A link in an e-mail. Only the digest of its token is kept: the database opens no account."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=10, choices=Purpose)
    digest = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=models.Q(used_at__isnull=True, replaced_at__isnull=True),
                name="one_open_link_per_person_and_purpose",
            ),
        ]

    def state(self, now: datetime) -> LinkState:
        if self.used_at is not None:
            return LinkState.USED
        if self.replaced_at is not None:
            return LinkState.REPLACED
        return LinkState.LIVE if now < self.expires_at else LinkState.EXPIRED


class LinkRequest(models.Model):
    """Somebody asked for a link for an address, known or not; answered away from their request.

    The page that takes the wish does the same work for every address, so neither its words nor
    its time tell whether the address has an account.
    """

    address = models.CharField(max_length=254)
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)


class SigningKey(models.Model):
    """The RSA key that signs ID tokens, encrypted under a key derived from the service's secret."""

    pem = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
