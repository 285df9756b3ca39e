"""The operator: runs ``ravs`` as a process of its own, with an environment of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

RAVS = Path(sys.executable).with_name("ravs")


def environment(directory: Path, **changed: str) -> dict[str, str]:
    """The documented variables, for a service that keeps its state in ``directory``."""
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "tA9v-2rQx_Lm7c0PzKfW3bYhD8sNjE5gUo1iRk-fit-for-nothing",
        "DATABASE_URL": f"sqlite:///{directory}/ravs.sqlite3",
        "PUBLIC_URL": "https://ravs.trust.example",
        "EMAIL_URL": "smtp://localhost:9",
        "EMAIL_FROM": "Record a vaccination <ravs@trust.example>",
        "SUPPORT_CONTACT": "support@trust.example",
        "OIDC_ISSUER": "http://localhost:9",
        "OIDC_CLIENT_ID": "ravs",
        "OIDC_CLIENT_SECRET": "given-by-the-provider",
        **changed,
    }


def ravs(*arguments: str, env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [RAVS, *arguments], env=env, capture_output=True, text=True, check=False, timeout=120
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(env: dict[str, str]) -> Iterator[str]:
    """``ravs serve`` until the block ends; gives the address it answers at."""
    port = free_port()
    process = subprocess.Popen(
        [RAVS, "serve", "--workers", "1", "--end-with-parent"],
        env={**env, "PORT": str(port)},
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/healthz", process)
        yield address
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        try:
            with urlopen(address):
                return
        except URLError:
            time.sleep(0.1)
    raise AssertionError(f"The process ended with {process.returncode} instead of answering.")
