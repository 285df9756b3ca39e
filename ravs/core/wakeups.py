"""Wake-ups that work left undone leaves behind it, in the queue and behind what came meanwhile."""

from typing import Any

from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from ravs.core import stopping


def wake_again(task: Task[..., Any]) -> None:
    """Queue ``task`` unless it waits there already, or this process is about to end.

    Work that takes minutes does a few seconds of it at a time and calls this: so the worker sees
    to its mail in between, and no sweep has to be waited for.
    """
    if stopping.requested():
        return
    if not DBTaskResult.objects.ready().filter(task_path=task.module_path).exists():
        task.enqueue()
