"""Whether this process has been asked to end: long work looks here between two steps."""

from threading import Event

_asked = Event()


def request() -> None:
    _asked.set()


def requested() -> bool:
    return _asked.is_set()


def wait(seconds: float) -> bool:
    """Sleep, but no longer than until the process is asked to end; says whether it was."""
    return _asked.wait(seconds)


def forget() -> None:
    """Begin afresh: for tests, which ask one process to end many times."""
    _asked.clear()
