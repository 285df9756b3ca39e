"""Settings of the local identity provider: its own process, database, cookies and key.

Everything an operator decides comes from the environment; a reader that finds nonsense raises
``ravs.core.env.BadSetting`` and nothing starts.
"""

from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from ravs.core import env
from ravs.core.logging import configuration
from ravs.mail import environment

DEBUG = False
SECRET_KEY = env.secret("IDENTITY_SECRET_KEY", least=32)
PUBLIC_URL = env.url("IDENTITY_PUBLIC_URL", origin=True)
PORT = env.port("IDENTITY_PORT", 8001)
HOST = env.text("IDENTITY_HOST", "127.0.0.1")
SCIM_TOKEN = env.secret("IDENTITY_SCIM_TOKEN", "")
SERVICE_NAME = IDENTITY_PROVIDER_NAME = env.text("IDENTITY_PROVIDER_NAME", "RAVS Identity")
SUPPORT_CONTACT = env.text("SUPPORT_CONTACT", "")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
NHS_LOGO = env.boolean("NHS_LOGO", default=False)
NHSUK_FONT_STYLESHEET = env.text("NHSUK_FONT_STYLESHEET", "")

_address = urlsplit(PUBLIC_URL)
OVER_TLS = _address.scheme == "https"
ALLOWED_HOSTS = [_address.hostname or ""]

DATABASES = {"default": env.database("IDENTITY_DATABASE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "ravs_identity",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "django_guid",
    "ravs.core",
    "ravs.nhsuk_forms",
    "ravs.mail",
]

MIDDLEWARE = [
    "ravs.core.probes.ProbeMiddleware",
    "django_guid.middleware.guid_middleware",
    "ravs.core.logging.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "ravs.core.headers.PrivacyHeadersMiddleware",
    "ravs_identity.middleware.OneAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ravs.core.access.AccessMiddleware",
]

ROOT_URLCONF = "ravs_identity.urls"
WSGI_APPLICATION = "ravs_identity.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "ravs_identity.templating.environment",
            "context_processors": ["ravs_identity.presenters.page_frame"],
        },
    },
]

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 300

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "Europe/London"

# Who may come in, and what is kept of a password

AUTH_USER_MODEL = "ravs_identity.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "ravs_identity.passwords.LengthValidator"},
    {"NAME": "ravs_identity.passwords.MixtureValidator"},
    {"NAME": "ravs_identity.passwords.UsernameValidator"},
    {"NAME": "ravs_identity.passwords.HistoryValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "identity:home"

ACCOUNT_ADAPTER = "ravs_identity.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "identity:signed-out"
ACCOUNT_TEMPLATE_EXTENSION = "jinja"
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "reset_password": "20/m/ip,3/15m/key",
    "reset_password_from_key": "60/m/ip",
}

IDP_OIDC_ADAPTER = "ravs_identity.oidc.adapter.OIDCAdapter"
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN = 60
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 5 * 60
IDP_OIDC_RP_INITIATED_LOGOUT_ASKS_FOR_OP_LOGOUT = False

# Sessions and cookies. Their names differ from the service's, as both may run on one host.

_prefix = "__Host-" if OVER_TLS else ""
SESSION_COOKIE_NAME = f"{_prefix}identity-session"
SESSION_COOKIE_AGE = 30 * 60
SESSION_COOKIE_SECURE = OVER_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{_prefix}identity-csrf"
CSRF_COOKIE_AGE = None
CSRF_COOKIE_SECURE = OVER_TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ravs_identity.views.csrf_failure"

SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if OVER_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = OVER_TLS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 50
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Mail leaves by the outbox; cache holds authorisation codes and rate limits

EMAIL_FROM = DEFAULT_FROM_EMAIL = env.mailbox(
    "EMAIL_FROM", f"{SERVICE_NAME} <no-reply@{_address.hostname}>"
)
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
_mail = environment.transport("smtp://127.0.0.1:25")
EMAIL_HOST, EMAIL_PORT = _mail.smtp.host, _mail.smtp.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.smtp.user, _mail.smtp.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.smtp.starttls, _mail.smtp.tls
MAILER = _mail.mailer
NOTIFY_API_KEY, NOTIFY_TEMPLATE_ID = _mail.notify.api_key, _mail.notify.template_id
NOTIFY_BASE_URL, NOTIFY_REPLY_TO_ID = _mail.notify.base_url, _mail.notify.reply_to_id
EMAIL_TIMEOUT = 20

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DRAINS = ["ravs_identity.mailroom.go_round"]
AFTER_MIGRATING: list[str] = []

DJANGO_GUID = {"GUID_HEADER_NAME": "X-Request-ID", "EXPOSE_HEADER": False}
READINESS_REPORTS = {"worker": "ravs.core.worker.report"}
LOGGING = configuration(env.one_of("LOG_LEVEL", ["INFO", "WARNING", "ERROR"], "INFO"))
LOGGING["filters"]["without_links"] = {"()": "ravs_identity.discretion.WithoutLinks"}
LOGGING["handlers"]["stderr"]["filters"].append("without_links")
