"""A wake-up without arguments: the rows are the truth, a lost task loses nothing (ADR 0008)."""

from django_tasks import task


@task()
def wake() -> None:
    """Carry on with the lists that wait, for some seconds."""
    from ravs.members.importing.drain import carry_on  # noqa: PLC0415 - it wakes the next one

    carry_on()
