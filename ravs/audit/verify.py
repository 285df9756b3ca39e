"""Proving that the history is whole: reads it from the first row to the last and hashes it again.

Needs the database and nothing else, changes nothing, and may run while the service writes. What
it names is the first row of a chain at which something is wrong; what follows that row cannot be
trusted either, so a chain is read no further.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet, Sum, TextChoices

from ravs.audit import hashing
from ravs.audit.models import SERVICE_CHAIN, ChainHead, Event, Position
from ravs.audit.stored import (
    GARBLED,
    Row,
    Side,
    Unreadable,
    chains_of,
    reading,
    rehash,
    rows_of,
    sides_of,
)

CHUNK = 2000

Advance = Callable[[int], None]


class Problem(TextChoices):
    ALTERED = "altered", "was changed after it was written"
    MISSING = "missing", "is missing"
    REORDERED = "reordered", "stands where another row stood"
    TRUNCATED = "truncated", "and all after it are missing"
    PERSON = "person", "has had the people in it changed"
    HEAD = "head", "is not where the chain says it ends"


@dataclass(frozen=True)
class BadRow:
    """Where a chain stops being true."""

    chain: UUID
    seq: int
    problem: Problem

    @property
    def organisation(self) -> UUID | None:
        return None if self.chain == SERVICE_CHAIN else self.chain

    def __str__(self) -> str:
        whose = f"organisation {self.chain}" if self.organisation else "the service"
        return f"Row {self.seq} in the history of {whose} {self.problem.label}."


@dataclass(frozen=True)
class Report:
    """What was read. ``erased`` counts people taken out of the history by right."""

    chains: int
    checked: int
    erased: int
    bad: tuple[BadRow, ...]

    @property
    def first_bad(self) -> BadRow | None:
        return self.bad[0] if self.bad else None


def length(organisation: UUID | None = None) -> int:
    """How many rows ``verify`` will read, for a progress bar."""
    total = _heads(organisation).aggregate(total=Sum("seq"))["total"]
    return int(total or 0)


def verify(organisation: UUID | None = None, *, advance: Advance | None = None) -> Report:
    """Check the history of one organisation, or of all of them and of the service."""
    chains = _chains(organisation)
    checks = [_Check(chain, advance or _nobody_looks) for chain in chains]
    for check in checks:
        check.run()
    return Report(
        chains=len(checks),
        checked=sum(check.seq for check in checks),
        erased=sum(check.erased for check in checks),
        bad=tuple(check.bad for check in checks if check.bad),
    )


def _nobody_looks(_rows: int) -> None:
    """Progress that nobody asked for."""


def _heads(organisation: UUID | None) -> QuerySet[ChainHead]:
    heads = ChainHead.objects.all()
    return heads.filter(chain=organisation) if organisation else heads


def _chains(organisation: UUID | None) -> list[UUID]:
    """Every chain that has a head or rows: losing either must not hide it."""
    if organisation is not None:
        return [organisation]
    return sorted(chains_of(ChainHead) | chains_of(Event))


@dataclass
class _Check:
    """Walks along one chain. ``seq`` and ``hash`` are those of the last row found good."""

    chain: UUID
    advance: Advance
    seq: int = 0
    hash: str = ""
    erased: int = 0
    bad: BadRow | None = None
    sides: dict[str, list[Side]] = field(default_factory=dict)

    def run(self) -> None:
        while self.bad is None:
            begun = self.seq
            try:
                rows = self._read(CHUNK)
            except Unreadable:
                self._one_by_one()
                return
            if not rows:
                self._compare_with_head()
                return
            self._walk(rows)
            self.advance(self.seq - begun)

    def _read(self, rows: int) -> list[Row]:
        ahead = rows_of(self.chain).filter(seq__gt=self.seq)
        with reading():
            read = [Row(*values) for values in ahead[:rows]]
            if read:
                self.sides = sides_of(self.chain, self.seq, read[-1].seq)
        return read

    def _one_by_one(self) -> None:
        """Some row ahead cannot even be read: go on in single steps to find which."""
        while self.bad is None:
            try:
                rows = self._read(1)
                if not rows:
                    self._compare_with_head()
                    return
                self._walk(rows)
            except Unreadable:
                self._name(self.seq + 1, Problem.ALTERED)

    def _walk(self, rows: Iterable[Row]) -> None:
        for row in rows:
            problem = self._problem_of(row)
            if problem is not None:
                self._name(self._blame(row, problem), problem)
                return
            self.seq, self.hash = row.seq, row.hash

    def _problem_of(self, row: Row) -> Problem | None:
        if row.seq != self.seq + 1:
            return Problem.MISSING if row.seq > self.seq else Problem.ALTERED
        if not self._is_intact(row):
            return Problem.REORDERED if self._follower_is_elsewhere(row) else Problem.ALTERED
        if row.previous_hash != self.hash:
            return Problem.ALTERED
        return None if self._people_are_whole(row) else Problem.PERSON

    def _is_intact(self, row: Row) -> bool:
        try:
            return row.hash == rehash(self.chain, row)
        except GARBLED:
            return False

    def _follower_is_elsewhere(self, row: Row) -> bool:
        """Whether the row that was written next still exists, at another place."""
        rows = Event.objects.filter(chain=self.chain, previous_hash=self.hash)
        return rows.exclude(seq=row.seq).exists()

    def _blame(self, row: Row, problem: Problem) -> int:
        """A row that is whole in itself, and which the next one vouches for, but which does not
        follow the row before it: then that one was rewritten, its own hash with it."""
        if problem is not Problem.ALTERED or not self._is_intact(row) or row.seq == 1:
            return self.seq + 1
        return self.seq if self._witness_of(row) == row.hash else row.seq

    def _witness_of(self, row: Row) -> str | None:
        after = Event.objects.filter(chain=self.chain, seq=row.seq + 1)
        witness = after.values_list("previous_hash", flat=True).first()
        if witness is not None:
            return witness
        return _heads(self.chain).values_list("hash", flat=True).first()

    def _people_are_whole(self, row: Row) -> bool:
        expected = dict(row.person_hashes)
        sides = self.sides.pop(row.id, [])
        if {side.position for side in sides} != set(expected):
            return False
        return all(self._side_is_whole(row, side, expected[side.position]) for side in sides)

    def _side_is_whole(self, row: Row, side: Side, expected: str) -> bool:
        whose = row.actor if side.position == Position.ACTOR else row.subject
        if side.person != whose:
            return False
        if side.salt is None and side.payload is None:
            self.erased += 1
            return True
        if side.salt is None or side.payload is None:
            return False
        return expected == hashing.person_hash(
            salt=side.salt, position=side.position, person=side.person, payload=side.payload
        )

    def _compare_with_head(self) -> None:
        """Read after the rows: a head behind them was moved, one ahead of them lost some."""
        head = _heads(self.chain).first() or ChainHead(chain=self.chain)
        if head.seq > self.seq:
            if Event.objects.filter(chain=self.chain, seq__gt=self.seq).exists():
                self.run()
            else:
                self._name(self.seq + 1, Problem.TRUNCATED)
        elif (head.seq, head.hash) != (self.seq, self.hash):
            self._name(self.seq, Problem.HEAD)

    def _name(self, seq: int, problem: Problem) -> None:
        self.bad = BadRow(self.chain, seq, problem)
