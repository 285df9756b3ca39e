"""Logging in over plain HTTP, for people who are only there so that others can meet them.

The same pages, forms and cookies as in a browser, without drawing any of it.
"""

from html.parser import HTMLParser

import httpx2

from tests.journeys.stack import PASSWORD, Stack


class Form(HTMLParser):
    """The last form of a page that posts: where to, and what it holds already."""

    def __init__(self) -> None:
        super().__init__()
        self.action, self.values = "", dict[str, str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post":
            self.action, self.values = given.get("action", ""), {}
        elif tag == "input" and given.get("name") and given.get("type") not in {"radio"}:
            self.values[given["name"]] = given.get("value", "")


def log_in(stack: Stack, email: str) -> httpx2.Client:
    """Log in through the provider; the client that is then logged in at both."""
    client = httpx2.Client(follow_redirects=True, timeout=60, trust_env=False)
    page = client.get(f"{stack.web}/sign-in").raise_for_status()
    form = Form()
    form.feed(page.text)
    values = {**form.values, "login": email, "password": PASSWORD}
    done = client.post(page.url.join(form.action), data=values, headers={"Referer": str(page.url)})
    assert done.status_code == 200, f"{email} was not let in: {done.url}\n{done.text}"
    assert str(done.url).startswith(stack.web), f"{email} was not let in: {done.url}\n{done.text}"
    return client
