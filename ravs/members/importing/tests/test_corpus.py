"""Every awkward list of the corpus gets the verdicts it must get, and nothing else is written."""

import pytest

from ravs.members.importing.columns import recognise
from ravs.members.importing.judging import Shared
from ravs.members.importing.reading import read_pasted, read_upload
from ravs.members.importing.services import List, take_in
from ravs.members.importing.sheets import Unreadable
from ravs.members.importing.tests.corpus import Case, cases
from ravs.members.importing.tests.lists import verdicts
from tests.people import NOON, Leeds

CASES = cases()


def given(case: Case) -> List:
    data = case.made()
    sheet = read_pasted(data.decode()) if case.pasted else read_upload(data)
    return List(name="", table=recognise(sheet), shared=Shared())


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.time_machine(NOON, tick=False)
@pytest.mark.parametrize("case", [c for c in CASES if not c.refused], ids=lambda c: c.name)
def test_every_row_gets_its_verdict(case: Case, leeds: Leeds) -> None:
    job = take_in(actor=leeds.priya.account, organisation=leeds.organisation, given=given(case))
    assert verdicts(job) == case.verdicts


@pytest.mark.once
@pytest.mark.parametrize("case", [c for c in CASES if c.refused], ids=lambda c: c.name)
def test_what_cannot_be_used_is_refused_in_words(case: Case) -> None:
    with pytest.raises(Unreadable) as refusal:
        given(case)
    assert case.refused in str(refusal.value)


@pytest.mark.once
def test_there_are_a_hundred_and_no_two_of_one_name() -> None:
    assert len(CASES) >= 100
    assert len({case.name for case in CASES}) == len(CASES)
