"""*Manage users* as a lead administrator uses it."""

from tests.journeys.people import Person


def answer(lead: Person, *, first: str, last: str, email: str, level: str, vaccinator: str) -> None:
    """Answer the five questions of *Add user*."""
    page = lead.page
    page.get_by_label("First name").fill(first)
    page.get_by_label("Last name").fill(last)
    page.get_by_label("Email address").fill(email)
    page.locator(f"input[name=vaccinator][value={vaccinator}]").check()
    page.locator(f"input[name=level][value={level}]").check()


def add_user(lead: Person, name: str, *, level: str = "recorder", vaccinator: str = "yes") -> str:
    """Add somebody from the list to the banner; their address."""
    first, last = name.split(" ", 1)
    email = f"{first}.{last}@nhs.net".lower()
    lead.go("/users")
    lead.page.get_by_role("button", name="Add user").click()
    lead.looks_fine()
    answer(lead, first=first, last=last, email=email, level=level, vaccinator=vaccinator)
    lead.press("Continue")
    lead.is_at("Check and add user")
    lead.sees(email, "Hello " + first)
    lead.press("Confirm and send")
    lead.sees(f"{name} has been invited to")
    return email


def open_person(lead: Person, name: str, tab: str = "") -> None:
    lead.go(f"/users{tab}")
    lead.click(name)
    lead.is_at("User details")


def change(lead: Person, name: str, *, level: str) -> None:
    open_person(lead, name)
    lead.click("Change permission level")
    lead.page.locator(f"input[name=level][value={level}]").check()
    lead.press("Save changes")
    lead.sees("details have been changed")


def deactivate(lead: Person, name: str) -> None:
    open_person(lead, name)
    lead.click("Deactivate", exact=True)
    lead.press("Deactivate user")
    lead.sees(f"{name} has been deactivated")


def reactivate(lead: Person, name: str) -> None:
    open_person(lead, name, "/deactivated")
    lead.click("Reactivate", exact=True)
    lead.press("Reactivate user")
    lead.sees(f"{name} has been reactivated")
