"""The ``ravs`` command: a table of what operators can do, each loaded only when asked for.

Runs the production settings, whatever the environment says; the demonstration starts itself with
its own. Ends with status 0, or with one line on standard error and another status.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import click

from ravs.core.env import BadSetting
from ravs.core.errors import Refusal

PRODUCTION = "ravs.config.settings.production"
BARE = "ravs.config.settings.bare"
UNEXPECTED = 70  # EX_SOFTWARE of sysexits.h


@dataclass(frozen=True)
class Entry:
    """One word after ``ravs``: its help, where its click command is, whether it needs Django."""

    name: str
    help: str
    path: str
    django: bool = True


COMMANDS = (
    Entry("migrate", "Bring the database up to this version.", "ravs.core.commands:migrate"),
    Entry("serve", "Answer people's browsers.", "ravs.core.commands:serve"),
    Entry("worker", "Send mail and make accounts, as they fall due.", "ravs.mail.commands:worker"),
    Entry("nightly", "Apply the 90-day rule and its warnings.", "ravs.members.commands:nightly"),
    Entry("organisations", "Add organisations.", "ravs.organisations.commands:organisations"),
    Entry("catalogue", "Bring in the vaccine catalogue.", "ravs.vaccines.commands:catalogue"),
    Entry("vaccines", "Say who may give what.", "ravs.vaccines.commands:vaccines"),
    Entry("users", "Add and bring back people.", "ravs.members.commands:users"),
    Entry(
        "patients",
        "Fill the local directory of patients.",
        "ravs.integrations.synthetic.commands:patients",
    ),
    Entry(
        "care-homes",
        "Fill the local directory of care homes.",
        "ravs.integrations.ods.commands:care_homes",
    ),
    Entry("audit", "Prove that the history is whole.", "ravs.audit.commands:audit"),
    Entry("check", "Look over the configuration.", "ravs.core.commands:check"),
    Entry(
        "identity",
        "Run the local identity provider.",
        "ravs_identity.cli:identity",
        django=False,
    ),
    Entry("demo", "Try it all on this machine.", "ravs.demo.commands:demo", django=False),
)


class Table(click.Group):
    """Lists the table without loading anything; loads a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [entry.name for entry in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = next((entry for entry in COMMANDS if entry.name == cmd_name), None)
        return load(entry) if entry else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.help) for entry in COMMANDS])


def load(entry: Entry) -> click.Command:
    if entry.django:
        set_up_django()
    module, _, name = entry.path.partition(":")
    command: click.Command = getattr(import_module(module), name)
    return command


def set_up_django() -> None:
    """Help texts are for everybody; anything else needs the operator's settings."""
    import django
    from django.conf import settings

    if not settings.configured:
        os.umask(0o077)  # a database file holds sessions and names: it is for this user alone
        os.environ["DJANGO_SETTINGS_MODULE"] = BARE if wants_help() else _settings
        django.setup()


def wants_help() -> bool:
    return "--help" in sys.argv


_settings = PRODUCTION


@click.group(cls=Table, context_settings={"max_content_width": 100})
@click.version_option(package_name="ravs", prog_name="ravs")
def ravs() -> None:
    """Record a vaccination: run the service, and look after its organisations and people.

    Settings come from the environment; the README lists them. Each command has its own --help.
    """


def main(arguments: Sequence[str] | None = None, *, settings: str = PRODUCTION) -> None:
    """What the console script calls; ``settings`` is for the demonstration alone."""
    global _settings  # noqa: PLW0603 - one process runs one command with one set of settings
    _settings = settings
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """One command; its exit status. Whatever goes wrong is told in one line."""
    try:
        status = ravs.main(
            args=None if arguments is None else list(arguments),
            prog_name="ravs",
            standalone_mode=False,
        )
    except click.exceptions.NoArgsIsHelpError as error:
        return told(error.format_message(), 2, prefix="")
    except click.ClickException as error:
        return told(" ".join(error.format_message().split()), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return told("Stopped.", 130, prefix="")
    except (BadSetting, Refusal) as error:
        return told(str(error), 1)
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except Exception as error:  # noqa: BLE001 - the last door: told in one line, whatever it is
        return unexpected(error)
    return status if isinstance(status, int) else 0


def told(text: str, status: int, *, prefix: str = "Error: ") -> int:
    click.echo(f"{prefix}{text}", err=True)
    return status


def unexpected(error: Exception) -> int:
    """A fault of ours, or of what we stand on: one line, and the rest for who asks."""
    if os.environ.get("RAVS_TRACEBACK") == "1":
        raise error
    from django.db import DatabaseError

    first_line = (str(error).strip() or "no details").splitlines()[0]
    if isinstance(error, DatabaseError):
        return told(f"The database refused: {first_line}", 1)
    return told(f"{type(error).__name__}: {first_line} (RAVS_TRACEBACK=1 shows where)", UNEXPECTED)
