"""The SQL that generates: what is drawn for a row follows from its number alone."""

from django.db import models

from ravs.patients.models import Patient
from ravs.vaccinations.models import Vaccination

PROGRESS = """
    CREATE TABLE IF NOT EXISTS bench_progress (step text PRIMARY KEY, done bigint NOT NULL);
    CREATE TABLE IF NOT EXISTS bench_index (name text PRIMARY KEY, of text, definition text)
"""
NOTE = """
    INSERT INTO bench_progress VALUES (%s, %s)
    ON CONFLICT (step) DO UPDATE SET done = excluded.done
"""
INDEXES = """
    SELECT c.relname, pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = %s::regclass AND NOT i.indisunique
"""
KEEP_INDEX = "INSERT INTO bench_index (of, name, definition) VALUES (%s, %s, %s)"
NEXT_INDEX = "SELECT name, definition FROM bench_index WHERE of = %s ORDER BY name LIMIT 1"

HELPERS = (
    "CREATE TABLE bench_name (number int PRIMARY KEY, given text, family text, gender text,"
    " name_key bytea)",
    "CREATE TABLE bench_organisation (number int PRIMARY KEY, organisation_id bigint)",
)
SLOTS = """
    CREATE TABLE bench_slot AS
    SELECT i.organisation_id, i.site_id, p.type_id, p.id AS product_id, p.name AS product_name,
        p.route, p.dose_ml, b.id AS batch_id, b.number AS batch_number, b.expiry AS batch_expiry,
        m.id AS vaccinator_id, a.id AS account_id, a.first_name || ' ' || a.last_name AS vaccinator,
        row_number() OVER (PARTITION BY i.organisation_id ORDER BY b.id, m.id) - 1 AS slot,
        count(*) OVER (PARTITION BY i.organisation_id) AS slots
    FROM vaccines_stockitem i
    JOIN vaccines_product p ON p.id = i.product_id
    JOIN vaccines_batch b ON b.item_id = i.id
    JOIN members_membership m ON m.organisation_id = i.organisation_id AND m.vaccinator
    JOIN accounts_account a ON a.id = m.account_id;
    CREATE UNIQUE INDEX ON bench_slot (organisation_id, slot)
"""


def drawn(seed: int, among: str, number: str = "n") -> str:
    """A whole number from 0, the same for the same row each time."""
    return f"(abs(hashint8extended({number}, {seed}) %% ({among})::bigint))"


def _id(seed: int, moment: str) -> str:
    """An identifier as ``new_id`` makes it: the time, and then chance."""
    chance = f"md5({seed} || ' ' || n)"
    stamp = f"lpad(to_hex((extract(epoch FROM {moment}) * 1000)::bigint), 12, '0')"
    return f"({stamp} || '7' || left({chance}, 3) || '8' || substr({chance}, 4, 15))::uuid"


# Wide enough for what is made of a number by multiplying.
ROWS = "generate_series(%(first)s::bigint, %(last)s::bigint) n"
# Nine digits from the number of the row, and the check digit of the modulus 11.
STEM = "lpad((400000000 + n * 7)::text, 9, '0')"
SUM = " + ".join(f"substr(stem, {at}, 1)::int * {11 - at}" for at in range(1, 10))
# One stem in eleven has no check digit: those people are known without an NHS number.
LEFT = "(11 - total %% 11)"
CHECK = f"CASE {LEFT} WHEN 11 THEN '0' WHEN 10 THEN NULL ELSE {LEFT}::text END"


def patients() -> str:
    """Rows ``first`` to ``last`` of patients; a fifth are the first organisation's."""
    other = drawn(1, "(SELECT count(*) - 1 FROM bench_organisation)")
    number = f"CASE WHEN n %% 5 = 0 THEN 0 ELSE 1 + {other} END"
    created = "now() - interval '3 years' + n * interval '1 year' / %(people)s"
    values = {
        "id": "n + 1",
        "public_id": _id(1, created),
        "organisation_id": "organisation_id",
        "nhs_number": "coalesce(stem || digit, '')",
        "given_name": "given",
        "family_name": "family",
        "name_key": "name_key",
        "birth_date": f"date '1930-01-01' + {drawn(3, '28000')}::int",
        "gender": "gender",
        "postcode": f"'LS' || 1 + {drawn(4, '28')} || ' ' || {drawn(5, '10')} || 'AB'",
        "source": "CASE WHEN digit IS NULL THEN 'local' ELSE 'directory' END",
        "created_at": created,
        "looked_up_at": f"CASE WHEN digit IS NOT NULL THEN {created} END",
    }
    return f"""
        {_into(Patient, values)}
        FROM (SELECT n, {STEM} AS stem FROM {ROWS}) stems
        CROSS JOIN LATERAL (SELECT {SUM} AS total) sums
        CROSS JOIN LATERAL (SELECT {CHECK} AS digit) checks
        JOIN bench_organisation o ON o.number = {number}
        JOIN bench_name m ON m.number = {drawn(2, "(SELECT count(*) FROM bench_name)")};
        SELECT setval(pg_get_serial_sequence('patients_patient', 'id'), %(last)s + 1)
    """


