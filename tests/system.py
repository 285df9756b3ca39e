"""The system packages that tests need: installed on Debian when we may, named when we may not.

    python -m tests.system

Only the programs are wanted. Debian would make and start a cluster of its own when PostgreSQL is
installed; that is switched off, as tests bring their own under an ordinary user.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import browser, postgres

NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/ravs-tests.conf")
LIGHT, WHOLE = "chromium-headless-shell", "chromium"
"""Debian's two packages of the browser. Not every release has the first."""


def missing() -> list[str]:
    """Debian packages whose programs are not here."""
    packages = []
    try:
        postgres.binaries()
    except postgres.NoPostgres:
        packages.append("postgresql")
    if browser.program() is None:
        packages.append(WHOLE)
    return packages


def as_root() -> list[str] | None:
    """What to put before a command so that it runs as root, or ``None`` when we may not."""
    if os.geteuid() == 0:
        return []
    allowed = (
        shutil.which("sudo")
        and not subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
    )
    return ["sudo", "-n"] if allowed else None


def install(packages: list[str], prefix: list[str]) -> None:
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run([*environment, "apt-get", "update", "-qq"], check=True)
    packages = [LIGHT if name == WHOLE and is_known(LIGHT) else name for name in packages]
    with no_cluster(prefix):
        command = [*environment, "apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        subprocess.run([*command, *packages], check=True)


def is_known(package: str) -> bool:
    """Whether this release of Debian has it."""
    shown = subprocess.run(["apt-cache", "show", package], capture_output=True, check=False)
    return shown.returncode == 0


@contextmanager
def no_cluster(prefix: list[str]) -> Iterator[None]:
    """Debian's own switch against a cluster made at installation, for as long as that takes."""
    subprocess.run([*prefix, "mkdir", "-p", str(NO_CLUSTER.parent)], check=True)
    subprocess.run(
        [*prefix, "tee", str(NO_CLUSTER)],
        input=b"create_main_cluster = false\n",
        stdout=subprocess.DEVNULL,
        check=True,
    )
    try:
        yield
    finally:
        subprocess.run([*prefix, "rm", "-f", str(NO_CLUSTER)], check=True)


def main() -> str | None:
    """``None`` when all is there, else what is missing."""
    if not (packages := missing()):
        return None
    prefix = as_root()
    if prefix is not None and shutil.which("apt-get"):
        install(packages, prefix)
        packages = missing()
    if not packages:
        return None
    names = " ".join(packages)
    return f"The tests need {names}. On Debian: sudo apt-get install {names}"


if __name__ == "__main__":
    sys.exit(main())
