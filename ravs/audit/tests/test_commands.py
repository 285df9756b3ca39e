"""``ravs audit verify`` as an operator meets it."""

import pytest
from click.testing import CliRunner, Result
from pytest_django.fixtures import Settings

from ravs.audit.commands import audit
from ravs.audit.models import EventPerson
from ravs.audit.tests.people import FA123, RW3, SAM, as_superuser, write_history

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_organisations(settings: Settings) -> None:
    settings.AUDIT_ORGANISATIONS_BY_ODS = "ravs.audit.tests.people.by_ods"
    write_history(6, RW3)
    write_history(4, FA123)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(audit, ["verify", *arguments])


def test_it_says_that_all_is_whole() -> None:
    result = run()

    assert result.exit_code == 0
    assert result.output == "10 events checked: the history is whole. 0 erased.\n"


def test_it_checks_one_organisation_by_its_ods_code() -> None:
    EventPerson.objects.filter(person=SAM.public_id).update(payload=None, salt=None)
    result = run("--ods", "RW3")

    assert result.exit_code == 0
    assert result.output == "6 events checked: the history is whole. 6 erased.\n"


def test_it_names_the_first_bad_row_in_one_line_and_fails() -> None:
    with as_superuser() as cursor:
        cursor.execute("UPDATE audit_event SET type = 'member.lapsed' WHERE seq = 3")

    result = run("--ods", "FA123")

    assert result.exit_code != 0
    assert result.output == (
        f"Error: Row 3 in the history of organisation {FA123} was changed after it was written.\n"
    )


def test_it_does_not_call_an_unknown_organisation_whole() -> None:
    result = run("--ods", "XX9")

    assert result.exit_code != 0
    assert result.output == "Error: No organisation has the ODS code XX9.\n"
