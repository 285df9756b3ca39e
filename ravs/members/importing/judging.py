"""The dry run: what would become of each row, and why. Nothing here writes.

``fill`` reads the cells of one row; ``judge`` asks the database about many rows at once, in a
number of queries that does not grow with them. The order of the rules is that of adding one
person (``services.invite.check_can_be_added``), which decides anew when the row is carried out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from ravs.accounts.normalise import InvalidEmail, clean_email, email_key
from ravs.members import dates
from ravs.members.forms import clean_name
from ravs.members.importing.columns import Field
from ravs.members.importing.sheets import FORMULA, MOST_CELL
from ravs.members.importing.suggesting import Domains
from ravs.members.importing.values import answer_of, day_of, level_of, names_of
from ravs.members.models import (
    GroupMembership,
    ImportRow,
    Level,
    Membership,
    RowVerdict,
    Status,
)
from ravs.members.refusals import DatesNotPossible
from ravs.organisations.models import EmailPolicy, Organisation

ADDED = (RowVerdict.ADD, RowVerdict.REACTIVATE, RowVerdict.RENEW)
"""The verdicts of rows that *confirm* carries out."""


class Problem(StrEnum):
    """Why a row cannot be carried out. What it is about stands beside it."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    FORMULA = "formula"
    TOO_LONG = "too-long"
    NAME = "name"
    ADDRESS = "address"
    DOMAIN = "domain"
    DATES = "dates"
    DUPLICATE = "duplicate"
    ALREADY_HERE = "already-here"
    ALREADY_INVITED = "already-invited"
    GROUP_ADMINISTRATOR = "group-administrator"
    USED_ELSEWHERE = "used-elsewhere"


@dataclass(frozen=True)
class Shared:
    """The answers for all rows that have none of their own."""

    level: Level | None = None
    vaccinator: bool | None = None
    clinician: bool = False
    starts_on: date | None = None
    ends_on: date | None = None

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "level": self.level.value if self.level else None,
            "vaccinator": self.vaccinator,
            "clinician": self.clinician,
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "ends_on": self.ends_on.isoformat() if self.ends_on else None,
        }

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Shared":
        days = {
            name: date.fromisoformat(kept[name]) if kept.get(name) else None
            for name in ("starts_on", "ends_on")
        }
        level = Level(kept["level"]) if kept.get("level") else None
        return cls(level, kept.get("vaccinator"), bool(kept.get("clinician")), **days)


def fill(row: ImportRow, shared: Shared, today: date) -> None:
    """Take the values of a row from its cells; its problems make it invalid."""
    row.problems = []
    _fill_names(row)
    _fill_address(row)
    row.level = _given(row, Field.LEVEL, level_of, shared.level) or ""
    row.vaccinator = _given(row, Field.VACCINATOR, answer_of, shared.vaccinator)
    if not row.level and not _has(row, Field.LEVEL):
        _note(row, Problem.MISSING, Field.LEVEL)
    if row.vaccinator is None and not _has(row, Field.VACCINATOR):
        _note(row, Problem.MISSING, Field.VACCINATOR)
    row.clinician = bool(_given(row, Field.CLINICIAN, answer_of, shared.clinician))
    row.starts_on = _given(row, Field.STARTS_ON, day_of, shared.starts_on)
    row.ends_on = _given(row, Field.ENDS_ON, day_of, shared.ends_on)
    _check_dates(row, today)
    row.verdict = RowVerdict.INVALID if row.problems else ""


def judge(rows: Sequence[ImportRow], organisation: Organisation, earlier: dict[str, int]) -> None:
    """Give every filled row its verdict. ``earlier``: the lines of addresses met before, by key;
    those of ``rows`` are added. Four queries at most."""
    open_rows = _at_allowed_domains([row for row in rows if not row.verdict])
    keyed = [(email_key(row.email), row) for row in open_rows]
    known = _Known.of(organisation, [key for key, _ in keyed])
    for key, row in keyed:
        if key in earlier:
            _end(row, RowVerdict.DUPLICATE, Problem.DUPLICATE, str(earlier[key]))
            continue
        earlier[key] = row.line
        known.decide(key, row)


