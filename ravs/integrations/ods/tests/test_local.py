"""The local directory of organisations: what finds a care home, and how homes come into it."""

from pathlib import Path

import pytest
from django.utils.module_loading import import_string

from ravs import cli
from ravs.integrations.ods.loading import WrongFile, load
from ravs.integrations.ods.models import Listed
from ravs.integrations.ods.port import LIMIT, CareHome, directory

pytestmark = pytest.mark.django_db

COURT = CareHome("VLA01", "Rosewood Court", "2 Orchard Lane, LS1 4AB")
HOUSE = CareHome("VLA02", "Rosewood House")
WILFRID = CareHome("VLA05", "St Wilfrid’s Nursing Home")


@pytest.fixture(autouse=True)
def homes() -> None:
    Listed.write(Listed(ods=one.ods, name=one.name, address=one.address) for one in every())


def every() -> tuple[CareHome, ...]:
    return COURT, HOUSE, WILFRID


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("VLA01", [COURT]),
        (" vla 01 ", [COURT]),
        ("rose", [COURT, HOUSE]),
        ("COURT rosewood", [COURT]),
        ("st wilfrids", []),
        ("st wilfrid's", [WILFRID]),
        ("wood", []),
        ("", []),
        ("  –  ", []),
        ("%", []),
        ("nobody", []),
    ],
)
def test_it_finds_by_code_or_by_the_beginnings_of_words(text: str, found: list[CareHome]) -> None:
    assert directory().care_homes(text) == found


def test_it_tells_of_so_many_and_no_more() -> None:
    Listed.write(Listed(ods=f"VLB{n:02}", name=f"Ash {n:02}") for n in range(LIMIT + 5))
    assert len(directory().care_homes("ash")) == LIMIT


def test_a_file_is_loaded_whole_and_again_with_new_details(tmp_path: Path) -> None:
    file = tmp_path / "homes.csv"
    file.write_text("ods,name,address\nvla01,Rosewood Manor,\nVLC01,Ivy House,1 Ivy Lane\n")
    assert load(file) == 2
    assert directory().care_homes("vla01") == [CareHome("VLA01", "Rosewood Manor")]
    assert directory().care_homes("rosewood court") == []
    assert Listed.objects.count() == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ods,name\nV1,x\n", "columns ods, name, address"),
        ("ods,name,address\nV1,x,\nVLC09,Good,\n", "line 2: ods must be an ODS code"),
        ("ods,name,address\nVLC09,,\n", "line 2: name must have 1 to 100"),
        (f"ods,name,address\nVLC09,Good,{'x' * 201}\n", "line 2: address must have at most 200"),
    ],
)
def test_a_wrong_line_loads_nothing_and_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "homes.csv"
    file.write_text(text)
    with pytest.raises(WrongFile, match=said):
        load(file)
    assert Listed.objects.count() == 3


def test_a_command_loads_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "homes.csv"
    file.write_text("ods,name,address\nVLC01,Ivy House,1 Ivy Lane\n")
    assert cli.run(["care-homes", "load", str(file)]) == 0
    assert "1 care homes were loaded." in capsys.readouterr().out


def test_the_directory_is_the_one_that_settings_name() -> None:
    local = import_string("ravs.integrations.ods.local.LocalDirectory")
    assert isinstance(directory(), local)
