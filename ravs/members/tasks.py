"""Wake-ups without arguments: the rows are the truth, a lost task loses nothing (ADR 0008)."""

from django_tasks import task

from ravs.members import identity_drain


@task()
def wake() -> None:
    """Make the identity calls that are due."""
    identity_drain.drain()
