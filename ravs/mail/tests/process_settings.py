"""Settings of the worker processes that the kill tests start: the outbox and no more."""

import os

from ravs.config.settings.test import *  # noqa: F403

INSTALLED_APPS = ["django_tasks", "django_tasks_db", "ravs.core", "ravs.mail"]
DRAINS = ["ravs.mail.delivery.drain"]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("SINK_PORT", "0"))
EMAIL_TIMEOUT = 60
MAIL_LEASE_SECONDS = 2

if "NOTIFY_URL" in os.environ:
    MAILER = "ravs.mail.notify.NotifyMailer"
    NOTIFY_BASE_URL = os.environ["NOTIFY_URL"]
    NOTIFY_API_KEY = os.environ["NOTIFY_API_KEY"]
    NOTIFY_TEMPLATE_ID = os.environ["NOTIFY_TEMPLATE_ID"]
    DRAINS += ["ravs.mail.receipts.collect"]
