"""``python -m ravs.demo serve`` and the like: the commands of ``ravs`` with the demo's settings.

``python -m ravs.demo nights`` besides: the night job, night after night.
"""

import os
import sys
from importlib import import_module

import django

from ravs.cli import main

SETTINGS = "ravs.config.settings.demo"

if __name__ == "__main__":
    if sys.argv[1:] == ["nights"]:
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
        django.setup()
        # Only now: whatever it imports needs the settings.
        import_module("ravs.demo.nights").run()
    else:
        main(settings=SETTINGS)
