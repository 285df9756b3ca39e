"""The laws that every store of immunisations keeps, whichever it is."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date
from typing import Protocol

import pytest

from ravs.integrations.immunisations.port import (
    GivenElsewhere,
    HistoryUnavailable,
    ImmunisationHistory,
)

ADA, BEN = "9990000018", "9990000026"
FLU = GivenElsewhere(date(2025, 11, 1), "flu", "Fluenz (LAIV)", "", "Alderbrook Surgery")
MMR = GivenElsewhere(date(1991, 5, 4), "mmr", dose="1st dose")


class World(Protocol):
    """A store with its peer."""

    def history(self) -> ImmunisationHistory: ...

    def holds(self, nhs_number: str, doses: Iterable[GivenElsewhere]) -> None: ...

    def silence(self) -> AbstractContextManager[None]:
        """While it lasts, the peer gives no answer."""
        ...


class HistoryContract:
    def test_it_tells_what_somebody_had_and_nobody_elses(self, world: World) -> None:
        world.holds(ADA, [FLU, MMR])
        world.holds(BEN, [FLU])
        assert sorted(world.history().of(ADA), key=lambda dose: dose.given_on) == [MMR, FLU]

    def test_it_tells_of_nothing_where_nothing_was_given(self, world: World) -> None:
        assert world.history().of(ADA) == []

    def test_a_silent_peer_is_not_taken_for_an_empty_history(self, world: World) -> None:
        world.holds(ADA, [FLU])
        with world.silence(), pytest.raises(HistoryUnavailable):
            world.history().of(ADA)
        assert world.history().of(ADA) == [FLU]
