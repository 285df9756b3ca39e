"""SQLite as it is today: Django 5.2 still counts with the 999 parameters of before 2020.

A statement for a thousand people would be cut into a dozen. Django 6 asks the library, as here.
"""

import sqlite3
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver


@receiver(connection_created, dispatch_uid="core.sqlite")
def ask_for_the_real_limit(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Let statements hold as many parameters as the library takes."""
    if connection.vendor == "sqlite":
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = limit
