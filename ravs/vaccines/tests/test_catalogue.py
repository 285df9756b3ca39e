"""Files of the catalogue: what they bring, and every way they can be wrong."""

import tomllib
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravs import cli
from ravs.audit.models import Event
from ravs.vaccines.catalogue.reading import BadCatalogue, document, validated
from ravs.vaccines.models import (
    CatalogueRelease,
    Option,
    OptionKind,
    ProcedureCode,
    Product,
    Rule,
    VaccineType,
)
from ravs.vaccines.services import import_catalogue, import_shipped_catalogue
from ravs.vaccines.services.catalogue import SHIPPED
from tests.vaccines import no_catalogue

pytestmark = pytest.mark.once

TABLES = (VaccineType, Product, Option, Rule, ProcedureCode)

SMALL = """
format = 1
name = "Small"
valid_from = 2026-01-01

[[types]]
code = "flu"
name = "flu"
default_eligibility = "age"

[[products]]
code = "vaxigrip"
type = "flu"
name = "Vaxigrip"
route = "injection"
dose_ml = 0.5
needs_check = ["dose_ml"]

[[options]]
kind = "eligibility"
type = "flu"
code = "age"
label = "Based on age"

[[rules]]
code = "age-vaxigrip"
kind = "age"
type = "flu"
product = "vaxigrip"
least = 6
unit = "months"

[[procedures]]
type = "flu"
code = "985151000000100"
"""


@pytest.fixture(autouse=True)
def nothing_yet(request: pytest.FixtureRequest) -> None:
    """An empty catalogue: whatever a test asks of one, it brings itself."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        no_catalogue()
        request.getfixturevalue("catalogue_changes")


def rows() -> list[list[tuple[Any, ...]]]:
    return [list(table.objects.order_by("pk").values_list()) for table in TABLES]


@pytest.fixture
def bring(tmp_path: Path, db: None) -> Any:
    """Import a text as a file."""

    def import_(text: str, **options: Any) -> Any:
        file = tmp_path / "catalogue.toml"
        file.write_text(text, encoding="utf-8")
        return import_catalogue(file=file, **options)

    return import_


def refused(bring: Any, text: str) -> list[str]:
    before = rows()
    with pytest.raises(BadCatalogue) as refusal:
        bring(text)
    assert rows() == before
    faults: list[str] = refusal.value.faults
    return faults


@pytest.mark.django_db
class TestTheShippedFile:
    def test_it_comes_in_once_and_again_changes_nothing(self) -> None:
        first = import_catalogue(file=SHIPPED)
        before = rows()
        again = import_catalogue(file=SHIPPED)

        assert (first.added, first.changed) == (sum(map(len, before)), 0)
        assert not again
        assert rows() == before
        assert CatalogueRelease.objects.count() == 1
        event = Event.objects.get(type="catalogue.imported")
        assert event.data["added"] == first.added
        assert event.data["digest"] == CatalogueRelease.objects.get().digest

    def test_it_is_loaded_where_none_ever_came(self, bring: Any) -> None:
        assert "248 rows" in import_shipped_catalogue()
        assert import_shipped_catalogue() == ""

    def test_it_does_not_come_over_an_operators_own(self, bring: Any) -> None:
        bring(SMALL)
        assert import_shipped_catalogue() == ""
        assert VaccineType.objects.count() == 1

    def test_it_carries_every_list_of_the_specification(self) -> None:
        import_catalogue(file=SHIPPED)
        today = date(2026, 11, 23)
        count = {
            kind: Option.objects.on(today).filter(kind=kind).count() for kind in OptionKind.values
        }
        assert VaccineType.objects.on(today).count() == 18
        assert count["injection-site"] == 6
        assert count["consent-giver"] == 6
        assert count["location-type"] == 4
        assert count["staff-role"] == 5
        assert count["gender"] == 4
        assert count["pack-size"] == 2
        assert count["legal-mechanism"] == 4
        assert all(count.values())
        assert Option.objects.filter(kind="eligibility", type=None).count() == 12
        assert set(Option.objects.filter(snomed__gt="").values_list("code", "snomed")) >= {
            ("left-arm", "368208006"),
            ("right-arm", "368209003"),
        }

    def test_it_says_what_to_ask_and_when(self) -> None:
        import_catalogue(file=SHIPPED)
        types = {row.code: row for row in VaccineType.objects.select_related("stock_from")}
        assert types["flu"].dose_asked_up_to_age == 8
        assert types["covid-19"].asks_location
        assert types["flu-london"].stock_from == types["flu"]
        asks = {
            (row.type.code if row.type else "", row.code): row.asks
            for row in Option.objects.exclude(asks=[]).select_related("type")
        }
        assert asks["rsv", "pregnant"] == asks["pertussis", "pregnant"] == ["due-date"]
        assert asks["flu", "healthcare-worker"] == ["staff-role"]
        assert asks["", "deputy"] == ["name", "relationship"]
        assert asks["", "care-home"] == ["care-home"]

    def test_it_flags_each_dose_and_age_that_no_source_gives(self) -> None:
        import_catalogue(file=SHIPPED)
        sure = {"flu-tivc", "flu-vaxigrip", "gardasil-9", "revaxis", "flu-fluenz"}
        for product in Product.objects.select_related("type"):
            is_sure = product.code in sure or product.type.code in {"mmr", "mmrv", "menacwy"}
            assert ("dose_ml" in product.needs_check) is not is_sure, product.code
        assert Rule.objects.get(code="age-fluenz").needs_check == []
        assert Rule.objects.get(code="age-tivc").needs_check == ["least"]


def test_it_adds_what_is_new_and_changes_what_differs(bring: Any) -> None:
    bring(SMALL)
    second = SMALL.replace('name = "Vaxigrip"', 'name = "Vaxigrip (TIVe)"') + (
        '[[procedures]]\ntype = "flu"\ndose = "second"\ncode = "985171000000109"\n'
    )
    done = bring(second)
    assert (done.added, done.changed) == (1, 1)
    assert Product.objects.get().name == "Vaxigrip (TIVe)"
    assert ProcedureCode.objects.count() == 2


def test_rows_that_a_file_does_not_name_stay(bring: Any) -> None:
    bring(SMALL)
    before = rows()
    done = bring('format = 1\nname = "Nothing"\n')
    assert not done
    assert rows() == before


def test_a_row_ends_by_its_last_day_and_another_begins(bring: Any) -> None:
    bring(SMALL)
    ended = """
