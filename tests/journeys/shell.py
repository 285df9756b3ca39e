"""An operator's shell that stays open: ``ravs …`` by the dozen, without starting Python for each.

Run as a program by ``Stack``. Reads a JSON list of words per line, runs that command exactly as
the console script would, and answers with a line of JSON: its status and what it said.
"""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout

from ravs import cli


def answer(words: list[str]) -> dict[str, object]:
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        status = cli.run(words)
    return {"status": status, "said": said.getvalue()}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)  # noqa: T201 - the answer
