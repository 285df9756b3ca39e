"""Whoever stands in a record cannot be erased."""

import pytest

from ravs.members.services.erasing import RecordsForbid, erase_account, reasons_to_keep
from ravs.vaccinations.models import Vaccination
from ravs.vaccinations.records.services import delete_vaccination, edit_vaccination
from tests.recording import Place
from tests.vaccinations import given


def test_nobody_is_kept_without_a_record(at: Place) -> None:
    assert reasons_to_keep(at.leeds.rosa.account) == []


def test_who_recorded_and_who_gave_it(at: Place) -> None:
    given(at, by=at.leeds.rosa, recorder=at.leeds.adam.account)
    for who in (at.leeds.rosa, at.leeds.adam):
        assert reasons_to_keep(who.account)
        with pytest.raises(RecordsForbid):
            erase_account(account=who.account)
    assert not reasons_to_keep(at.leeds.priya.account)


def test_who_changed_and_who_deleted_it(at: Place, record: Vaccination) -> None:
    now = edit_vaccination(
        actor=at.leeds.adam.account,
        vaccination=record,
        changes={"note": {"note": "Seen"}},
        shown_version=1,
    )
    assert reasons_to_keep(at.leeds.adam.account)
    delete_vaccination(
        actor=at.leeds.priya.account, vaccination=now, shown_version=2, reason="Twice"
    )
    assert reasons_to_keep(at.leeds.priya.account)
