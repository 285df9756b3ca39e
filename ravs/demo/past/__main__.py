"""``python -m ravs.demo.past FILE``: write the past, and tell in FILE who came out of it."""

import os
import sys
from importlib import import_module
from pathlib import Path

import django

SETTINGS = "ravs.demo.past.settings"

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    django.setup()
    # Only now: whatever it imports needs the settings.
    import_module("ravs.demo.past.writing").write(Path(sys.argv[1]))
