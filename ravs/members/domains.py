"""Which e-mail domains invited people may have: data, matched on label boundaries."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import idna
from django.db import transaction

from ravs.audit import services as audit
from ravs.audit.events import DomainsImported
from ravs.core.errors import Refusal
from ravs.members.models import AllowedEmailDomain


class BadDomainFile(Refusal):
    """The file of domains cannot be used; nothing was changed."""


@dataclass(frozen=True)
class DomainRule:
    """One rule of a domain file: exact, or the domain with everything below it."""

    domain: str
    include_subdomains: bool
    consumer_mail: bool
    note: str = ""


@dataclass(frozen=True)
class Imported:
    """What an import did: rows new or changed, rows as they were, consumer rules left out."""

    written: int
    unchanged: int
    skipped: int


def parents(domain: str) -> list[str]:
    """``a.b.c`` → ``["b.c", "c"]``: the domains it lies below, on label boundaries."""
    labels = domain.split(".")
    return [".".join(labels[i:]) for i in range(1, len(labels))]


def is_allowed(email_key: str) -> bool:
    """Whether a normalised address is at an allowed domain. One indexed query.

    Never a bare *ends with*: ``x@evilnhs.net`` is not at ``nhs.net`` (domain 3.6).
    """
    domain = email_key.rpartition("@")[2]
    rules = AllowedEmailDomain.objects.filter(active=True)
    exact = rules.filter(domain=domain)
    above = rules.filter(domain__in=parents(domain), include_subdomains=True)
    return (exact | above).exists()


def normalise_domain(text: str) -> str:
    """A domain as it is stored and compared; raises ``BadDomainFile`` for nonsense.

    One word alone is nonsense too: a rule for ``uk`` would let in everybody below it.
    """
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    try:
        found = idna.encode(visible.strip().lstrip("@"), uts46=True).decode().rstrip(".")
    except idna.IDNAError as error:
        raise BadDomainFile(f"“{text}” is not a domain.") from error
    if "." not in found:
        raise BadDomainFile(f"“{text}” is not a domain that an organisation has.")
    return found


def read_rules(path: Path) -> list[DomainRule]:
    """Read ``{"rules": [{"domain", "include_subdomains", "consumer_mail"}]}`` from ``path``."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise BadDomainFile(f"{path.name} cannot be read as JSON: {error}") from error
    rows = content.get("rules") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise BadDomainFile(f"{path.name} holds no list of rules.")
    return [_rule(row) for row in rows]


def _rule(row: object) -> DomainRule:
    if not isinstance(row, dict) or not isinstance(row.get("domain"), str):
        raise BadDomainFile(f"Each rule needs a domain: {row!r}"[:200])
    return DomainRule(
        domain=normalise_domain(row["domain"]),
        include_subdomains=_yes_or_no(row, "include_subdomains"),
        consumer_mail=_yes_or_no(row, "consumer_mail"),
        note=str(row.get("note") or "")[:300],
    )


def _yes_or_no(row: dict[str, object], name: str) -> bool:
    """JSON's own true or false: the word "false" in quotation marks must not count as true."""
    value = row.get(name, False)
    if not isinstance(value, bool):
        raise BadDomainFile(f"{name} is either true or false: {row!r}"[:200])
    return value


@transaction.atomic
def import_domains(*, rules: Sequence[DomainRule], consumer_mail: bool = False) -> Imported:
    """Add or update rules. Consumer mail (anybody's address) is left out unless told otherwise."""
    wanted: dict[str, DomainRule] = {}
    for rule in rules:
        if consumer_mail or not rule.consumer_mail:
            wanted[rule.domain] = _wider(wanted.get(rule.domain), rule)
    known = {
        row.domain: row
        for row in AllowedEmailDomain.objects.select_for_update().filter(domain__in=wanted)
    }
    fields = ("include_subdomains", "consumer_mail", "note")
    fresh = [_row(rule) for rule in wanted.values() if rule.domain not in known]
    changed = [
        row
        for domain, row in known.items()
        if any(getattr(row, f) != getattr(wanted[domain], f) for f in fields)
    ]
    for row in changed:
        for field in fields:
            setattr(row, field, getattr(wanted[row.domain], field))
    AllowedEmailDomain.objects.bulk_create(fresh)
    AllowedEmailDomain.objects.bulk_update(changed, fields)
    written, skipped = len(fresh) + len(changed), len({r.domain for r in rules}) - len(wanted)
    if written:
        audit.record(DomainsImported(added=written, skipped=skipped))
    return Imported(written=written, unchanged=len(wanted) - written, skipped=skipped)


def _wider(first: DomainRule | None, second: DomainRule) -> DomainRule:
    """Of two rules for one domain the one that lets more people in: lists name both kinds."""
    return first if first and first.include_subdomains else second


def _row(rule: DomainRule) -> AllowedEmailDomain:
    return AllowedEmailDomain(
        domain=rule.domain,
        include_subdomains=rule.include_subdomains,
        consumer_mail=rule.consumer_mail,
        note=rule.note,
        added_by="import",
    )
