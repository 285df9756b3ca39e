"""Named patients that every test knows: those of the local directory, and one of no directory.

Margaret Thistlewood is who most tests are about; the others differ from her in one thing each
(``ravs.integrations.synthetic.known`` says in what).
"""

from datetime import date

from ravs.accounts.models import Account
from ravs.core.dates import london_today
from ravs.integrations.pds.port import directory
from ravs.integrations.synthetic.generating import generate
from ravs.integrations.synthetic.known import (
    BABY,
    DECEASED,
    HOMELESS,
    LEAP_DAY,
    MERGED,
    NAMESAKES,
    PLAIN,
    PREGNANT,
    REPLACED,
    SENSITIVE,
    WITHOUT_GP,
)
from ravs.organisations.models import Organisation
from ravs.patients.models import Patient
from ravs.patients.services import Entered, add_local_patient, take_in_patient

__all__ = [
    "BABY",
    "DECEASED",
    "HOMELESS",
    "LEAP_DAY",
    "MERGED",
    "NAMESAKES",
    "NOBODYS",
    "PLAIN",
    "PREGNANT",
    "REPLACED",
    "SENSITIVE",
    "WITHOUT_GP",
    "found",
    "register",
    "without_number",
]

NOBODYS = "9990000131"
"""A valid number that nobody has."""


def register() -> None:
    """Put the known people into the local directory."""
    generate(0, seed=1, today=london_today())


def found(at: Organisation, number: str = PLAIN, *, by: Account | None = None) -> Patient:
    """Somebody of the directory whom the organisation has found."""
    said = directory().find(number)
    if said is None:
        register()
        said = directory().find(number)
    assert said is not None
    return take_in_patient(actor=by, organisation=at, demographics=said)


def without_number(
    at: Organisation,
    name: str = "Ada Nobody",
    *,
    born: date = date(1990, 5, 1),
    postcode: str = "LS1 1CV",
    by: Account | None = None,
) -> Patient:
    """Somebody whom the organisation entered by hand."""
    given, _, family = name.partition(" ")
    entered = Entered(given, family, born, postcode, "female")
    return add_local_patient(actor=by, organisation=at, entered=entered)
