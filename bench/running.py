"""Makes what is missing, measures, shows a table and writes ``bench/results.json``."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.test.utils import get_runner, setup_test_environment
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import cluster, filling, growth, measures, saving
from bench.report import table_of
from bench.service import environment_of, serving
from tests.operator import ravs

RESULTS = Path(__file__).with_name("results.json")
SMALL = 20_000
TURNS = 7
MANY = 1_000_000
# At full size: about a minute at the rate that is aimed at.
SAVES, JOURNEYS = {True: 6000, False: 240}, {True: 240, False: 24}
SERVED = ("record_save", "record_journey", "home_growth", "records_search_growth")
NAMES = (*SERVED, *(measure.__name__ for measure in measures.ALL))


class Bar:
    """Progress on standard error: what is being done, and how far it is."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self.shown = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True))

    @contextmanager
    def of(self, what: str, total: int) -> Iterator[Callable[[int], None]]:
        task = self.shown.add_task(what, total=total)
        yield lambda steps: self.shown.advance(task, steps)
        self.shown.update(task, completed=total)


def main(size: int, names: list[str]) -> None:
    """Measure ``names``, or everything; whoever named something writes no results."""
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        raise SystemExit(f"There is no {', '.join(unknown)}. There are: {', '.join(NAMES)}.")
    bar = Bar()
    with bar.shown:
        found = measure(size, names or list(NAMES), bar)
    Console(width=110).print(table_of(found))
    if not names:
        RESULTS.write_text(json.dumps(found, indent=2) + "\n")


def measure(size: int, names: list[str], bar: Bar) -> dict[str, Any]:
    found: dict[str, Any] = {"measured_at": timezone.now().isoformat(), "size": size}
    if set(names) & set(SERVED):
        many, few = (filled(one, bar) for one in (size, SMALL))
        found |= recording(many, size, names, bar)
        found |= growing(many, few, names, bar)
    found["ratios"] = ratios(names, bar)
    return found


def filled(size: int, bar: Bar) -> str:
    """The address of a database with so many vaccinations; makes what is missing of it."""
    name = f"bench_{size}"
    address = cluster.database(cluster.HOME / "postgres", name)
    turn_to(name)
    done = ravs("migrate", env=environment_of(address))
    if done.returncode:
        raise SystemExit(f"The database could not be migrated: {done.stderr.strip()}")
    if not filling.is_full():
        with bar.of(f"Generating {size:,} vaccinations", filling.rows_to_come(size)) as advance:
            filling.fill(size, advance=advance)
            filling.look_over()
    return address


def turn_to(database: str) -> None:
    """Have Django speak to another database of the cluster from now on."""
    connection.close()
    connection.settings_dict["NAME"] = database


def recording(many: str, size: int, names: list[str], bar: Bar) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if not {"record_save", "record_journey"} & set(names):
        return found
    turn_to(f"bench_{size}")
    saves, journeys = SAVES[size >= MANY], JOURNEYS[size >= MANY]
    with serving(many, workers=2) as service:
        if "record_save" in names:
            with bar.of("Saving records", saves) as advance:
                postmaster = postmaster_of(many)
                found["record_save"] = saving.record_save(
                    service, postmaster, saves, lambda: advance(1)
                )
        if "record_journey" in names:
            with bar.of("Whole journeys", journeys) as advance:
                found["record_journey"] = saving.record_journey(
                    service, journeys, lambda: advance(1)
                )
    return found


def postmaster_of(address: str) -> int:
    with psycopg.connect(address) as bare:
        row = bare.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
        directory = Path((row.fetchone() or ("",))[0])
    return int((directory / "postmaster.pid").read_text().split()[0])


def growing(many: str, few: str, names: list[str], bar: Bar) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if not {"home_growth", "records_search_growth"} & set(names):
        return found
    with ExitStack() as stack:
        visitors = []
        for address in (many, few):
            service = stack.enter_context(serving(address, workers=1))
            turn_to(address.rpartition("/")[2])
            visitors.append(growth.visitor(service))
        if "home_growth" in names:
            with bar.of("Home", 1):
                found["home_growth"] = growth.home_growth(*visitors)
        if "records_search_growth" in names:
            with bar.of("Searching", len(visitors[0].lists)) as advance:
                found["records_search_growth"] = growth.records_search_growth(
                    *visitors, lambda: advance(1)
                )
    return found


def ratios(names: list[str], bar: Bar) -> list[dict[str, Any]]:
    """The measures that make their own few rows, in a database that is gone afterwards."""
    wanted = [one for one in measures.ALL if one.__name__ in names]
    if not wanted:
        return []
    turn_to(cluster.FIRST)
    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    found = []
    try:
        with bar.of("Lists, history, nights, reactivating", len(wanted)) as advance:
            for one in wanted:
                for row in one(seconds):
                    found.append(dict(zip(("what", "of", "compared_with"), row, strict=False)))
                    found[-1]["ratio"] = round(row[3], 2)
                advance(1)
    finally:
        runner.teardown_databases(databases)
    return found


def seconds(act: Callable[[], object], *, turns: int = TURNS) -> float:
    """The middle of several turns."""
    taken = []
    for _ in range(turns):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return median(taken)