TODAY = "(now() AT TIME ZONE 'Europe/London')::date"
DAY = f"({TODAY} - 1094 + (n * 1095 / %(size)s)::int)"
LATER = f"CASE WHEN n %% 20 = 0 THEN {drawn(7, '5')}::int ELSE 0 END"
RECORDED = f"LEAST({DAY} + {LATER}, {TODAY})"
MOMENT = f"({RECORDED} + time '08:00' + {drawn(8, '36000')} * interval '1 second')"
IS_GIVEN, IS_DELETED = f"{drawn(9, '50')} > 0", f"{drawn(10, '200')} = 0"
OF_PATIENT = (
    "organisation_id",
    "nhs_number",
    "given_name",
    "family_name",
    "name_key",
    "birth_date",
    "gender",
    "postcode",
)
IF_GIVEN = {
    "vaccinator_id": "vaccinator_id",
    "product_id": "product_id",
    "batch_id": "batch_id",
    "batch_expiry": "batch_expiry",
    "dose_ml": "dose_ml",
}
WORDS_IF_GIVEN = {
    "vaccinator_name": "vaccinator",
    "product_name": "product_name",
    "route": "route",
    "batch_number": "batch_number",
    "dose": "'first'",
    "dose_label": "'First dose'",
    "location_type": "'on-site'",
    "location_type_label": "'On site'",
    "consent_giver": "'patient'",
    "consent_giver_label": "'Patient'",
    "injection_site": "'left-arm'",
    "injection_site_label": "'Left upper arm'",
}


def records() -> str:
    """Rows ``first`` to ``last`` of vaccinations, the later the number the later the day.

    One in fifty was not given, one in two hundred was deleted, one in twenty typed in later.
    """
    moment = f"{MOMENT} AT TIME ZONE 'Europe/London'"
    values = {
        "public_id": _id(2, MOMENT),
        "patient_id": "p.id",
        "site_id": "s.site_id",
        "type_id": "s.type_id",
        "outcome": f"CASE WHEN {IS_GIVEN} THEN 'given' ELSE 'not-given' END",
        "outcome_reason": f"CASE WHEN {IS_GIVEN} THEN '' ELSE 'The patient was unwell' END",
        "given_on": DAY,
        "recorded_at": moment,
        "recorded_on": RECORDED,
        "recorded_late": f"{RECORDED} > {DAY}",
        "recorder_id": "account_id",
        "recorder_name": "vaccinator",
        "version": "1",
        "deleted_at": f"CASE WHEN {IS_DELETED} THEN {moment} END",
        "deleted_by_id": f"CASE WHEN {IS_DELETED} THEN account_id END",
        "deletion_reason": f"CASE WHEN {IS_DELETED} THEN 'It was recorded twice' ELSE '' END",
    }
    values |= {name: f"p.{name}" for name in OF_PATIENT}
    values |= {name: f"CASE WHEN {IS_GIVEN} THEN {one} END" for name, one in IF_GIVEN.items()}
    values |= {
        name: f"CASE WHEN {IS_GIVEN} THEN {one} ELSE '' END" for name, one in WORDS_IF_GIVEN.items()
    }
    return f"""
        {_into(Vaccination, values)}
        FROM {ROWS}
        JOIN patients_patient p ON p.id = n %% %(people)s + 1
        JOIN (SELECT DISTINCT organisation_id, slots FROM bench_slot) f
            ON f.organisation_id = p.organisation_id
        JOIN bench_slot s ON s.organisation_id = p.organisation_id
            AND s.slot = {drawn(6, "f.slots")}
    """


def _into(model: type[models.Model], values: dict[str, str]) -> str:
    """``INSERT INTO … SELECT …`` of every column: what is not said is empty."""
    fields = {f.column: f for f in model._meta.concrete_fields if not f.primary_key}
    chosen = {name: values.get(name) or _empty(field) for name, field in fields.items()}
    if "id" in values:
        chosen["id"] = values["id"]
    columns, told = ", ".join(chosen), ", ".join(chosen.values())
    return f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {told}"


def _empty(field: models.Field) -> str:  # type: ignore[type-arg]
    if field.null:
        return "NULL"
    if isinstance(field, models.BooleanField):
        return "false"
    return "'[]'::jsonb" if isinstance(field, models.JSONField) else "''"


def _totals(basis: str, column: str) -> str:
    return f"""
        INSERT INTO vaccinations_daytotal (organisation_id, site_id, type_id, basis, day, count)
        SELECT organisation_id, site_id, type_id, '{basis}', {column}, count(*)
        FROM vaccinations_vaccination WHERE outcome = 'given' AND deleted_at IS NULL
        GROUP BY organisation_id, site_id, type_id, {column}
    """


TOTALS = (
    "SET LOCAL statement_timeout = 0",
    _totals("given", "given_on"),
    _totals("recorded", "recorded_on"),
    """
        INSERT INTO vaccinations_runningtotal (organisation_id, site_id, type_id, count)
        SELECT organisation_id, site_id, type_id, sum(count)
        FROM vaccinations_daytotal WHERE basis = 'given'
        GROUP BY organisation_id, site_id, type_id
    """,
)
