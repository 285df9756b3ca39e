"""``ravs demo``: a believable world on this machine, with nothing else needed."""

import os
from pathlib import Path

import click

from ravs.demo.ground import Ground


@click.command()
@click.option("--keep", is_flag=True, help="Go on with the world of the last time.")
@click.option("--port", default=8000, show_default=True, help="Port of the service.")
@click.option("--identity-port", default=8001, show_default=True, help="Port of the provider.")
@click.option("--mail-port", default=8002, show_default=True, help="Port of the mail server.")
@click.option(
    "--state",
    default="var/demo",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory that holds it all; rebuilt at each start.",
)
@click.option("--reload", is_flag=True, help="Begin programs again when the code changes.")
@click.option("--verbose", is_flag=True, help="Show every request.")
@click.option("--end-with-parent", is_flag=True, help="End when the process that started it ends.")
def demo(
    keep: bool,
    port: int,
    identity_port: int,
    mail_port: int,
    state: Path,
    reload: bool,
    verbose: bool,
    end_with_parent: bool,
) -> None:
    """Try it all on this machine, with people and organisations that do not exist.

    Runs the service, its worker and its night job, a local identity provider and a mail server
    that sends nothing on. Prints who can sign in, and the address to open once all of it answers.
    """
    from ravs.demo import running

    parent = os.getppid() if end_with_parent else None
    ground = Ground(state.resolve(), port, identity_port, mail_port)
    options = running.Options(keep=keep, reload=reload, verbose=verbose)
    running.run(ground, options, parent=parent)
