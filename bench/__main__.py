"""Measures everything, or what is named."""

import argparse
import os
from importlib import import_module

DEFAULT_SIZE = 5_000_000
LEAST_SIZE = 1_000


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    words.add_argument("--size", type=int, default=DEFAULT_SIZE, help="vaccinations in place")
    words.add_argument("names", nargs="*", help="what to measure; everything when left out")
    given = words.parse_args()
    if given.size < LEAST_SIZE:
        words.error(f"--size must be {LEAST_SIZE} or more")
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    cluster = import_module("bench.cluster")
    with cluster.running() as directory:
        os.environ["DATABASE_URL"] = cluster.url(directory, cluster.FIRST)
        import_module("django").setup()
        # Only now: what is measured needs the settings.
        import_module("bench.running").main(given.size, given.names)


if __name__ == "__main__":
    main()
