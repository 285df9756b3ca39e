"""Fixtures and habits of the whole test suite (loaded by the root ``conftest.py``)."""

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.db.models.signals import pre_save
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from tests import flushing

# An example may take its time: a machine shared with others is no reason to fail. The same
# examples every time, so that a change is judged by itself; ``LONG=1`` looks for new ones.
settings.register_profile(
    "house",
    deadline=None,
    derandomize=os.environ.get("LONG") != "1",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.clients import PageClient


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests of locks and races to the engine that has them, and repeat no other in vain."""
    has_locks = connection.vendor == "postgresql"
    left_out = {item for item in items if (_is_said_once if has_locks else _needs_locks)(item)}
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


def _needs_locks(item: pytest.Item) -> bool:
    return item.get_closest_marker("postgres") is not None


def _is_said_once(item: pytest.Item) -> bool:
    """Whether SQLite has said it already: it is marked so, or it asks no database at all."""
    if item.get_closest_marker("once"):
        return True
    fixtures = set(getattr(item, "fixturenames", ()))
    asks = item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"}
    return not (asks or _needs_locks(item))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Put the shipped catalogue in once, as whoever installs the service does; let transactional
    tests empty append-only tables and keep what was there at first; and hold texts to the length
    of their columns, which SQLite does not."""
    if apps.is_installed("ravs.vaccines"):  # the provider has no rooms
        with django_db_blocker.unblock():
            _lay_out_catalogue()
    pre_save.connect(_hold_to_length)
    with flushing.allowed(django_db_blocker):
        yield
    pre_save.disconnect(_hold_to_length)


def _lay_out_catalogue() -> None:
    from ravs.vaccines.catalogue import memory
    from tests.vaccines import catalogue

    catalogue()
    memory.catalogue()


def _hold_to_length(sender: type[Model], instance: Model, **_: object) -> None:
    for field in sender._meta.concrete_fields:
        value = getattr(instance, field.attname)
        if isinstance(value, str) and field.max_length and not field.choices:
            assert len(value) <= field.max_length, f"{field}: {len(value)} characters"


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """One browser for a whole process: Playwright takes no second one beside it."""
    from tests.browser import browser

    with browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def rounds() -> "Rounds":
    """How often a long test goes round: all with ``LONG=1`` (make test-long), else a part."""
    return Rounds(long=os.environ.get("LONG") == "1")


class Rounds:
    def __init__(self, *, long: bool) -> None:
        self.long = long

    def __call__(self, whole: int, *, part: int = 10) -> int:
        """``part``: a tenth, or less where each round takes long."""
        return whole if self.long else max(1, whole // part)


@pytest.fixture
def catalogue_changes() -> "Iterator[Callable[[], None]]":
    """For tests that change rows of the catalogue otherwise than by a file: to be called after
    each change, as what processes keep in memory is told by the file alone."""
    from ravs.vaccines.catalogue.memory import forget, last_known, remember

    before = last_known()
    forget()
    yield forget
    remember(before)


@pytest.fixture
def client() -> "PageClient":
    """The strict client, in place of Django's."""
    from tests.clients import PageClient

    return PageClient()
