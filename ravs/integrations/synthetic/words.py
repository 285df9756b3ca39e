"""The words that made-up people are put together from (``data/words.toml``)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Origin:
    """Names that go together. ``weight``: how often, beside the other weights."""

    weight: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]


def words(text: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in text.split(","))


_READ = tomllib.loads(Path(__file__).with_name("data").joinpath("words.toml").read_text("utf-8"))

ORIGINS = tuple(
    Origin(one["weight"], words(one["women"]), words(one["men"]), words(one["families"]))
    for one in _READ["origins"]
)
TOWNS = tuple((town, words(districts)) for town, districts in _READ["towns"].items())
STREETS = words(_READ["streets"])
PHARMACIES = words(_READ["pharmacies"])

INWARD_LETTERS = "CKMV"
"""Letters that no inward part of a real postcode ends with."""

KINDS = ("Medical Practice", "Surgery", "Health Centre")
PRACTICES = tuple(
    (f"Y{90001 + number}", name)
    for number, name in enumerate(
        f"{name} {kind}" for name in words(_READ["surgeries"]) for kind in KINDS
    )
)
"""Surgeries that do not exist, with codes shaped as theirs are."""
