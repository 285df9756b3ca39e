"""``ravs patients …``: people for the local directory, and its outages."""

from pathlib import Path

import click
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ravs.core.dates import london_today
from ravs.core.progress import progress
from ravs.integrations.immunisations.models import Outage as HistoryOutage
from ravs.integrations.pds.models import Outage, Person, Switch
from ravs.integrations.synthetic import generating, loading
from ravs.integrations.synthetic.known import known
from ravs.integrations.synthetic.people import MOST

LOCAL = "ravs.integrations.pds.local.LocalDirectory"


@click.group()
def patients() -> None:
    """Fill the local directory of patients, and practise its outages."""
    if settings.PATIENT_DIRECTORY != LOCAL:
        raise click.ClickException("Patients are looked up elsewhere (PATIENT_DIRECTORY).")


@patients.command()
@click.option("--count", default=3000, show_default=True, type=click.IntRange(0, MOST))
@click.option("--seed", default=1, show_default=True, help="Another seed makes other people.")
def generate(count: int, seed: int) -> None:
    """Add made-up people with numbers of the test range 999, and what they had before.

    Whoever is there already stays as they are, so this may be repeated.
    """
    today = london_today()
    with progress("Making people", count + len(list(known(today)))) as advance:
        added = generating.generate(count, seed=seed, today=today, advance=advance)
    click.echo(f"{added:,} people were added. There are {Person.objects.count():,} now.")


@patients.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Load people from a CSV file. The operator's guide says what its columns are.

    Whoever is there already gets the file's details. A wrong line, and nobody is loaded.
    """
    click.echo(f"{loading.load(file):,} people were loaded.")


@patients.command()
@click.argument("state", type=click.Choice([switch.value for switch in Switch]))
@click.option("--history", is_flag=True, help="Of vaccinations given elsewhere as well.")
def outage(state: str, history: bool) -> None:
    """Have the directory give no answer, to practise what to do then. ``off`` ends both outages."""
    with transaction.atomic():
        for kind in (Outage, HistoryOutage):
            kind.objects.all().delete()
        if state == Switch.ON:
            for kind in (Outage, HistoryOutage) if history else (Outage,):
                kind.objects.create(since=timezone.now())
    silent = "The directory and the history answer" if history else "The directory answers"
    click.echo(f"{silent} nothing." if state == Switch.ON else "Everything answers again.")
