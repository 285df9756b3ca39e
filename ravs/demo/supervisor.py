"""One process that starts all the others, shows what they say, and ends them together.

Honcho does the work: it is kept, small, speaks to ordinary processes, gives each a session of its
own so that one Ctrl-C reaches the supervisor alone, and ends all when one ends. (Circus brings a
message broker and a network of sockets; Supervisor is a daemon with a file of its own.) What it
lacks is added by ``tether``: a supervisor that dies without a word takes everything with it.
"""

import json
import os
import re
import shlex
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence

from honcho.manager import Manager  # type: ignore[import-untyped]
from honcho.printer import Message, Printer  # type: ignore[import-untyped]

from ravs.core.errors import Refusal
from ravs.demo.programs import Program
from ravs.demo.tether import watch

STARTED = re.compile(r"^\w+ started \(pid=\d+\)$")
STOPPED = re.compile(r"^(?P<name>\w+) stopped \(rc=(?P<status>-?\d+)\)$")
RECEIVED = re.compile(r"^SIG\w+ received$")
QUIET = frozenset({"DEBUG", "INFO"})
AS_MEANT = "plain http on this machine"
HELD_BACK = {signal.SIGINT, signal.SIGTERM}
LOOK_SECONDS = 0.25
PARENT_LOOK_SECONDS = 1.0


class Crashed(Refusal):
    """One of the programs ended although nobody had asked it to."""


class Teller(Printer):  # type: ignore[misc]
    """Shows what programs say. From the supervisor's own remarks it learns how things stand."""

    def __init__(self, *, verbose: bool) -> None:
        super().__init__(sys.stdout)
        self.verbose = verbose
        self.started = 0
        self.was_asked_to_end = False
        self.first_stopped: tuple[str, int] | None = None

    def write(self, message: Message) -> None:
        text = (
            message.data
            if isinstance(message.data, str)
            else message.data.decode("utf-8", "replace")
        )
        if message.name == "system":
            self.learn(text.strip())
        elif self.was_asked_to_end and not self.verbose:
            return
        elif said := readable(text.rstrip(), verbose=self.verbose):
            super().write(message._replace(data=said))

    def learn(self, remark: str) -> None:
        if STARTED.match(remark):
            self.started += 1
        elif RECEIVED.match(remark):
            self.was_asked_to_end = True
            self.output.write("\nEnding everything.\n")
        elif (found := STOPPED.match(remark)) and self.first_stopped is None:
            self.first_stopped = (found["name"], int(found["status"]))


def readable(line: str, *, verbose: bool) -> str:
    """A line of the log as a person reads it; nothing when it need not be read.

    That all is plain http on this machine is how the demonstration is meant to be.
    """
    try:
        told = json.loads(line)
    except ValueError:
        return "" if AS_MEANT in line and not verbose else line
    if not isinstance(told, dict) or "message" not in told:
        return line
    level = told.get("level", "")
    if level in QUIET and not verbose:
        return ""
    lines = [f"{level.lower()}: {told['message']}", told.get("exc_info", "")]
    return "\n".join(part for part in lines if part)


class Crew(Manager):  # type: ignore[misc]
    """Honcho's manager, deaf to signals until every program has started: before, it could end
    only those that it knew of."""

    def __init__(self, teller: Teller, when_begun: Callable[[], None]) -> None:
        super().__init__(teller)
        self.teller = teller
        self.when_begun = when_begun

    def _start(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, HELD_BACK)
        super()._start()
        # Only now: the programs are forked off while nothing else runs here.
        self.when_begun()

    def _system_print(self, data: str) -> None:
        super()._system_print(data)
        if self.teller.started == len(self._processes):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD_BACK)


def run(
    programs: Sequence[Program],
    *,
    is_ready: Callable[[], bool],
    when_ready: Callable[[], None],
    verbose: bool = False,
) -> None:
    """Run programs until one ends or somebody asks for the end; then all have ended.

    ``when_ready`` is called once, as soon as ``is_ready``.

    Raises:
        Crashed, when the end came from one of the programs
    """
    ended = threading.Event()
    herald = threading.Thread(
        target=_herald, args=(is_ready, when_ready, ended), name="herald", daemon=True
    )
    teller = Teller(verbose=verbose)
    crew = Crew(teller, herald.start)
    for program in programs:
        command = shlex.join(program.tethered(os.getpid()))
        crew.add_process(program.name, f"exec {command}", env=dict(program.environment))
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        crew.loop()
    except BaseException:  # noqa: BLE001 - there is no way back from half an end
        # The tethers see this process go, and end what they hold.
        traceback.print_exc()
        os._exit(1)
    finally:
        ended.set()
    if teller.first_stopped and not teller.was_asked_to_end:
        name, status = teller.first_stopped
        raise Crashed(f"“{name}” ended by itself with status {status}, so everything was ended.")


def _herald(
    is_ready: Callable[[], bool], when_ready: Callable[[], None], ended: threading.Event
) -> None:
    while not ended.wait(LOOK_SECONDS):
        if is_ready():
            when_ready()
            return


def end_with(parent: int) -> None:
    """End this process, and so everything, when ``parent`` has gone."""
    has_gone = watch(parent)

    def wait() -> None:
        while not has_gone(PARENT_LOOK_SECONDS):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()
