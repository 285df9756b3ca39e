"""The last one: with all journeys done, no page of either program is one that nobody looked at."""

from collections.abc import Iterator

import pytest

from tests.journeys import looking, routes, seen
from tests.journeys.conftest import free_ports
from tests.journeys.stack import Stack


@pytest.fixture
def programs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """The stack that runs, where journeys ran in this process; else one that is never started:
    its addresses and settings are all that is asked for."""
    if looking.looked_at:
        yield request.getfixturevalue("stack")
        return
    idle = Stack(tmp_path_factory.mktemp("stack"), *free_ports(3))
    yield idle
    idle.end_all()


def test_every_page_of_both_programs_was_looked_at(programs: Stack) -> None:
    shown, refused = seen.everything(programs.origins)
    missing = routes.unseen(shown, refused, seen.ORIGINS, programs.env)
    assert not missing, f"No journey looks at {missing}"


def test_pages_nobody_opens_would_be_named(programs: Stack) -> None:
    """With only a list opened, and a form that was refused, everything else is missing."""
    shown = {f"{programs.web}/o/RAA/users?page=2", f"{programs.web}/sign-in/callback"}
    refused = {
        f"{programs.web}/o/RAA/users/add",
        f"{programs.provider}/openid/authorize?scope=openid",
    }
    missing = set(routes.unseen(shown, refused, programs.origins, programs.env))

    assert {"members:add", "members:person", "core:help", "account_login"} <= missing
    assert not missing & {"members:list", "accounts:callback", "idp:oidc:authorization", "scim"}


def test_exceptions_name_addresses_that_exist(programs: Stack) -> None:
    there = {
        name
        for settings in routes.PROGRAMS.values()
        for name, _ in routes.of_program(settings, programs.env)
    }
    assert not (routes.NO_PAGES.keys() | routes.ONLY_REFUSALS.keys()) - there
