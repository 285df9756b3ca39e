"""The wake-up that follows a promise of mail. Rows are the truth: a lost wake-up loses nothing."""

from django_tasks import task

from ravs.mail import delivery


@task
def wake() -> int:
    """Send what is due."""
    return delivery.drain()
