"""The wake-up for acts for several people; like every wake-up without arguments (ADR 0008)."""

from django_tasks import task

from ravs.members import bulk_drain


@task()
def wake_bulk() -> None:
    """Carry on what was begun for several people."""
    bulk_drain.drain()
