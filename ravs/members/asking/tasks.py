"""The wake-up without arguments: the rows are the truth, a lost one loses nothing (ADR 0008)."""

from django_tasks import task

from ravs.members.asking import answering


@task()
def wake() -> None:
    """Answer those who asked why they cannot log in."""
    answering.drain()
