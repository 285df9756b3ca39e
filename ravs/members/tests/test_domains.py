"""Which e-mail domains are allowed, on label boundaries, and how more are loaded."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from ravs.accounts.normalise import email_key
from ravs.members.domains import (
    BadDomainFile,
    DomainRule,
    import_domains,
    is_allowed,
    normalise_domain,
    parents,
    read_rules,
)
from ravs.members.models import AllowedEmailDomain
from tests.evidence import left_behind

pytestmark = pytest.mark.django_db


def rule(domain: str, *, below: bool = False, consumer: bool = False) -> DomainRule:
    return DomainRule(domain=domain, include_subdomains=below, consumer_mail=consumer)


def write(path: Path, rules: list[Any]) -> Path:
    file = path / "domains.json"
    file.write_text(json.dumps({"source": "a list", "rules": rules}), encoding="utf-8")
    return file


def allowed(address: str) -> bool:
    return is_allowed(email_key(address))


def test_two_are_there_from_the_start_with_everything_below_them() -> None:
    rows = AllowedEmailDomain.objects.values_list("domain", "include_subdomains", "active")
    assert set(rows) == {("nhs.net", True, True), ("nhs.uk", True, True)}


def test_an_exact_rule_is_exact() -> None:
    import_domains(rules=[rule("care.org.uk")])
    assert allowed("x@care.org.uk")
    assert not allowed("x@sub.care.org.uk")
    assert not allowed("x@mycare.org.uk")
    assert not allowed("x@org.uk")


def test_a_rule_with_everything_below_ends_at_a_label() -> None:
    import_domains(rules=[rule("ac.uk", below=True)])
    assert allowed("x@ac.uk")
    assert allowed("x@leeds.ac.uk")
    assert allowed("x@a.b.c.ac.uk")
    assert not allowed("x@mac.uk")
    assert not allowed("x@ac.uk.com")


@given(st.text(alphabet="abcdefghij-", min_size=1, max_size=20))
def test_nothing_glued_to_an_allowed_domain_is_allowed(prefix: str) -> None:
    name = prefix.strip("-") or "a"
    if name[2:4] != "--":
        assert not allowed(f"x@{name}nhs.net")
        assert allowed(f"x@{name}.nhs.net")


def test_it_asks_one_question_of_the_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        assert allowed("x@a.b.c.d.e.nhs.uk")


def test_domains_of_other_alphabets_are_compared_as_they_travel() -> None:
    import_domains(rules=[rule(normalise_domain("Bücher.example"), below=True)])
    assert AllowedEmailDomain.objects.filter(domain="xn--bcher-kva.example").exists()
    assert allowed("x@bücher.example")
    assert allowed("x@xn--bcher-kva.example")
    assert allowed("x@sub.BÜCHER.example")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("NHS.net", "nhs.net"),
        (" nhs.net ", "nhs.net"),
        ("@nhs.net", "nhs.net"),
        ("nhs\u200b.net", "nhs.net"),
        ("\ufeffnhs.net", "nhs.net"),
        ("nh\u00ads.net", "nhs.net"),
        ("nhs.net.", "nhs.net"),
        ("\uff4e\uff48\uff53.net", "nhs.net"),
        ("nhs\u3002net", "nhs.net"),
    ],
)
def test_a_domain_is_stored_as_it_is_compared(written: str, stored: str) -> None:
    assert normalise_domain(written) == stored


@pytest.mark.parametrize(
    "nonsense",
    ["", " ", "uk", "com", "localhost", "a b.com", "*.nhs.uk", ".nhs.uk", "nhs..uk", "x@nhs.uk",
     "http://nhs.uk", "nhs.uk/", "-a.uk", "a" * 64 + ".uk", "x_y.nhs.uk", ".", "a.b\nc.uk"],
)  # fmt: skip
def test_nonsense_is_refused(nonsense: str) -> None:
    with pytest.raises(BadDomainFile):
        normalise_domain(nonsense)


def test_above_a_domain_are_its_parents() -> None:
    assert parents("a.b.nhs.uk") == ["b.nhs.uk", "nhs.uk", "uk"]


class TestImporting:
    def test_consumer_mail_is_left_out_unless_told_otherwise(self) -> None:
        rules = [rule("care.org.uk"), rule("gmail.com", consumer=True)]
        done = import_domains(rules=rules)
        assert (done.written, done.unchanged, done.skipped) == (1, 0, 1)
        assert not allowed("x@gmail.com")
        done = import_domains(rules=rules, consumer_mail=True)
        assert (done.written, done.unchanged, done.skipped) == (1, 1, 0)
        assert allowed("x@gmail.com")

    def test_the_same_again_changes_nothing_and_is_no_event(self) -> None:
        rules = [rule("care.org.uk", below=True), rule("hospice.org")]
        with left_behind() as first:
            import_domains(rules=rules)
        with left_behind() as second:
            done = import_domains(rules=rules)
        assert first.events == ["domains.imported"]
        assert second.events == []
        assert (done.written, done.unchanged, done.skipped) == (0, 2, 0)

    def test_a_rule_that_changed_is_changed(self) -> None:
        import_domains(rules=[rule("care.org.uk")])
        done = import_domains(rules=[rule("care.org.uk", below=True)])
        assert done.written == 1
        assert allowed("x@sub.care.org.uk")

    def test_one_that_was_switched_off_stays_off(self) -> None:
        import_domains(rules=[rule("care.org.uk")])
        AllowedEmailDomain.objects.filter(domain="care.org.uk").update(active=False)
        import_domains(rules=[rule("care.org.uk", below=True)])
        assert not allowed("x@care.org.uk")

    def test_a_domain_named_twice_keeps_the_wider_rule(self) -> None:
        import_domains(rules=[rule("care.org.uk", below=True), rule("care.org.uk")])
        assert allowed("x@sub.care.org.uk")

    def test_domains_that_were_there_and_are_not_in_the_file_stay(self) -> None:
        import_domains(rules=[rule("care.org.uk")])
        assert allowed("x@nhs.net")


class TestReading:
    def test_a_file_of_rules(self, tmp_path: Path) -> None:
        file = write(
            tmp_path,
            [
                {"domain": "Care.org.uk", "include_subdomains": True, "consumer_mail": False},
                {"domain": "hos\u200bpice.org"},
                {"domain": "gmail.com", "consumer_mail": True, "note": "anybody’s"},
            ],
        )
        assert read_rules(file) == [
            DomainRule("care.org.uk", include_subdomains=True, consumer_mail=False),
            DomainRule("hospice.org", include_subdomains=False, consumer_mail=False),
            DomainRule("gmail.com", include_subdomains=False, consumer_mail=True, note="anybody’s"),
        ]

    def test_a_byte_order_mark_does_no_harm(self, tmp_path: Path) -> None:
        file = tmp_path / "domains.json"
        file.write_text('{"rules": [{"domain": "care.org.uk"}]}', encoding="utf-8-sig")
        assert read_rules(file) == [rule("care.org.uk")]

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "nonsense",
            "[]",
            "{}",
            '{"rules": {}}',
            '{"rules": ["care.org.uk"]}',
            '{"rules": [{}]}',
            '{"rules": [{"domain": 7}]}',
            '{"rules": [{"domain": "uk"}]}',
            '{"rules": [{"domain": "care.org.uk", "include_subdomains": "false"}]}',
            '{"rules": [{"domain": "care.org.uk", "consumer_mail": 1}]}',
            '{"rules": [{"domain": "care.org.uk"}, {"domain": "a b"}]}',
        ],
    )
    def test_a_file_that_is_not_one_is_refused_whole(self, tmp_path: Path, content: str) -> None:
        file = tmp_path / "domains.json"
        file.write_text(content, encoding="utf-8")
        with pytest.raises(BadDomainFile) as refused:
            read_rules(file)
        assert "\n" not in str(refused.value)

    def test_bytes_that_are_no_text_are_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "domains.json"
        file.write_bytes(b"\xff\xfe\x00{")
        with pytest.raises(BadDomainFile):
            read_rules(file)
