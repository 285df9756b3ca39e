"""A new database with a past in it."""

import json
from dataclasses import asdict
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from ravs.core.progress import progress
from ravs.demo.past import people
from ravs.demo.past.cast import CAST
from ravs.demo.past.world import World


def write(file: Path) -> None:
    """Make the database of this process's settings, fill it, and list its people in ``file``."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    world = World(CAST)
    with progress("Making the world", world.days()) as advance:
        world.write(now=timezone.now(), advance=advance)
    found = [asdict(person) for person in people.everybody(CAST)]
    file.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