@dataclass(frozen=True)
class _Known:
    """What the service knows of the addresses of many rows."""

    members: dict[str, Membership]
    group_administrators: frozenset[str]
    elsewhere: frozenset[str]

    @classmethod
    def of(cls, organisation: Organisation, keys: Sequence[str]) -> "_Known":
        here = organisation.memberships.select_related("account").filter(
            account__email_key__in=keys
        )
        groups = GroupMembership.objects.filter(account__email_key__in=keys)
        return cls(
            members={membership.account.email_key: membership for membership in here},
            group_administrators=frozenset(
                groups.exclude(status=Status.DEACTIVATED).values_list(
                    "account__email_key", flat=True
                )
            ),
            elsewhere=_used_elsewhere(organisation, keys),
        )

    def decide(self, key: str, row: ImportRow) -> None:
        member = self.members.get(key)
        if key in self.group_administrators:
            _end(row, RowVerdict.REFUSED, Problem.GROUP_ADMINISTRATOR)
        elif member is not None and member.is_usable:
            row.membership = member
            invited = Problem.ALREADY_INVITED if member.is_invited else Problem.ALREADY_HERE
            _end(row, RowVerdict.ALREADY_HERE, invited)
        elif key in self.elsewhere:
            _end(row, RowVerdict.REFUSED, Problem.USED_ELSEWHERE)
        elif member is None:
            row.verdict = RowVerdict.ADD
        else:
            comes_back = member.first_login_at is not None
            row.verdict = RowVerdict.REACTIVATE if comes_back else RowVerdict.RENEW


def _used_elsewhere(organisation: Organisation, keys: Sequence[str]) -> frozenset[str]:
    if organisation.email_policy != EmailPolicy.ONE_PER_ORGANISATION:
        return frozenset()
    in_use = Q(status=Status.ACTIVE) | Q(status=Status.INVITED, invitation_end="")
    rows = (
        Membership.objects.filter(in_use, account__email_key__in=keys)
        .exclude(organisation=organisation)
        .of_open_organisations()
    )
    return frozenset(rows.values_list("account__email_key", flat=True))


def _at_allowed_domains(rows: Sequence[ImportRow]) -> list[ImportRow]:
    """The rows whose address may be invited; the others are told which domain was likely meant."""
    domains = Domains.load()
    allowed = []
    for row in rows:
        domain = email_key(row.email).rpartition("@")[2]
        if domains.allows(domain):
            allowed.append(row)
            continue
        if likely := domains.nearest(domain):
            row.suggestion = f"{row.email.rpartition('@')[0]}@{likely}"[:254]
        _end(row, RowVerdict.INVALID, Problem.DOMAIN, domain)
    return allowed


def _fill_names(row: ImportRow) -> None:
    typed = row.typed
    whole = Field.NAME in typed and not {Field.FIRST_NAME, Field.LAST_NAME} & typed.keys()
    if whole and _is_sound(row, Field.NAME):
        first, last = names_of(typed[Field.NAME])
    elif whole:
        return
    else:
        first, last = typed.get(Field.FIRST_NAME, ""), typed.get(Field.LAST_NAME, "")
    row.first_name = _name(row, Field.FIRST_NAME, first)
    row.last_name = _name(row, Field.LAST_NAME, last)


def _name(row: ImportRow, field: Field, text: str) -> str:
    if not text:
        _note(row, Problem.MISSING, field)
    elif _is_sound(row, field):
        try:
            return clean_name(text, label="It")
        except ValidationError as error:
            row.problems.append([Problem.NAME, field, error.messages[0]])
    return ""


def _fill_address(row: ImportRow) -> None:
    text = row.typed.get(Field.EMAIL, "")
    if not text:
        _note(row, Problem.MISSING, Field.EMAIL)
    elif _is_sound(row, Field.EMAIL):
        try:
            row.email = clean_email(text.removeprefix("mailto:"))
        except InvalidEmail:
            _note(row, Problem.ADDRESS, Field.EMAIL)


def _given(row: ImportRow, field: Field, read: Any, shared: Any) -> Any:
    """What the cell says, or the shared answer where it is empty."""
    text = row.typed.get(field, "")
    if not text:
        return shared
    if not _is_sound(row, field):
        return None
    found = read(text)
    if found is None:
        _note(row, Problem.UNKNOWN, field)
    return found


def _is_sound(row: ImportRow, field: Field) -> bool:
    text = row.typed.get(field, "")
    if text == FORMULA:
        _note(row, Problem.FORMULA, field)
    elif len(text) > MOST_CELL:
        _note(row, Problem.TOO_LONG, field)
    else:
        return True
    return False


def _check_dates(row: ImportRow, today: date) -> None:
    try:
        dates.check(row.starts_on, row.ends_on, today)
    except DatesNotPossible as refusal:
        row.problems.append([Problem.DATES, refusal.field, str(refusal)])


def _has(row: ImportRow, field: Field) -> bool:
    return bool(row.typed.get(field))


def _note(row: ImportRow, problem: Problem, field: Field) -> None:
    row.problems.append([problem.value, field.value, ""])


def _end(row: ImportRow, verdict: RowVerdict, problem: Problem, about: str = "") -> None:
    row.verdict = verdict
    row.problems = [[problem.value, "", about]]
