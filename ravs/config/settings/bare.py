"""Asks nothing of the environment: enough to read a command's help, and to check the code."""

from ravs.config.settings.base import *

SECRET_KEY = "no-secret-is-kept-with-these-settings"
PUBLIC_URL = "https://localhost"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
SUPPORT_CONTACT = ""
IDENTITY_PROVIDER_NAME = ""
IDENTITY_DIRECTORY = "ravs.integrations.identity.none.NoDirectory"
OIDC_ISSUER = OIDC_CLIENT_ID = OIDC_CLIENT_SECRET = ""
