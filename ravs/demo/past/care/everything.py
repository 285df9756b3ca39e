"""Everything about patients and vaccines that the story tells."""

from collections.abc import Iterator, Mapping
from datetime import date

from ravs.demo.past.care import people
from ravs.demo.past.care.acts import Act
from ravs.demo.past.care.desk import Desk
from ravs.demo.past.care.people import Register
from ravs.demo.past.care.rounds import Rounds
from ravs.demo.past.care.stock import Stock
from ravs.demo.past.care.tales import ODS, Tales
from ravs.demo.past.story import Cast
from ravs.members.models import Membership
from ravs.organisations.models import Organisation


def acts_of(
    cast: Cast,
    organisations: Mapping[str, Organisation],
    members: Mapping[tuple[str, str], Membership],
    *,
    today: date,
) -> Iterator[Act]:
    """Planned from the directory, which is filled when it is empty."""
    if not cast.giving:
        return
    if people.directory_is_empty():
        people.fill_directory(today=today)
    register = Register(today=today)
    for giving in cast.giving:
        desk = Desk(giving.ods, organisations, members)
        yield from Stock(giving, desk).acts()
        yield from Rounds(cast, giving, desk, register).acts(today=today)
        if giving.ods == ODS:
            yield from Tales(desk).acts()
