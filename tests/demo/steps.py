"""The few things that people do in a browser during the demonstration."""

from playwright.sync_api import Page

from ravs.demo.people import PASSWORD


def log_in(page: Page, url: str, email: str, password: str = PASSWORD) -> None:
    """By way of the provider, as everybody does."""
    page.goto(url)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}/**")


def add_colleague(page: Page, url: str, ods: str, *, first: str, last: str, email: str) -> None:
    """As far as the check page."""
    page.goto(f"{url}/o/{ods}/users")
    page.get_by_role("button", name="Add user").click()
    page.get_by_label("First name").fill(first)
    page.get_by_label("Last name").fill(last)
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Yes").check()
    page.get_by_label("Recorder", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/add/check?**")


def mail_to(page: Page, url: str, email: str, subject: str) -> None:
    """Open a message in the mailbox, looking again until it has arrived."""
    row = page.get_by_role("row").filter(has_text=email)
    link = row.get_by_role("link", name=subject)
    page.goto(f"{url}/demo/mailbox")
    for _ in range(240):
        if link.count():
            break
        page.wait_for_timeout(500)
        page.get_by_role("link", name="Look for new emails").click()
    link.first.click()


def find_patient(page: Page, url: str, ods: str, nhs_number: str) -> None:
    """As far as their details and history."""
    page.goto(f"{url}/o/{ods}/record")
    page.get_by_label("NHS number", exact=True).fill(nhs_number)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Patient details and history").wait_for()
