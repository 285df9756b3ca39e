"""Lists as tests give them, and what the service holds of them."""

from ravs.accounts.models import Account
from ravs.members.importing.columns import recognise
from ravs.members.importing.drain import drain
from ravs.members.importing.judging import Shared
from ravs.members.importing.reading import read_pasted
from ravs.members.importing.services import List, confirm, take_in
from ravs.members.models import Import, Level
from ravs.organisations.models import Organisation

RECORDERS = Shared(level=Level.RECORDER, vaccinator=True)


def listed(text: str, shared: Shared = RECORDERS, name: str = "") -> List:
    """What the form makes of a pasted list."""
    return List(name=name, table=recognise(read_pasted(text)), shared=shared)


def crowd(size: int, *, start: int = 0) -> str:
    """A list of so many new people."""
    people = (f"Nia,Jones,nia.jones{number}@nhs.net" for number in range(start, start + size))
    return "\n".join(("First name,Last name,Email", *people))


def taken_in(
    actor: Account, organisation: Organisation, text: str, shared: Shared = RECORDERS
) -> Import:
    return take_in(actor=actor, organisation=organisation, given=listed(text, shared))


def confirmed(actor: Account, organisation: Organisation, text: str) -> Import:
    return confirm(actor=actor, job=taken_in(actor, organisation, text))


def drained(most: int = 100) -> int:
    """Drain until nothing is left; how many rows that was."""
    done = 0
    for _ in range(most):
        taken = drain()
        done += taken
        if not Import.objects.filter(state__in=["checking", "running"]).exists():
            break
    return done


def verdicts(job: Import) -> dict[int, str]:
    return dict(job.rows.order_by("line").values_list("line", "verdict"))


def outcomes(job: Import) -> dict[int, str]:
    return dict(job.rows.order_by("line").values_list("line", "outcome"))
