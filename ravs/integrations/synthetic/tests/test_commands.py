"""What operators run: ``ravs patients …``."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ravs import cli
from ravs.integrations.immunisations.port import HistoryUnavailable, history
from ravs.integrations.pds.models import FormerNumber, Person
from ravs.integrations.pds.port import DirectoryUnavailable, directory

pytestmark = pytest.mark.django_db

ADA, BEN = "9990000018", "9990000026"
HEADINGS = "nhs_number,given_name,family_name,birth_date,postcode,gender,sensitive,former_numbers"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def load(file: Path, *rows: str, headings: str = HEADINGS) -> int:
    file.write_text("\n".join((headings, *rows)), encoding="utf-8-sig")
    return cli.run(["patients", "load", str(file)])


def test_it_makes_people_once(capsys: Any) -> None:
    for _ in range(2):
        assert cli.run(["patients", "generate", "--count", "5", "--seed", "4"]) == 0
    told = capsys.readouterr().out
    assert "16 people were added. There are 16 now." in told
    assert "0 people were added. There are 16 now." in told


def test_it_loads_people_and_their_later_details(file: Path) -> None:
    assert load(file, f"999 000 0018,Ada,Løve,1990-05-01,ls11cv,female,yes,{BEN}") == 0
    ada = Person.objects.get()
    assert (ada.nhs_number, ada.family_name, ada.birth_date) == (ADA, "Løve", date(1990, 5, 1))
    assert (ada.postcode, ada.sensitive) == ("LS1 1CV", True)
    assert FormerNumber.objects.get().person_id == ADA
    assert load(file, f"{ADA},Ada,Nobody,1990-05-01,,,no,") == 0
    assert Person.objects.get().family_name == "Nobody"


def test_the_needed_columns_are_enough(file: Path) -> None:
    headings = "family_name,nhs_number,birth_date,given_name"
    assert load(file, f"Nobody,{ADA},1990-05-01,Ada", headings=headings) == 0
    assert Person.objects.get().given_name == "Ada"


def test_a_wrong_line_loads_nobody_and_is_named(file: Path, capsys: Any) -> None:
    status = load(
        file,
        f"{ADA},Ada,Nobody,1990-05-01,,,,",
        "9990000027,Ben,Nobody,1990-05-01,,,,",
        f"{BEN},,Nobody,1 May 1990,,,,",
        f"{BEN},Ben,Nobody,1990-05-01,Leeds,,,",
        f"{BEN},Ben,Nobody,1990-05-01,,boy,,",
    )
    assert status == 1
    told = capsys.readouterr().err
    assert "Nobody was loaded. line 3: an NHS number is not valid; line 4: birth_date" in told
    assert "line 5: postcode is not one; line 6: gender must be one of male" in told
    assert not Person.objects.exists()


def test_a_file_of_something_else_is_refused(file: Path, capsys: Any) -> None:
    assert load(file, "Ada", headings="name") == 1
    assert "The first line must name columns" in capsys.readouterr().err


def test_an_outage_is_switched_on_and_off() -> None:
    assert cli.run(["patients", "outage", "on"]) == 0
    with pytest.raises(DirectoryUnavailable):
        directory().find(ADA)
    assert history().of(ADA) == []
    assert cli.run(["patients", "outage", "on", "--history"]) == 0
    with pytest.raises(HistoryUnavailable):
        history().of(ADA)
    assert cli.run(["patients", "outage", "off"]) == 0
    assert directory().find(ADA) is None
    assert history().of(ADA) == []


def test_it_fills_no_directory_that_is_elsewhere(settings: Any, capsys: Any) -> None:
    settings.PATIENT_DIRECTORY = "elsewhere.Directory"
    assert cli.run(["patients", "generate"]) == 1
    assert "Patients are looked up elsewhere" in capsys.readouterr().err
