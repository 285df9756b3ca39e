"""What the terminal says: who can sign in and how, and where."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ravs.demo.ground import Ground
from ravs.demo.patients import TO_TRY
from ravs.demo.people import PASSWORD, Person, Standing


def console() -> Console:
    """As wide as the terminal; wide enough for the table when the output goes to a file."""
    shown = Console(highlight=False)
    return shown if shown.is_terminal else Console(width=130, highlight=False)


def who_can_sign_in(people: Sequence[Person]) -> Table:
    """Those worth signing in as, with what there is to see."""
    table = Table(
        title=f"Who can sign in. Everybody’s password is {PASSWORD}",
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column("Name and email address", no_wrap=True)
    table.add_column("What to see, level and organisation")
    for person in people:
        if person.try_this:
            what = "\n".join([person.try_this, *(told(place) for place in person.standings)])
            table.add_row(f"{person.name}\n{person.email}", what, end_section=True)
    return table


def who_can_be_found() -> Table:
    """Patients of the local directory, with what there is to see."""
    table = Table(
        title="Whom you can vaccinate: type an NHS number",
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column("NHS number", no_wrap=True)
    table.add_column("Name", no_wrap=True)
    table.add_column("What to see")
    for patient in TO_TRY:
        table.add_row(patient.spaced, patient.name, patient.what)
    return table


def told(place: Standing) -> str:
    """Active people at active organisations are as one expects."""
    both = dict.fromkeys((place.state, place.organisation_state))
    states = [state for state in both if state and state != "active"]
    said = f"{place.level}, {place.ods} {place.organisation}"
    return f"{said} ({', '.join(states)})" if states else said


def everybody(people: Sequence[Person]) -> str:
    """The whole list, for a file."""
    lines = [
        "Everybody in the demonstration, as they were when it was made.",
        f"The password of everybody who is not merely invited: {PASSWORD}",
        "",
    ]
    for person in people:
        lines.append(f"{person.name}  {person.email}")
        lines += [f"    {told(place)}" for place in person.standings]
    return "\n".join([*lines, ""])


def where_to_go(ground: Ground) -> str:
    return (
        f"[bold]Open {ground.url}[/bold] and log in as somebody of the list.\n"
        f"All the mail:      {ground.url}/demo/mailbox\n"
        f"Identity provider: {ground.identity_url}\n"
        "Ctrl-C ends it all."
    )
