"""What the journeys looked at, also when several processes shared them out.

Each process keeps what it saw in a file of its own; whoever runs all journeys alone needs none.
What an earlier run kept proves nothing: ``.ci/tests`` takes it away first. The two programs stand
at other ports in each process, so addresses are kept under their names.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.journeys import looking

KEPT = Path(__file__).resolve().parents[2] / "var" / "test" / "seen"
ORIGINS = {"web": "http://web", "provider": "http://provider"}


def keep(process: str, origins: Mapping[str, str]) -> None:
    """Write down what this process looked at."""
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{process}.json").write_text(json.dumps(_here(origins)))


def everything(origins: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """Addresses whose page was shown, and those that refused; by this process or by all."""
    records = [_here(origins)]
    records += [json.loads(file.read_text()) for file in KEPT.glob("*.json")]
    shown, refused = ({url for record in records for url in record[part]} for part in (0, 1))
    return shown, refused


def _here(origins: Mapping[str, str]) -> list[list[str]]:
    return [
        sorted(_named(looking.looked_at, origins)),
        sorted(_named(looking.refused_at, origins)),
    ]


def _named(urls: Iterable[str], origins: Mapping[str, str]) -> set[str]:
    return {
        ORIGINS[program] + url.removeprefix(origin)
        for url in urls
        for program, origin in origins.items()
        if url.startswith(f"{origin}/")
    }
