"""``ravs worker``: the process behind the web pages."""

import click

from ravs.core import worker as background


@click.command()
def worker() -> None:
    """Send mail and make accounts, as they fall due, until told to stop.

    Any number may run. Ends gently on SIGTERM: the letter at hand is finished first.
    """
    background.run()
