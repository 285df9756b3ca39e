"""Takes the time, and prints what came out."""

import time
from collections.abc import Callable
from statistics import median

from django.conf import settings
from django.test.utils import get_runner, setup_test_environment
from rich.console import Console
from rich.table import Table

from bench import measures

TURNS = 7


def seconds(act: Callable[[], object], *, turns: int = TURNS) -> float:
    """The middle of several turns."""
    taken = []
    for _ in range(turns):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return median(taken)


def main(names: list[str]) -> None:
    """Measure in a test database of its own; no ``names`` means everything."""
    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        Console(width=110).print(table_of(names))
    finally:
        runner.teardown_databases(databases)


def table_of(names: list[str]) -> Table:
    table = Table("what", "of", "compared with", "times as long")
    for measure in measures.ALL:
        if not names or measure.__name__ in names:
            for what, of, reference, ratio in measure(seconds):
                table.add_row(what, of, reference, f"{ratio:.2f}")
    return table
