"""Settings of the test suite: fixed, quick, on whichever engine ``DATABASE_URL`` names."""

from ravs.config.settings.base import *
from ravs.core import env
from ravs.integrations.identity.okta.account import OktaAccount

SECRET_KEY = "test-" + "only-" * 10
DEBUG = False
PUBLIC_URL = "https://ravs.test"
ALLOWED_HOSTS = ["testserver", "ravs.test", "localhost", "127.0.0.1"]

DATABASES = {"default": env.database("DATABASE_URL", default="sqlite:///:memory:")}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # A race of a hundred threads on a slow machine must end by its rules, not by a clock.
    DATABASES["default"]["OPTIONS"]["options"] = "-c timezone=UTC -c lock_timeout=240000"

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_FROM = DEFAULT_FROM_EMAIL = "Record a vaccination <ravs@ravs.test>"
SUPPORT_CONTACT = "support@ravs.test"

TRUSTED_PROXIES: list[env.Network] = []

OIDC_ISSUER = "https://identity.test"
OIDC_CLIENT_ID = "ravs"
OIDC_CLIENT_SECRET = "test-client-secret"
OIDC_TRUST_EMAIL = False

IDENTITY_PROVIDER = "none"
IDENTITY_PROVIDER_NAME = "Okta"
IDENTITY_DIRECTORY = "ravs.integrations.identity.none.NoDirectory"
IDENTITY_SCIM_URL = ""
IDENTITY_SCIM_TOKEN = ""
OKTA: OktaAccount | None = None

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
