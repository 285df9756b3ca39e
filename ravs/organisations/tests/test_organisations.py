"""Onboarding organisations, by verb and by command."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ravs import cli
from ravs.audit.models import Event
from ravs.core.dates import london_today
from ravs.organisations.models import Organisation, OrganisationStatus, OrganisationType, Region
from ravs.organisations.selectors import public_ids_of
from ravs.organisations.services import (
    AlreadyAdded,
    NoSuchOrganisation,
    NoSuchRegion,
    add_organisation,
    organisation_by_ods,
)
from tests.people import organisation

pytestmark = pytest.mark.django_db

LEEDS = {
    "--ods": "RR8",
    "--name": "Leeds Teaching Hospitals",
    "--type": "nhs-trust",
    "--region": "Y63",
}


def add(**changes: str) -> int:
    options = LEEDS | {f"--{name}": value for name, value in changes.items()}
    return cli.run(["organisations", "add", *(part for pair in options.items() for part in pair)])


def one_line(shown: str) -> str:
    lines = shown.strip().splitlines()
    assert len(lines) == 1, shown
    return lines[0]


def test_the_seven_regions_are_there() -> None:
    assert dict(Region.objects.values_list("code", "name")) == {
        "Y56": "London",
        "Y58": "South West",
        "Y59": "South East",
        "Y60": "Midlands",
        "Y61": "East of England",
        "Y62": "North West",
        "Y63": "North East and Yorkshire",
    }


@pytest.mark.parametrize("kind", OrganisationType.values)
def test_it_adds_every_type_as_invited_with_its_event(capsys: Any, kind: str) -> None:
    assert add(type=kind) == 0
    assert capsys.readouterr().out == "Leeds Teaching Hospitals (RR8) is invited.\n"
    row = Organisation.objects.get()
    assert (row.ods, row.type, row.region.code) == ("RR8", kind, "Y63")
    assert (row.status, row.activated_at) == (OrganisationStatus.INVITED, None)
    event = Event.objects.get()
    assert (event.type, event.chain, event.actor) == ("organisation.added", row.public_id, None)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ods": "rr8"},
        {"ods": " RR8 "},
        {"region": "y63"},
        {"name": " Leeds  Teaching Hospitals"},
    ],
)
def test_the_same_values_again_change_nothing(changes: dict[str, str]) -> None:
    assert add() == 0
    assert add(**changes) == 0
    assert Organisation.objects.count() == Event.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Leeds"},
        {"type": "gp-surgery"},
        {"region": "Y62"},
        {"address": "Beckett Street"},
    ],
)
def test_other_values_are_refused_and_change_nothing(capsys: Any, changes: dict[str, str]) -> None:
    assert add() == 0
    before = Organisation.objects.values().get()
    capsys.readouterr()
    assert add(**changes) == 1
    assert "RR8" in one_line(capsys.readouterr().err)
    assert Organisation.objects.values().get() == before
    assert Event.objects.count() == 1


def test_an_address_left_out_is_no_other_address() -> None:
    assert add(address="Beckett Street") == 0
    assert add() == 0
    assert add(address="Beckett Street") == 0
    assert Organisation.objects.get().address == "Beckett Street"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"region": "Y99"}, "There is no region Y99"),
        ({"ods": "R"}, "ODS code"),
        ({"ods": "RR8;"}, "ODS code"),
        ({"ods": "RR8 99"}, "ODS code"),
        ({"ods": "ABCDEFGHIJK"}, "ODS code"),
        ({"ods": ""}, "ODS code"),
        ({"type": "hospital"}, "hospital"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "200"),
        ({"name": "a\x00b"}, "name"),
        ({"address": "x" * 301}, "300"),
    ],
)
def test_nonsense_is_refused_in_one_line(capsys: Any, changes: dict[str, str], told: str) -> None:
    assert add(**changes) != 0
    assert told in one_line(capsys.readouterr().err)
    assert not Organisation.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("left_out", LEEDS)
def test_every_option_but_the_address_is_needed(capsys: Any, left_out: str) -> None:
    options = [part for pair in LEEDS.items() if pair[0] != left_out for part in pair]
    assert cli.run(["organisations", "add", *options]) == 2
    assert left_out in one_line(capsys.readouterr().err)


def test_a_code_is_free_again_when_its_organisation_has_closed(capsys: Any) -> None:
    closed = organisation("RR8", "Old Leeds", status="closed")
    assert add() == 0
    assert organisation_by_ods("rr8").name == "Leeds Teaching Hospitals"
    assert public_ids_of("rr8") == [closed.public_id, organisation_by_ods("RR8").public_id]


@pytest.mark.parametrize("status", ["invited", "active", "deactivated"])
def test_a_code_is_taken_until_then(status: str) -> None:
    organisation("RR8", "Leeds", status=status)
    with pytest.raises(AlreadyAdded):
        add_organisation(ods="RR8", name="Other", kind=OrganisationType.NHS_TRUST, region="Y63")


def test_a_closed_or_unknown_one_is_not_found() -> None:
    organisation("RR8", "Leeds", status="closed")
    for code in ("RR8", "ZZ9"):
        with pytest.raises(NoSuchOrganisation):
            organisation_by_ods(code)


def test_a_region_must_be_one_of_the_seven() -> None:
    with pytest.raises(NoSuchRegion):
        add_organisation(ods="RR8", name="Leeds", kind=OrganisationType.NHS_TRUST, region="")


STATUSES = {
    "invited": {},
    "active": {"activated_at": timezone.now},
    "deactivated": {
        "activated_at": timezone.now,
        "deactivated_at": timezone.now,
        "closes_on": london_today,
    },
    "closed": {"closed_on": london_today},
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("dates", STATUSES)
def test_the_database_holds_a_status_to_its_dates(status: str, dates: str) -> None:
    """Whoever writes the row, by whatever road."""
    row = organisation("RR8", "Leeds", status="invited")
    values = {name: make() for name, make in STATUSES[dates].items()}
    fits = status == dates or (status == "closed" and dates == "closed")

    def write() -> None:
        with transaction.atomic():
            Organisation.objects.filter(pk=row.pk).update(status=status, **values)

    if fits:
        write()
    else:
        with pytest.raises(IntegrityError):
            write()


def test_a_gp_surgery_is_told_which_practices_are_of_its_network(capsys: Any) -> None:
    organisation("A81001", "Elm Surgery")
    for _ in range(2):
        assert cli.run(["organisations", "pcn", "--ods", "A81001", "a81001", "A81002"]) == 0
    assert "2 practices" in capsys.readouterr().out
    assert Organisation.objects.get().pcn_practices == ["A81001", "A81002"]
    assert Event.objects.filter(type="organisation.pcn_changed").count() == 1
    assert cli.run(["organisations", "pcn", "--ods", "A81001", "A8!"]) != 0
