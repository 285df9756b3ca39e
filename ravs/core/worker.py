"""The background worker: wake-ups from the task queue, and a sweep besides.

Rows with a lease are what has to be done; a wake-up only says "look now". So everything a lost,
late or repeated wake-up could cause is a delay, and the sweep bounds that delay. Any number of
workers may run at once.
"""

import logging
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, close_old_connections, connections
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker
from django_tasks_db.models import DBTaskResult

from ravs.core import stopping
from ravs.core.counters import forget_old_counts
from ravs.core.models import WorkerHeartbeat

logger = logging.getLogger(__name__)

NAME = "worker"
SWEEP_SECONDS = 10.0
PAUSE_SECONDS = 0.5
BATCH = 50
PRUNE_SECONDS = 3600.0
KEEP_RESULTS_DAYS = 7
LATE_AFTER = timedelta(seconds=60)
LONGEST_WAIT_FOR_DATABASE = 15.0

Drain = Callable[[int], int]


class Worker:
    """Goes round until asked to end. A database that is away is waited for."""

    def __init__(self, *, sweep_seconds: float = SWEEP_SECONDS) -> None:
        self.sweep_seconds = sweep_seconds
        self.next_sweep = 0.0
        self.next_prune = 0.0
        self.missed = 0
        self.tasks: TaskWorker | None = None

    def run(self) -> None:
        logger.info("The worker has started.")
        while not stopping.requested():
            try:
                self.go_round()
                self.missed = 0
            except (OperationalError, InterfaceError) as error:
                self.wait_for_database(error)
            stopping.wait(PAUSE_SECONDS)
        connections.close_all()
        logger.info("The worker has ended.")

    def go_round(self) -> None:
        close_old_connections()
        self.run_tasks()
        now = time.monotonic()
        if now >= self.next_sweep:
            self.next_sweep = now + self.sweep_seconds
            sweep()
        if now >= self.next_prune:
            self.next_prune = now + PRUNE_SECONDS
            prune()

    def run_tasks(self) -> None:
        """Carry out what waits in the task queue, then come back."""
        self.tasks = TaskWorker(
            queue_names=["*"],
            interval=PAUSE_SECONDS,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=BATCH,
            worker_id=uuid4().hex,
            excluded_queue_names=[],
        )
        self.tasks.run()

    def wait_for_database(self, error: Exception) -> None:
        self.missed += 1
        wait = min(2.0 ** (self.missed - 1), LONGEST_WAIT_FOR_DATABASE)
        logger.warning("The database is away, trying again in %s s: %s", wait, error)
        connections.close_all()
        stopping.wait(wait)

    def end(self, *_signal: Any) -> None:
        """Finish the step at hand, then end. A second signal ends at once."""
        if stopping.requested():
            raise SystemExit(1)
        stopping.request()
        if self.tasks is not None:
            self.tasks.running = False


def run() -> None:
    """Work in this process until SIGTERM or SIGINT."""
    logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
    worker = Worker()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, worker.end)
    worker.run()


def sweep(limit: int = BATCH) -> int:
    """Call every drain until it has nothing left, with a heartbeat before each call."""
    done = 0
    for path in settings.DRAINS:
        taken = limit
        while taken == limit and not stopping.requested():
            beat()
            taken = _drained(path, limit)
            done += taken
    return done


def _drained(path: str, limit: int) -> int:
    """One call of one drain. A fault in one must not keep the others from their work."""
    try:
        drain: Drain = import_string(path)
        return drain(limit)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("The drain %s failed.", path)
        return 0


def beat() -> None:
    """Say that this process is at work."""
    WorkerHeartbeat.objects.update_or_create(name=NAME, defaults={"at": timezone.now()})


def prune() -> None:
    """Forget the results of old wake-ups, also of those whose worker died over them, and counts
    of windows long over."""
    call_command(
        "prune_db_task_results", min_age_days=KEEP_RESULTS_DAYS, queue_name="*", verbosity=0
    )
    long_ago = timezone.now() - timedelta(days=KEEP_RESULTS_DAYS)
    DBTaskResult.objects.running().filter(started_at__lt=long_ago).delete()
    forget_old_counts()


def report() -> dict[str, Any]:
    """For ``/readyz``: when a worker last went round, and whether that was too long ago."""
    heartbeat = WorkerHeartbeat.objects.filter(name=NAME).first()
    if heartbeat is None:
        return {"state": "never seen", "at": None}
    late = timezone.now() - heartbeat.at > LATE_AFTER
    return {"state": "late" if late else "ok", "at": heartbeat.at.isoformat(timespec="seconds")}
