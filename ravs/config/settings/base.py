"""What every way of running the service shares. Nothing here reads the environment."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF

PACKAGE = Path(__file__).resolve().parents[2]

INSTALLED_APPS = [
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "django_guid",
    "ravs.core",
    "ravs.nhsuk_forms",
    "ravs.audit",
    "ravs.mail",
    "ravs.accounts",
    "ravs.organisations",
    "ravs.members",
    "ravs.vaccines",
    "ravs.patients",
    "ravs.vaccinations",
    "ravs.reports",
    "ravs.integrations.pds",
    "ravs.integrations.immunisations",
    "ravs.integrations.ods",
]

MIDDLEWARE = [
    "ravs.core.probes.ProbeMiddleware",
    "django_guid.middleware.guid_middleware",
    "ravs.core.logging.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "ravs.core.headers.PrivacyHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "ravs.accounts.middleware.SignedInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "ravs.members.middleware.MembershipMiddleware",
    "ravs.core.access.AccessMiddleware",
]

ROOT_URLCONF = "ravs.config.urls"
WSGI_APPLICATION = "ravs.config.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "ravs.config.jinja2.environment",
            "context_processors": ["ravs.core.context.page_frame"],
        },
    },
]

STATIC_URL = "/static/"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
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

DJANGO_GUID = {"GUID_HEADER_NAME": "X-Request-ID", "EXPOSE_HEADER": False}
READINESS_REPORTS: dict[str, str] = {
    "worker": "ravs.core.worker.report",
    "identity_provider": "ravs.accounts.readiness.report",
}

SERVICE_NAME = "Record a vaccination service"
NHS_LOGO = False
NHSUK_FONT_STYLESHEET = ""

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "Europe/London"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_ENGINE = "ravs.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_MINUTES = 30
SESSION_WARNING_MINUTES = 2
SESSION_ABSOLUTE_HOURS = 12
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ravs.core.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
    },
    "counters": {"BACKEND": "ravs.core.counters.Counters"},
}
RATELIMIT_USE_CACHE = "counters"
# A count that is taken away while it is read keeps nobody from their work.
RATELIMIT_FAIL_OPEN = True
RATES = {
    # A hospital's people share one address, and all log in within minutes of each other.
    "log in": "600/m",
    "act": "300/m",
    "search": "300/m",
    "note refusal": "30/h",
    # One person at one organisation.
    "ask to come back": "3/d",
    "cannot sign in": "60/h",
    "cannot sign in with one address": "5/h",
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DRAINS = [
    "ravs.mail.delivery.drain",
    "ravs.mail.receipts.collect",
    "ravs.members.identity_drain.drain",
    "ravs.members.asking.answering.drain",
    "ravs.members.bulk_drain.drain",
    "ravs.members.importing.drain.drain",
]
# Rooms that keep records: each says why somebody's name has to stay, or nothing.
RECORD_KEEPERS = ["ravs.vaccinations.keeping.why_kept"]
# What rooms above that of members do at night, each step yielding how many counts it corrected.
NIGHT_WORK = [
    "ravs.vaccinations.home.recount.check_totals",
    "ravs.vaccinations.home.leavings.clear_leavings",
]
# What a database needs besides its tables; each says what it did, or nothing.
AFTER_MIGRATING = ["ravs.vaccines.services.import_shipped_catalogue"]
AUDIT_ORGANISATIONS_BY_ODS = "ravs.organisations.selectors.public_ids_of"
MAILER = "ravs.mail.smtp.SmtpMailer"
MAIL_LEASE_SECONDS = 300
NOTIFY_API_KEY = ""
NOTIFY_TEMPLATE_ID = ""
NOTIFY_BASE_URL = ""
NOTIFY_REPLY_TO_ID = ""

PATIENT_DIRECTORY = "ravs.integrations.pds.local.LocalDirectory"
ORGANISATION_DIRECTORY = "ravs.integrations.ods.local.LocalDirectory"
IMMUNISATION_HISTORY = "ravs.integrations.immunisations.local.LocalHistory"

ENTRY = "ravs.members.entry.door.Entry"

LAPSE_DAYS = 90
LAPSE_WARNING_DAYS = (60, 76, 83, 89)
LAPSE_SOON_DAYS = 76
END_NOTICE_DAYS = (14, 1)
INVITATION_DAYS = 90
INVITATION_MOST_SENDS = 10
RESEND_AFTER_DAYS = 7
IMPORT_KEPT_DAYS = 30
UPLOAD_MOST_BYTES = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "ravs.core.uploads.SizedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FEW_LEADS_DAYS = 60
FEW_LEADS_AGAIN_DAYS = 30
PAGE_SIZE = 20
MAY_RUN_FUTURE_NIGHTS = False
DEMO_MAILBOX_URL = ""
PAPER_FORM_URL = "/paper-form"
IDENTITY_HELP = ""
TRAINING_URL = ""
SUPPORT_PHONE = ""
SUPPORT_HOURS = ""
