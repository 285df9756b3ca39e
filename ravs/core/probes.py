"""``/healthz`` and ``/readyz`` for whatever keeps the service running.

Answered before the host check, as a prober knows only an address. Ready means that the database
answers and has every migration; what else is worth knowing is told in the body and never takes
the service out of rotation: mail waits, and open sessions go on, while the provider is away.
"""

import logging
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


class ProbeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.probes = {"/healthz": healthy, "/readyz": ready}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = self.probes.get(request.path_info)
        if probe is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = probe()
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def healthy() -> HttpResponse:
    """The process answers. Nothing else is asked, so that a sick database restarts nobody."""
    return JsonResponse({"status": "ok"})


def ready() -> HttpResponse:
    try:
        missing = unapplied_migrations()
    except DatabaseError:
        logger.warning("The database did not answer a readiness probe.", exc_info=True)
        return JsonResponse({"status": "unready", "database": "unreachable"}, status=503)
    if missing:
        body = {"status": "unready", "database": "ok", "migrations": "unapplied"}
        return JsonResponse(body, status=503)
    body = {"status": "ready", "database": "ok", "migrations": "applied"}
    return JsonResponse(body | reports())


def unapplied_migrations() -> set[tuple[str, str]]:
    """Migrations on disk which the database has not seen."""
    return migrations_on_disk() - set(MigrationRecorder(connection).applied_migrations())


@cache
def migrations_on_disk() -> set[tuple[str, str]]:
    """Read once: a process runs the version it was started with, and probes come often."""
    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def reports() -> dict[str, Any]:
    """What each room named in ``READINESS_REPORTS`` says of itself; a failing one says so."""
    return {name: _report(name, source) for name, source in settings.READINESS_REPORTS.items()}


def _report(name: str, source: str) -> Any:
    try:
        return import_string(source)()
    except Exception:
        logger.warning("The readiness report %s failed.", name, exc_info=True)
        return "unknown"