format = 1
name = "Later"
options = [
    { kind = "eligibility", type = "flu", code = "age", label = "Based on age", valid_from = 2026-01-01, valid_to = 2026-08-31 },
    { kind = "eligibility", type = "flu", code = "age", label = "Because of their age", valid_from = 2026-09-01 },
]
"""  # noqa: E501
    done = bring(ended)
    assert (done.added, done.changed) == (1, 1)
    labels = [Option.objects.on(day).get().label for day in (date(2026, 8, 31), date(2026, 9, 1))]
    assert labels == ["Based on age", "Because of their age"]


def test_a_dry_run_says_what_would_change_and_keeps_nothing(bring: Any) -> None:
    done = bring(SMALL, dry_run=True)
    assert done.added == 5
    assert not any(rows())
    assert not CatalogueRelease.objects.exists()
    assert not Event.objects.exists()


def changed(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("format = 1", "name is missing."),
        (
            changed('name = "flu"', "name = 3"),
            "types, row 1 (flu): name must be text in quotation marks.",
        ),
        (changed('name = "flu"\n', ""), "types, row 1 (flu): name is missing."),
        (
            changed("dose_ml = 0.5", 'dose_ml = "half"'),
            "products, row 1 (vaxigrip): dose_ml must be a number.",
        ),
        (
            changed("dose_ml = 0.5", "dose_ml = 0.555"),
            "products, row 1 (vaxigrip): dose_ml must have at most 2 decimal places.",
        ),
        (
            changed('route = "injection"', 'route = "patch"'),
            "products, row 1 (vaxigrip): route must be one of 'injection', 'nasal', 'oral'.",
        ),
        (
            changed('type = "flu"\nname', 'type = "flue"\nname'),
            'products, row 1 (vaxigrip): type "flue" is not known.',
        ),
        (
            changed("985151000000100", "985151000000101"),
            "procedures, row 1 (985151000000101): code has a check digit that does not fit: look"
            " for a mistyped digit.",
        ),
        (
            changed('product = "vaxigrip"', 'product = "fluenz"'),
            'rules, row 1 (age-vaxigrip): product "fluenz" is not known.',
        ),
        (
            changed("least = 6\n", ""),
            "rules, row 1 (age-vaxigrip): it needs least, most or both.",
        ),
        (
            changed('unit = "months"', 'unit = "doses"'),
            'rules, row 1 (age-vaxigrip): the unit "doses" and the kind "most-doses" go together.',
        ),
        (
            changed('needs_check = ["dose_ml"]', 'needs_check = ["dose"]'),
            "products, row 1 (vaxigrip): needs_check names dose, which is no field of this table.",
        ),
        (
            changed('default_eligibility = "age"', 'default_eligibility = "young"'),
            'types, row 1 (flu): default_eligibility "young" is no option of this type.',
        ),
        (
            changed('code = "flu"', 'code = "Flu jab"'),
            "types, row 1 (Flu jab): code must be made of small letters, digits and single"
            " hyphens.",
        ),
        (
            changed('label = "Based on age"', 'label = "Based on age"\nsnomed = "12"'),
            "options, row 1 (age): snomed must have 6 to 18 digits, as SNOMED CT codes have.",
        ),
        (
            changed('name = "Vaxigrip"', 'name = "Vaxigrip"\ngtins = ["05000456078277"]'),
            "products, row 1 (vaxigrip): gtins[1] has a check digit that does not fit: look for a"
            " mistyped digit.",
        ),
        (
            changed('name = "Vaxigrip"', 'name = "Vaxigrip"\ncolour = "red"'),
            "products, row 1 (vaxigrip): colour is no field of this table.",
        ),
        (
            changed('name = "flu"', 'name = "flu"\nvalid_to = 2025-12-31'),
            "types, row 1 (flu): valid_to is before valid_from.",
        ),
        (
            changed('name = "flu"', 'name = "flu"\nvalid_to = "soon"'),
            "types, row 1 (flu): valid_to must be a date without quotation marks, such as"
            " 2026-09-01.",
        ),
        (
            changed('name = "flu"', 'name = "flu"\nstock_from = "flu"'),
            "types, row 1 (flu): stock_from must name a type with products of its own.",
        ),
        (
            SMALL + '[[types]]\ncode = "flu"\nname = "again"\n',
            "types, row 2 (flu): the same code stands in an earlier row.",
        ),
        (
            SMALL
            + '[[rules]]\ncode = "age-vaxigrip"\nkind = "age"\ntype = "flu"\nmost = 9\n'
            + 'unit = "years"\nvalid_from = 2026-05-01\n',
            "rules, row 2 (age-vaxigrip): its days overlap those of another row with the same"
            " code: end one with valid_to.",
        ),
        ("format = 2\nname = 'x'", "format must be less than or equal to 1."),
        ("format = 1\nname = 'x'\ntypes = 3", "types must be a list in square brackets."),
        ("format = ", "The file is no TOML"),
    ],
)
def test_it_names_the_row_and_the_field(bring: Any, text: str, fault: str) -> None:
    faults = refused(bring, text)
    assert any(told.startswith(fault) for told in faults), faults


def test_it_names_several_faults_at_once(bring: Any) -> None:
    text = changed('name = "flu"', "name = 3").replace("dose_ml = 0.5", "dose_ml = true")
    assert len(refused(bring, text.replace('label = "Based on age"', 'label = ""'))) == 3


def test_an_overlap_with_a_row_that_stays_is_refused(bring: Any) -> None:
    bring(SMALL)
    later = SMALL.replace("valid_from = 2026-01-01", "valid_from = 2026-09-01")
    faults = refused(bring, later)
    assert len(faults) == 3
    assert all("overlap" in fault for fault in faults)


def test_a_product_keeps_its_type(bring: Any) -> None:
    bring(SMALL)
    other = changed('type = "flu"\nname', 'type = "rsv"\nname') + '[[types]]\ncode = "rsv"\n'
    faults = refused(bring, other + 'name = "RSV"\n')
    assert any('type was "flu": a product keeps its type' in fault for fault in faults)


TOML_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=True)
    | st.dates()
    | st.datetimes()
    | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=4,
)
FIELDS = sorted(
    {
        key
        for rows in tomllib.loads(SMALL).values()
        if isinstance(rows, list)
        for row in rows
        for key in row
    }
)


@given(data=st.data())
def test_whatever_stands_in_a_field_is_read_or_refused(data: st.DataObject) -> None:
    """Never another error than ``BadCatalogue``, and each fault is one line for a person."""
    raw = tomllib.loads(SMALL)
    table = data.draw(st.sampled_from(["types", "products", "options", "rules", "procedures"]))
    raw[table][0][data.draw(st.sampled_from([*FIELDS, "valid_to"]))] = data.draw(TOML_VALUES)
    faults = faults_of(raw)
    assert all("\n" not in fault and fault.startswith(f"{table}, row 1") for fault in faults)


def faults_of(raw: dict[str, Any]) -> list[str]:
    try:
        validated(raw)
    except BadCatalogue as refusal:
        return refusal.faults
    return []


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_a_file_holds_is_read_or_refused(content: bytes) -> None:
    with suppress(BadCatalogue):
        document(content)


@pytest.mark.django_db
class TestTheCommand:
    def test_it_lists_every_fault_and_ends_with_one_line(self, tmp_path: Path, capsys: Any) -> None:
        file = tmp_path / "bad.toml"
        file.write_text(changed('name = "flu"', "name = 3"), encoding="utf-8")
        assert cli.run(["catalogue", "import", str(file)]) == 1
        told = capsys.readouterr()
        assert told.out == "types, row 1 (flu): name must be text in quotation marks.\n"
        assert told.err == "Error: The catalogue has 1 fault. Nothing was changed.\n"

    def test_it_says_what_was_done_or_would_be(self, tmp_path: Path, capsys: Any) -> None:
        file = tmp_path / "small.toml"
        file.write_text(SMALL, encoding="utf-8")
        assert cli.run(["catalogue", "import", str(file), "--dry-run"]) == 0
        assert cli.run(["catalogue", "import", str(file)]) == 0
        assert cli.run(["catalogue", "import", str(file)]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "5 rows would be added, 0 would be changed.",
            "5 rows added, 0 changed.",
            "0 rows added, 0 changed.",
        ]

    def test_it_shows_what_needs_a_check(self, tmp_path: Path, capsys: Any) -> None:
        file = tmp_path / "small.toml"
        file.write_text(SMALL, encoding="utf-8")
        cli.run(["catalogue", "import", str(file)])
        capsys.readouterr()
        assert cli.run(["catalogue", "show", "--needs-check"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "Flu",
            "  Product: Vaxigrip, injection, 0.5 ml (needs clinical check: dose)",
        ]
