"""The web processes of ``ravs serve``, which end with the one that started them."""

import errno
import multiprocessing
import socket
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from granian import Granian
from granian.constants import Interfaces

from ravs.core.lifeline import end_with_parent

FINISH_SECONDS = 20


class NowhereToListen(Exception):
    """The address cannot be had: something answers there already, or it is not ours."""


def most_threads() -> int:
    """As many requests at once as the machine can work on, and a few that wait for a peer."""
    return min(8, 2 * multiprocessing.cpu_count() + 1)


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Answer until told to stop. Requests under way are finished first."""
    refuse_taken(host, port)
    Granian(
        "ravs.core.serving:web_application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=FINISH_SECONDS,
        log_dictconfig=settings.LOGGING,
    ).serve()


def web_application() -> Any:
    """What each web process loads. A killed parent must not leave one behind on the port."""
    end_with_parent()
    return import_string(settings.WSGI_APPLICATION)


def refuse_taken(host: str, port: int) -> None:
    """A taken port is named before any process starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise NowhereToListen(f"Port {port} on {host} is taken: set PORT.") from error
            reason = error.strerror or "no such address"
            raise NowhereToListen(f"Port {port} on {host} cannot be had: {reason}.") from error
