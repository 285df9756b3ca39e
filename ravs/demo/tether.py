"""Runs a command that must not outlive whoever asked for it.

    python -m ravs.demo.tether PID PORT COMMAND…

Starts the command once something answers at PORT of this machine (0: at once). Waits for it and
for the process PID, whichever ends first. When PID has gone, however suddenly, or the tether is
told to end, the command is asked to end and soon made to. Whatever the command leaves running
ends with it. The exit status is the command's.
"""

import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

GRACE_SECONDS = 4.0
"""Shorter than the supervisor's own patience, after which it would shoot the tether."""
LOOK_SECONDS = 0.1
HERE = "127.0.0.1"
PR_SET_PDEATHSIG = 1
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Told:
    """Whether this process has been told to end."""

    def __init__(self) -> None:
        self.to_end = False
        for name in ENDING:
            signal.signal(name, self.end)
        # The supervisor holds them back while it starts, and so whatever it starts begins deaf.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    def end(self, *_: object) -> None:
        self.to_end = True


def main(arguments: list[str]) -> int:
    has_gone, port = watch(int(arguments[0])), int(arguments[1])
    told = Told()
    while port and not answers(port):
        if told.to_end or has_gone(LOOK_SECONDS):
            return 0
    process = subprocess.Popen(  # noqa: S603 - the supervisor's own command
        arguments[2:],
        process_group=0,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - nothing runs beside us
    )
    while process.poll() is None and not told.to_end and not has_gone(LOOK_SECONDS):
        pass
    status = end_group(process)
    return status if status >= 0 else 128 - status


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HERE, port), timeout=LOOK_SECONDS):
        return True
    return False


def end_group(process: "subprocess.Popen[bytes]") -> int:
    """Ask the command to end, if it still runs; then shoot whatever it leaves behind."""
    if process.poll() is None:
        _signal_group(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
    _signal_group(process.pid, signal.SIGKILL)
    return process.wait()


def _signal_group(group: int, which: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, which)


def die_with_parent() -> None:
    """Where the kernel can do so, it ends the command when even the tether is shot."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def watch(owner: int) -> Callable[[float], bool]:
    """A function that waits for a while and says whether ``owner`` has gone.

    By a handle on that very process where the system has them: a number can be given to another.
    """
    if hasattr(os, "pidfd_open"):
        return _by_handle(owner)
    return _by_number(owner)


def _by_handle(owner: int) -> Callable[[float], bool]:
    try:
        handle = os.pidfd_open(owner)
    except ProcessLookupError:
        return lambda _: True
    return lambda seconds: bool(select.select([handle], [], [], seconds)[0])


def _by_number(owner: int) -> Callable[[float], bool]:
    def has_gone(seconds: float) -> bool:
        time.sleep(seconds)
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            return True
        return False

    return has_gone


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
