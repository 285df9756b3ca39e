"""Which files ``ravs demo --reload`` watches: code, templates and words, never what is built."""

from watchfiles import DefaultFilter
from watchfiles.main import Change

SUFFIXES = (".py", ".jinja", ".css", ".js", ".json")


class Code(DefaultFilter):
    """Source files of the service."""

    def __call__(self, change: Change, path: str) -> bool:
        return path.endswith(SUFFIXES) and super().__call__(change, path)
