"""The last one: with all journeys done, no page of either program is one that nobody looked at."""

from tests.journeys import routes, seen
from tests.journeys.stack import Stack


def test_every_page_of_both_programs_was_looked_at(stack: Stack) -> None:
    shown, refused = seen.everything(stack.origins)
    missing = routes.unseen(shown, refused, seen.ORIGINS, stack.env)
    assert not missing, f"No journey looks at {missing}"


def test_pages_nobody_opens_would_be_named(stack: Stack) -> None:
    """With only a list opened, and a form that was refused, everything else is missing."""
    shown = {f"{stack.web}/o/RAA/users?page=2", f"{stack.web}/sign-in/callback"}
    refused = {f"{stack.web}/o/RAA/users/add", f"{stack.provider}/openid/authorize?scope=openid"}
    missing = set(routes.unseen(shown, refused, stack.origins, stack.env))

    assert {"members:add", "members:person", "core:help", "account_login"} <= missing
    assert not missing & {"members:list", "accounts:callback", "idp:oidc:authorization", "scim"}


def test_exceptions_name_addresses_that_exist(stack: Stack) -> None:
    there = {
        name
        for settings in routes.PROGRAMS.values()
        for name, _ in routes.of_program(settings, stack.env)
    }
    assert not (routes.NO_PAGES.keys() | routes.ONLY_REFUSALS.keys()) - there
