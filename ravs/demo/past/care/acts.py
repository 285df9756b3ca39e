"""What somebody does at an organisation on a day, for which they log in."""

from collections.abc import Callable
from dataclasses import dataclass

from ravs.accounts.models import Account


@dataclass(frozen=True)
class Act:
    """``ago`` days ago, at a minute of the working day, ``who`` of ``ods`` does something."""

    ago: int
    minute: int
    who: str
    ods: str
    do: Callable[[Account], object]
