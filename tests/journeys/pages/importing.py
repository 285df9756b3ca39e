"""*Add several users* as a lead administrator uses it."""

from collections.abc import Sequence

from tests.journeys.people import Person

HEADINGS = "First name,Surname,E-mail address,Role,Vaccinator?"


def list_of(*rows: Sequence[str]) -> str:
    return "\n".join((HEADINGS, *(",".join(row) for row in rows)))


def open_form(lead: Person) -> None:
    lead.go("/users")
    lead.click("Add several users", exact=True)
    lead.is_at("Add several users")


def upload(lead: Person, name: str, data: bytes) -> None:
    """Choose a file and send the form."""
    file = {"name": name, "mimeType": "text/csv", "buffer": data}
    lead.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    lead.press("Check the list")


def paste(lead: Person, text: str) -> None:
    lead.page.get_by_label("Or paste a list").fill(text)
    lead.press("Check the list")


def result_of(lead: Person, row: str) -> str:
    """The last cell of the row whose line has this number."""
    found = lead.page.get_by_role("row").filter(
        has=lead.page.get_by_role("rowheader", name=row, exact=True)
    )
    return " ".join(found.get_by_role("cell").last.inner_text().split())
