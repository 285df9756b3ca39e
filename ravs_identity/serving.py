"""``ravs identity serve``: a web process and the postman, which live and die together."""

import multiprocessing
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.context import SpawnContext, SpawnProcess

import django
from django.conf import settings

from ravs.core import serving
from ravs.core.lifeline import end_with_parent

LOOK_SECONDS = 2.0
FINISH_SECONDS = 20.0


def serve(*, host: str, port: int, threads: int) -> None:
    """Answer browsers and send mail until told to stop."""
    # A forked child would share the thread that minds the postman; a spawned one starts clean.
    multiprocessing.set_start_method("spawn", force=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings.SETTINGS_MODULE)
    with postman():
        serving.serve(host=host, port=port, workers=1, threads=threads)


def deliver() -> None:
    """What the postman's process does."""
    end_with_parent()
    django.setup()
    import_module("ravs_identity.mailroom").run()


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


def _start() -> SpawnProcess:
    process = SpawnContext().Process(target=deliver, name="postman")
    process.start()
    return process
