"""Nothing that the demonstration starts outlives it, however it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.demo.running import free_ports

PATIENCE_SECONDS = 60.0
LEAVES_A_CHILD = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[1], "w").write(f"{os.getpid()} {child.pid}")
time.sleep(600 if len(sys.argv) == 2 else 0)
sys.exit(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
"""
DEAF = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").write(f"{os.getpid()} {os.getpid()}")
time.sleep(600)
"""


@pytest.fixture
def owner() -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "pids"


def tether(owner: int, *command: str, port: int = 0) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-m", "ravs.demo.tether", str(owner), str(port), *command]
    return subprocess.Popen(words, start_new_session=True)


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def noted(note: Path) -> list[int]:
    wait_for(lambda: note.exists() and len(note.read_text().split()) == 2)
    return [int(pid) for pid in note.read_text().split()]


def is_gone(pid: int) -> bool:
    """Ended, whether or not somebody has taken note of it."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("program", [LEAVES_A_CHILD, DEAF], ids=["with a child", "deaf"])
def test_it_ends_everything_when_its_owner_is_shot(
    owner: "subprocess.Popen[bytes]", note: Path, program: str
) -> None:
    held = tether(owner.pid, sys.executable, "-c", program, str(note))
    pids = noted(note)
    owner.kill()
    owner.wait()
    held.wait(PATIENCE_SECONDS)
    wait_for(lambda: all(is_gone(pid) for pid in pids))


def test_it_ends_everything_when_it_is_told_to(
    owner: "subprocess.Popen[bytes]", note: Path
) -> None:
    held = tether(owner.pid, sys.executable, "-c", LEAVES_A_CHILD, str(note))
    pids = noted(note)
    held.send_signal(signal.SIGTERM)
    assert held.wait(PATIENCE_SECONDS) == 128 + signal.SIGTERM
    wait_for(lambda: all(is_gone(pid) for pid in pids))


def test_it_ends_the_command_even_when_it_is_shot_itself(
    owner: "subprocess.Popen[bytes]", note: Path
) -> None:
    held = tether(owner.pid, sys.executable, "-c", LEAVES_A_CHILD, str(note))
    command, child = noted(note)
    held.kill()
    held.wait()
    wait_for(lambda: is_gone(command))
    os.kill(child, signal.SIGKILL)


def test_it_ends_with_the_status_of_its_command_and_takes_what_is_left(
    owner: "subprocess.Popen[bytes]", note: Path
) -> None:
    held = tether(owner.pid, sys.executable, "-c", LEAVES_A_CHILD, str(note), "7")
    pids = noted(note)
    assert held.wait(PATIENCE_SECONDS) == 7
    wait_for(lambda: all(is_gone(pid) for pid in pids))


def test_it_starts_nothing_for_an_owner_that_has_gone(
    owner: "subprocess.Popen[bytes]", note: Path
) -> None:
    owner.kill()
    owner.wait()
    held = tether(owner.pid, sys.executable, "-c", LEAVES_A_CHILD, str(note), "7", port=1)
    assert held.wait(PATIENCE_SECONDS) == 0
    assert not note.exists()


def test_it_waits_until_somebody_answers(owner: "subprocess.Popen[bytes]", note: Path) -> None:
    port = free_ports()[0]
    held = tether(owner.pid, sys.executable, "-c", LEAVES_A_CHILD, str(note), "0", port=port)
    with socket.socket() as server:
        server.bind(("127.0.0.1", port))
        assert not note.exists()
        server.listen()
        assert held.wait(PATIENCE_SECONDS) == 0
    assert note.exists()
