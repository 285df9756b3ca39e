"""What a process keeps of the catalogue is never older than the last file."""

from datetime import date
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from ravs.vaccines import selectors
from ravs.vaccines.catalogue.memory import catalogue, forget
from ravs.vaccines.models import OptionKind
from ravs.vaccines.services import import_catalogue
from ravs.vaccines.services.catalogue import SHIPPED

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 4)


def test_it_is_read_once_and_asked_for_by_one_query(
    catalogue_changes: object, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):
        first = catalogue()
    with django_assert_num_queries(1):
        assert catalogue() is first
    with django_assert_num_queries(1):
        selectors.options(OptionKind.GENDER, TODAY)


def test_a_file_that_comes_in_is_seen_at_the_next_question(
    catalogue_changes: object, tmp_path: Path
) -> None:
    """As another process brings it in: nobody tells this one to forget."""
    assert "Left arm" in labels(OptionKind.INJECTION_SITE)
    text = SHIPPED.read_text(encoding="utf-8").replace('label = "Left arm"', 'label = "Left wing"')
    file = tmp_path / "catalogue.toml"
    file.write_text(text, encoding="utf-8")
    import_catalogue(file=file)
    assert "Left wing" in labels(OptionKind.INJECTION_SITE)
    assert "Left arm" not in labels(OptionKind.INJECTION_SITE)


def test_its_rows_know_each_other_without_asking(
    catalogue_changes: object, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    known = catalogue()
    with django_assert_num_queries(0):
        london = next(row for row in known.types if row.code == "flu-london")
        assert london.stock_from is not None
        assert london.stock_from.code == "flu"
        assert all(product.type in known.types for product in known.products)
        assert all(rule.product is None or rule.product.name for rule in known.rules)


def test_forgetting_reads_anew(catalogue_changes: object) -> None:
    first = catalogue()
    forget()
    assert catalogue() is not first
    assert catalogue() == first


def labels(kind: OptionKind) -> set[str]:
    return {option.label for option in selectors.options(kind, TODAY)}
