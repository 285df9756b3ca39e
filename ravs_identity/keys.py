"""The key that signs ID tokens: made once at set-up, kept encrypted in the provider's database.

In the database rather than in a file, so that several machines share it and a backup of the
database is a whole backup. The encryption key comes from ``IDENTITY_SECRET_KEY``: a copy of the
database alone signs nothing.
"""

from functools import lru_cache

from allauth.core.internal import jwkkit
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from ravs_identity.models import SigningKey

BITS = 3072


class NoSigningKey(Exception):
    """Nothing can be signed; the text says what the operator should do."""


def _password() -> bytes:
    digest = salted_hmac("ravs_identity.keys", "signing", algorithm="sha256", secret=_secret())
    return digest.hexdigest().encode()


def _secret() -> str:
    return str(settings.SECRET_KEY)


@transaction.atomic
def ensure_signing_key() -> bool:
    """Make the key if there is none. Returns whether one was made."""
    if SigningKey.objects.select_for_update().exists():
        open_keys()
        return False
    SigningKey.objects.create(pem=_new_pem())
    return True


def _new_pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    return key.private_bytes(
        encoding=serialization.Encoding.PEM,
        format=serialization.PrivateFormat.PKCS8,
        encryption_algorithm=serialization.BestAvailableEncryption(_password()),
    ).decode("ascii")


def open_keys() -> list[str]:
    """Every key as an unencrypted PEM, the newest first."""
    sealed = SigningKey.objects.order_by("-created_at", "-pk").values_list("pem", flat=True)
    keys = [_open(pem, _password()) for pem in sealed]
    if not keys:
        raise NoSigningKey("There is no signing key: run `ravs identity migrate`.")
    return keys


def keep_opened_keys() -> None:
    """Let the library open each key once for a process.

    It opens the key anew for every token. Opening one proves that its factors are prime, which
    takes longer than all else that a log-in asks of this provider but the password.
    """
    if not hasattr(jwkkit.load_pem, "cache_info"):
        jwkkit.load_pem = lru_cache(maxsize=8)(jwkkit.load_pem)


@lru_cache(maxsize=8)
def _open(pem: str, password: bytes) -> str:
    try:
        key = serialization.load_pem_private_key(pem.encode("ascii"), password=password)
    except ValueError as error:
        raise NoSigningKey(
            "The signing key cannot be opened: IDENTITY_SECRET_KEY is not the one it was made with."
        ) from error
    return key.private_bytes(
        encoding=serialization.Encoding.PEM,
        format=serialization.PrivateFormat.PKCS8,
        encryption_algorithm=serialization.NoEncryption(),
    ).decode("ascii")
