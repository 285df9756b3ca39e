"""Where ``django-ratelimit`` keeps its counts: in the database, each step one statement.

Django's own database cache reads, adds and writes, so of two requests at once it counts one; the
library rightly refuses it. Here every process counts in one table and no request is lost.
"""

from datetime import timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.utils import timezone

from ravs.core.models import Counter

IS_COUNTED = "SELECT 1 FROM core_counter WHERE key = %s AND expires > %s"
BEGIN = """
    INSERT INTO core_counter (key, count, expires) VALUES (%s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET count = excluded.count, expires = excluded.expires
    WHERE core_counter.expires <= %s
"""
COUNT = "UPDATE core_counter SET count = count + %s WHERE key = %s RETURNING count"


class Counters(BaseCache):
    """The part of a cache that counting needs: ``add``, ``incr``, ``get`` and ``clear``."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(
        self, key: str, value: int, timeout: float | None = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        """Begin to count at ``value``, unless the key is being counted; whether it was not.

        Nearly always it is. Then nothing is written, and no commit has to reach the disk.
        """
        now, made = timezone.now(), self.make_key(key, version)
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        ends = now + timedelta(seconds=seconds or 0)
        with connection.cursor() as cursor:
            cursor.execute(IS_COUNTED, [made, now])
            if cursor.fetchone():
                return False
            cursor.execute(BEGIN, [made, value, ends, now])
            return bool(cursor.rowcount)

    def incr(self, key: str, delta: int = 1, version: Any = None) -> int:
        """Raises ValueError when nobody counts this key, as every cache does."""
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [delta, self.make_key(key, version)])
            row = cursor.fetchone()
        if row is None:
            raise ValueError(f"Nobody counts {key}")
        return int(row[0])

    def get(self, key: str, default: Any = None, version: Any = None) -> Any:
        row = Counter.objects.filter(key=self.make_key(key, version), expires__gt=timezone.now())
        return row.values_list("count", flat=True).first() or default

    def clear(self) -> None:
        Counter.objects.all().delete()


def forget_old_counts() -> None:
    """Take away the counts of windows that are over."""
    Counter.objects.filter(expires__lt=timezone.now()).delete()
