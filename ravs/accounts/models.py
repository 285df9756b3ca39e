"""People who sign in, what the identity provider says of them, and their sessions."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from ravs.core.ids import new_id


class IdentityState(models.TextChoices):
    """What we last learned about the person's account at the identity provider."""

    UNKNOWN = "unknown", "Not known"
    PENDING = "pending", "Waiting to be activated"
    ACTIVE = "active", "Active"
    MISSING = "missing", "No account"


class Account(models.Model):
    """One person, keyed by normalised e-mail address. Holds no password and no permission.

    Everything a person may do hangs on a membership, never on this row (domain 1.2).
    """

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    email = models.EmailField(max_length=254)
    email_key = models.CharField(max_length=320, unique=True)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    last_login_at = models.DateTimeField(null=True, blank=True)
    last_login_on = models.DateField(null=True, blank=True)
    identity_state = models.CharField(
        max_length=10, choices=IdentityState, default=IdentityState.UNKNOWN
    )
    activation_expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_last_login_has_its_date",
                condition=models.Q(last_login_at__isnull=True, last_login_on__isnull=True)
                | models.Q(last_login_at__isnull=False, last_login_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Identity(models.Model):
    """The binding of an account to one subject at one issuer (OpenID Connect ``iss`` + ``sub``)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    bound_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_is_one_persons"),
            models.UniqueConstraint(fields=["account", "issuer"], name="one_identity_per_issuer"),
        ]


class Session(AbstractBaseSession):
    """A browser's session, kept in the database so that it can be found by person and ended."""

    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions"
    )
    signed_in_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_session"

    @classmethod
    def get_session_store_class(cls):  # type: ignore[no-untyped-def]
        from ravs.accounts.sessions import SessionStore  # noqa: PLC0415 - it imports this module

        return SessionStore


class Submission(models.Model):
    """A form with effects that has been carried out: its key is spent, its result remembered."""

    key = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    result_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)


class Journey(models.Model):
    """What a person typed in a journey of several pages, kept under that journey's key."""

    key = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    values = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)
