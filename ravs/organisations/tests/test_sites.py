"""Sites, added by command."""

from typing import Any

import pytest

from ravs import cli
from ravs.audit.models import Event
from ravs.organisations.models import Site
from tests.people import organisation

pytestmark = pytest.mark.django_db

LGI = ["organisations", "add-site", "--ods", "rr8", "--site", "rr801", "--name"]


def test_it_adds_a_site_once_with_its_event(capsys: Any) -> None:
    leeds = organisation()
    for _ in range(2):
        assert cli.run([*LGI, " Leeds  General Infirmary"]) == 0
    told = capsys.readouterr().out.splitlines()
    site = Site.objects.get()
    assert set(told) == {
        "Leeds General Infirmary (RR801) is a site of Leeds Teaching Hospitals (RR8)."
    }
    assert (site.organisation, site.ods, site.status) == (leeds, "RR801", "open")
    event = Event.objects.get()
    assert (event.type, event.chain) == ("site.added", leeds.public_id)


def test_it_refuses_other_details(capsys: Any) -> None:
    organisation()
    cli.run([*LGI, "Leeds General Infirmary"])
    assert cli.run([*LGI, "St James"]) == 1
    assert "is there already, with other details" in capsys.readouterr().err
    assert Site.objects.count() == 1


def test_it_refuses_an_organisation_that_is_not_there(capsys: Any) -> None:
    assert cli.run([*LGI, "Leeds General Infirmary"]) == 1
    assert "no open organisation" in capsys.readouterr().err
