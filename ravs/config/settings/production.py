"""What operators run. Every value comes from the environment or is safe as it stands."""

from csp.constants import SELF

from ravs.config import contract
from ravs.config.settings.base import *
from ravs.core import env, logging
from ravs.mail import environment

contract.refuse_switches()

DEBUG = False
SECRET_KEY = contract.secret_key()
PUBLIC_URL = env.url("PUBLIC_URL", origin=True)
ALLOWED_HOSTS = [contract.host_of(PUBLIC_URL)]
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
SUPPORT_CONTACT = env.text("SUPPORT_CONTACT")

DATABASES = {"default": env.database("DATABASE_URL")}

_mail = environment.transport()
MAILER = _mail.mailer
NOTIFY_API_KEY = _mail.notify.api_key
NOTIFY_TEMPLATE_ID = _mail.notify.template_id
NOTIFY_BASE_URL = _mail.notify.base_url
NOTIFY_REPLY_TO_ID = _mail.notify.reply_to_id
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = _mail.smtp.host
EMAIL_PORT = _mail.smtp.port
EMAIL_HOST_USER = _mail.smtp.user
EMAIL_HOST_PASSWORD = _mail.smtp.password
EMAIL_USE_TLS = _mail.smtp.starttls
EMAIL_USE_SSL = _mail.smtp.tls
EMAIL_TIMEOUT = 20
EMAIL_FROM = DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mailbox("EMAIL_FROM")

_identity = contract.identity()
IDENTITY_PROVIDER = _identity.provider
IDENTITY_PROVIDER_NAME = _identity.provider_name
IDENTITY_DIRECTORY = _identity.directory
IDENTITY_SCIM_URL = _identity.scim_url
IDENTITY_SCIM_TOKEN = _identity.scim_token
OKTA = _identity.okta
IDENTITY_HELP = env.text("IDENTITY_HELP", "")
TRAINING_URL = env.url("TRAINING_URL", "")
SUPPORT_PHONE = env.text("SUPPORT_PHONE", "")
SUPPORT_HOURS = env.text("SUPPORT_HOURS", "")

OIDC_ISSUER = _identity.issuer
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.secret("OIDC_CLIENT_SECRET")
OIDC_TRUST_EMAIL = env.boolean("OIDC_TRUST_EMAIL", default=False)

_cookies = contract.cookies(PUBLIC_URL)
SESSION_COOKIE_NAME = _cookies.session
SESSION_COOKIE_SECURE = _cookies.secure
CSRF_COOKIE_NAME = _cookies.csrf
CSRF_COOKIE_SECURE = _cookies.secure

# A proxy that ends TLS and says a request came in without it: send the person to the right door.
SECURE_SSL_REDIRECT = _cookies.secure
SECURE_SSL_HOST = PUBLIC_URL.partition("://")[2]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _cookies.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _cookies.secure

NHS_LOGO = env.boolean("NHS_LOGO", default=False)
NHSUK_FONT_STYLESHEET = env.text("NHSUK_FONT_STYLESHEET", "")

# Posting the sign-in form ends at the provider, and browsers hold redirects to this list too.
_font = contract.font_origins(NHSUK_FONT_STYLESHEET)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": CONTENT_SECURITY_POLICY["DIRECTIVES"]
    | {
        "form-action": [SELF, contract.origin_of(OIDC_ISSUER)],
        "style-src": [SELF, *_font],
        "font-src": [SELF, *_font],
    }
}

# Assets are served straight from the installed package: there is no step that could be forgotten.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 300
WHITENOISE_ALLOW_ALL_ORIGINS = False

LOGGING = logging.configuration(env.one_of("LOG_LEVEL", ["INFO", "WARNING", "ERROR"], "INFO"))

# Preloading is a promise about a whole domain, which only its owner can make.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
if not _cookies.secure:
    # On this machine alone, without TLS: said plainly at start (ravs.core.checks) instead.
    SILENCED_SYSTEM_CHECKS += [
        "security.W004",
        "security.W008",
        "security.W010",
        "security.W011",
        "security.W012",
        "security.W016",
    ]
