"""Each way of looking for records reads along an index of its own, however many there are."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ravs.members.models import Membership
from ravs.vaccinations.models import Vaccination
from ravs.vaccinations.records.criteria import Criteria
from ravs.vaccinations.records.selectors import Place, page_of
from ravs.vaccines.models import VaccineType
from tests import recording
from tests.vaccinations import given

pytestmark = pytest.mark.postgres

NUMBER = 30_000
COPIED = """
INSERT INTO vaccinations_vaccination (public_id, given_on, name_key, nhs_number, birth_date,
    batch_number, type_id, vaccinator_id, {columns})
SELECT gen_random_uuid(), given_on - (n %% 1500)::int, decode(md5(n::text), 'hex') || name_key,
    lpad((n %% 15000)::text, 10, '0'), birth_date - (n %% 10000)::int, 'B' || (n %% 3000),
    CASE WHEN n %% 5000 = 0 THEN %s ELSE type_id END,
    CASE WHEN n %% 7000 = 0 THEN %s ELSE vaccinator_id END, {columns}
FROM vaccinations_vaccination, generate_series(1, %s) n
"""
VARIED = {
    "id", "public_id", "given_on", "name_key", "nhs_number", "birth_date", "batch_number",
    "type_id", "vaccinator_id",
}  # fmt: skip


@pytest.mark.django_db
def test_every_search_has_its_index() -> None:
    at = recording.place()
    first = given(at)
    copy(VaccineType.objects.get(code="mmr"), at.leeds.priya)
    some = Vaccination.objects.order_by("pk")[NUMBER // 2]
    wanted = {
        "records_newest_first": Criteria(),
        "records_by_nhs_number": Criteria(nhs_number=some.nhs_number),
        "records_by_name": Criteria(name="brook"),
        "records_of_a_type": Criteria(vaccine="mmr"),
        "records_of_a_batch": Criteria(batch=some.batch_number),
        "records_by_birth": Criteria(born=some.birth_date),
        "records_of_a_vaccinator": Criteria(vaccinator=at.leeds.priya.public_id),
        "records_deleted": Criteria(deleted=True),
    }
    for index, criteria in wanted.items():
        for place in (Place(), Place(before=some.public_id), Place(after=first.public_id)):
            assert index in plan_of(at, criteria, place), (index, place)


def copy(vaccine: VaccineType, vaccinator: Membership) -> None:
    """One record many times over, each with its own day, name, number, birthday and batch."""
    fields = Vaccination._meta.concrete_fields
    columns = ", ".join(f.column for f in fields if f.column not in VARIED)
    with connection.cursor() as cursor:
        cursor.execute(COPIED.format(columns=columns), [vaccine.pk, vaccinator.pk, NUMBER])
        cursor.execute("ANALYZE vaccinations_vaccination")


def plan_of(at: Any, criteria: Criteria, place: Place) -> str:
    with CaptureQueriesContext(connection) as asked:
        page_of(at.organisation, criteria, place)
    question = [one["sql"] for one in asked if '"version"' in one["sql"]][-1]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {question}")
        return "\n".join(row[0] for row in cursor.fetchall())
