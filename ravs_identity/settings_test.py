"""Settings of the provider's tests: fixed, quick, on the engine that ``DATABASE_URL`` names."""

import os

os.environ.update(
    {
        "IDENTITY_DATABASE_URL": "sqlite:///never-opened.sqlite3",
        "IDENTITY_SECRET_KEY": "fixed-for-the-suite-0123456789-abcdefghijklmnopqr",
        "IDENTITY_PUBLIC_URL": "http://localhost:8001",
        "IDENTITY_SCIM_TOKEN": "scim-token-of-the-suite-0123456789",
        "IDENTITY_PROVIDER_NAME": "Local sign-in",
        "SUPPORT_CONTACT": "help@trust.nhs.uk",
        "EMAIL_FROM": "Local sign-in <sign-in@trust.nhs.uk>",
        "EMAIL_URL": "smtp://127.0.0.1:25",
    }
)

from ravs.core import env
from ravs_identity.settings import *  # noqa: F403

DATABASES = {"default": env.database("DATABASE_URL", default="sqlite:///:memory:")}
if "postgresql" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": "test_ravs_identity"}

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LOGGING = {"version": 1, "disable_existing_loggers": False}
