"""What a WSGI server loads."""

import os
from urllib.parse import urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from ravs.core.proxies import behind_proxies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravs_identity.settings")

application = behind_proxies(
    get_wsgi_application(),
    trusted=settings.TRUSTED_PROXIES,
    scheme=urlsplit(settings.PUBLIC_URL).scheme,
)
