"""What may be out of the ordinary: pure functions of vaccine, patient, history and date.

A warning interrupts and never forbids. What is usual stands in the rules of the catalogue; the
words stand in the template of the kind of warning.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ravs.patients.models import Patient, Source
from ravs.vaccinations.history import Past
from ravs.vaccinations.recording.facts import Facts
from ravs.vaccines.models import Rule, RuleKind, Unit, VaccineType

LATE_AFTER_DAYS = 14
"""A vaccination that is typed in later than this may not be paid for (domain 5.2.2, row 4)."""


@dataclass(frozen=True)
class Warned:
    """One warning. ``key`` tells it from the same warning about other facts: going on from one
    says nothing about another."""

    code: str
    kind: str
    about: str = ""
    words: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        return f"{self.code}:{self.about}" if self.about else self.code


def of(
    *,
    facts: Facts,
    patient: Patient,
    past: Sequence[Past],
    rules: Sequence[Rule],
    today: date,
    practices: Sequence[str] = (),
) -> Iterator[Warned]:
    """Everything there is to warn of, as far as the facts are known."""
    day = facts.given_on
    if day is None:
        return
    if (today - day).days > LATE_AFTER_DAYS:
        yield Warned("late", "late", day.isoformat(), {"days": LATE_AFTER_DAYS})
    if facts.type is None or not facts.is_given:
        return
    same = [one for one in past if _is_same(one, facts.type)]
    yield from repeats(facts.type, same, day)
    yield from outside_network(facts, patient, practices)
    for rule in rules:
        if rule.product_id is None or (facts.product and rule.product_id == facts.product.pk):
            yield from CHECKS[RuleKind(rule.kind)](rule, facts, patient, same, day, today)


def _is_same(past: Past, vaccine: VaccineType) -> bool:
    """Types that are given from one stock count as one: flu is flu, also in London."""
    if past.stock_type_id is not None:
        return past.stock_type_id == vaccine.stock_type_id
    stock_type = vaccine.stock_from or vaccine
    return past.type_code in {vaccine.code, stock_type.code}


def repeats(vaccine: VaccineType, same: Sequence[Past], day: date) -> Iterator[Warned]:
    """The same vaccine was recorded for the patient on that very day."""
    if any(one.given_on == day for one in same):
        words = {"vaccine": vaccine.name, "day": day}
        yield Warned("repeat", "repeat", f"{vaccine.code}:{day.isoformat()}", words)


def outside_network(facts: Facts, patient: Patient, practices: Sequence[str]) -> Iterator[Warned]:
    """A GP surgery is not paid for patients from outside its primary care network, or without a
    GP, except at some locations. ``practices``: those of the network; none where nobody said."""
    vaccine, place = facts.type, facts.location
    if vaccine is None or place is None or not practices or not vaccine.pcn_exempt_location:
        return
    if place.code == vaccine.pcn_exempt_location or patient.gp_ods in practices:
        return
    is_unknown = patient.sensitive or patient.source == Source.LOCAL
    practice = "other" if patient.gp_ods else "unknown" if is_unknown else "none"
    yield Warned("pcn", "pcn", patient.gp_ods or "none", {"practice": practice})


def previous(same: Sequence[Past], day: date) -> date | None:
    """The day of the latest dose before ``day``."""
    return max((one.given_on for one in same if one.given_on < day), default=None)


def check_age(
    rule: Rule, facts: Facts, patient: Patient, _same: Sequence[Past], day: date, _today: date
) -> Iterator[Warned]:
    """Both ends of the usual range still belong to it: 50 and over begins on the 50th birthday,
    up to 11 ends the day before the 12th."""
    is_young = rule.least is not None and day < later(patient.birth_date, rule.least, rule.unit)
    is_old = rule.most is not None and day >= later(patient.birth_date, rule.most + 1, rule.unit)
    if is_young or is_old:
        words = {
            "name": facts.product.name if rule.product_id and facts.product else "",
            "vaccine": facts.type.name if facts.type else "",
            "least": rule.least,
            "most": rule.most,
            "unit": rule.unit,
            "age": patient.age_on(day),
            "months": months_between(patient.birth_date, day),
            "consequence": rule.consequence,
        }
        yield Warned(rule.code, "age", day.isoformat(), words)


def check_interval(
    rule: Rule, facts: Facts, _patient: Patient, same: Sequence[Past], day: date, _today: date
) -> Iterator[Warned]:
    """Exactly the least number of days apart is far enough."""
    last = previous(same, day)
    if last is None or rule.least is None or day >= later(last, rule.least, rule.unit):
        return
    words = {
        "vaccine": facts.type.name if facts.type else "",
        "last": last,
        "least": rule.least,
        "unit": rule.unit,
    }
    yield Warned(rule.code, "interval", f"{last.isoformat()}:{day.isoformat()}", words)


def check_most_doses(
    rule: Rule, facts: Facts, _patient: Patient, same: Sequence[Past], day: date, _today: date
) -> Iterator[Warned]:
    """Whoever has had as many as most people need."""
    days = {one.given_on for one in same if one.given_on < day}
    last = previous(same, day)
    if rule.most is None or last is None or len(days) < rule.most:
        return
    words = {"vaccine": facts.type.name if facts.type else "", "last": last, "most": rule.most}
    yield Warned(rule.code, "most-doses", f"{last.isoformat()}:{len(days)}", words)


def check_pregnancy(
    rule: Rule, facts: Facts, _patient: Patient, _same: Sequence[Past], day: date, today: date
) -> Iterator[Warned]:
    """Weeks of pregnancy on the day. Of a past day it is told as information."""
    pregnant = facts.days_pregnant
    if pregnant is None:
        return
    least = in_days(rule.least, rule.unit)
    most = in_days(rule.most, rule.unit)
    if (least is None or pregnant >= least) and (most is None or pregnant <= most):
        return
    words = {
        "vaccine": facts.type.name if facts.type else "",
        "weeks": pregnant // 7,
        "days": pregnant % 7,
        "least": rule.least,
        "most": rule.most,
        "unit": rule.unit,
        "guidance_url": rule.guidance_url,
        "is_past": day < today,
    }
    yield Warned(rule.code, "pregnancy", str(pregnant), words)


CHECKS = {
    RuleKind.AGE: check_age,
    RuleKind.INTERVAL: check_interval,
    RuleKind.MOST_DOSES: check_most_doses,
    RuleKind.PREGNANCY: check_pregnancy,
}


def in_days(number: int | None, unit: str) -> int | None:
    """A number of days or weeks in days."""
    if number is None:
        return None
    return number * 7 if unit == Unit.WEEKS else number


def later(start: date, number: int, unit: str) -> date:
    """The day ``number`` days, weeks, months or years after ``start``.

    A month or year that lacks the day ends on the first of the next: who is born on 29 February
    is a year older on 1 March.
    """
    if unit in {Unit.DAYS, Unit.WEEKS}:
        return start + timedelta(days=in_days(number, unit) or 0)
    months = start.month - 1 + number * (12 if unit == Unit.YEARS else 1)
    year, month = start.year + months // 12, months % 12 + 1
    try:
        return start.replace(year=year, month=month)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1)


def months_between(birth: date, day: date) -> int:
    """Whole months of life."""
    months = (day.year - birth.year) * 12 + day.month - birth.month
    return months - (later(birth, months, Unit.MONTHS) > day)
