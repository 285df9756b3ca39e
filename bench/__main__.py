"""Measures everything, or what is named, in a database that is gone afterwards."""

import os
import sys
from importlib import import_module

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ravs.config.settings.test")
    django.setup()
    # Only now: what is measured needs the settings.
    import_module("bench.running").main(sys.argv[1:])
