"""Rows that belong to the running of the service and to no room of it."""

from django.db import models


class WorkerHeartbeat(models.Model):
    """When a background worker last went round. ``/readyz`` tells of it."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()


class CacheEntry(models.Model):
    """The table behind Django's database cache (``CACHES``); nothing but that cache uses it.

    Declared as a model so that a migration makes it, on every engine, before the first request.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "core_cache"


class Counter(models.Model):
    """How often something was asked for within a window of time (``ravs.core.counters``)."""

    key = models.CharField(max_length=120, primary_key=True)
    count = models.PositiveIntegerField()
    expires = models.DateTimeField(db_index=True)
