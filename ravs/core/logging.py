"""One line of JSON per event on standard error: when, what, for whom, under which request.

Addresses are logged by the name of their route: a path holds public ids at most, but a query may
hold the name somebody searched for, and no such thing belongs in a log. JSON escapes line ends,
so no value can forge a line.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("ravs.request")


class WithoutRequest(logging.Filter):
    """Leaves out the request that Django attaches to whatever it refuses.

    It would be written with its whole address: what was searched for, a code not yet spent.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        vars(record).pop("request", None)
        return True


def configuration(level: str) -> dict[str, Any]:
    """``LOGGING`` for every process that runs for operators."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request_id": {"()": "django_guid.log_filters.CorrelationId"},
            "discreet": {"()": WithoutRequest},
        },
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": "%(levelname)s %(name)s %(correlation_id)s %(message)s",
                "rename_fields": {
                    "levelname": "level",
                    "name": "logger",
                    "correlation_id": "request_id",
                },
                "timestamp": "at",
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                "filters": ["request_id", "discreet"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            "django_guid": {"level": "WARNING"},
            "httpx2": {"level": "WARNING"},
        },
    }


class RequestLogMiddleware:
    """Tells of each request who asked for which page, how it ended and how long it took."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.monotonic()
        response = self.get_response(request)
        logger.info("request", extra=_told(request, response, time.monotonic() - begun))
        return response


def _told(request: HttpRequest, response: HttpResponse, seconds: float) -> dict[str, Any]:
    account = getattr(request, "account", None)
    organisation = getattr(request, "organisation", None)
    match = request.resolver_match
    return {
        "method": request.method,
        "route": match.view_name if match else None,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 1),
        "client": request.META.get("REMOTE_ADDR", ""),
        "account": str(account.public_id) if account else None,
        "organisation": str(organisation.public_id) if organisation else None,
    }
