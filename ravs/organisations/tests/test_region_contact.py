"""Where a region is told of organisations that lose their last lead administrator."""

import pytest
from click.testing import CliRunner, Result

from ravs.audit.models import Event
from ravs.organisations.commands import organisations
from ravs.organisations.models import Region

pytestmark = pytest.mark.django_db


def tell(region: str, email: str) -> Result:
    words = ["region-contact", "--region", region, "--email", email]
    return CliRunner().invoke(organisations, words)


def test_it_is_kept_once_and_is_in_the_history() -> None:
    for _ in range(2):
        assert tell("y62", "rvoc@northwest.nhs.uk").exit_code == 0
    assert Region.objects.get(code="Y62").contact_email == "rvoc@northwest.nhs.uk"
    assert Event.objects.filter(type="region.contact_changed").count() == 1


@pytest.mark.parametrize(("region", "email"), [("Y99", "a@nhs.net"), ("Y62", "nobody")])
def test_nonsense_is_refused_and_nothing_changes(region: str, email: str) -> None:
    assert tell(region, email).exit_code != 0
    assert not Region.objects.exclude(contact_email="").exists()
