"""``ravs identity serve``: web processes and the postman, which live and die together."""

import multiprocessing
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

from granian import Granian
from granian.constants import Interfaces

from ravs_identity.lifeline import end_with_parent

LOOK_SECONDS = 2.0
FINISH_SECONDS = 20.0
SPAWN = "spawn"


def serve(*, host: str, port: int, threads: int) -> None:
    """Answer browsers and send mail until told to stop."""
    # A forked child would share the postman's minder thread; a spawned one starts clean.
    multiprocessing.set_start_method(SPAWN, force=True)
    with postman():
        Granian(
            "ravs_identity.serving:web_application",
            factory=True,
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=threads,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=int(FINISH_SECONDS),
            log_dictconfig=log_configuration(),
        ).serve()


def log_configuration() -> dict[str, object]:
    from django.conf import settings

    return dict(settings.LOGGING)


def web_application() -> object:
    """What each web process loads."""
    end_with_parent()
    from ravs_identity.wsgi import application

    return application


def deliver() -> None:
    """What the postman's process does."""
    end_with_parent()
    import django

    django.setup()
    from ravs_identity import mailroom

    mailroom.run()


@contextmanager
def postman() -> Iterator[None]:
    """A postman at work for as long as the block runs; one that falls over is replaced."""
    stopping = threading.Event()
    minder = threading.Thread(target=_mind, args=(stopping,), name="postman", daemon=True)
    minder.start()
    try:
        yield
    finally:
        stopping.set()
        minder.join(FINISH_SECONDS)


def _mind(stopping: threading.Event) -> None:
    process = _start()
    while not stopping.wait(LOOK_SECONDS):
        if not process.is_alive():
            process = _start()
    process.terminate()
    process.join(FINISH_SECONDS)
    if process.is_alive():
        process.kill()


def _start() -> BaseProcess:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravs_identity.settings")
    process = multiprocessing.get_context(SPAWN).Process(target=deliver, name="postman")
    process.start()
    return process
