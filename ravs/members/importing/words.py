"""What is said of a row, of its problems and of how far a list has come."""

from ravs.core.presenters import written_date
from ravs.members.importing.columns import HEADINGS, Field
from ravs.members.importing.judging import Problem
from ravs.members.models import ImportRow, Level, RowOutcome, RowVerdict

MISSING = {
    Field.FIRST_NAME: "The first name is missing.",
    Field.LAST_NAME: "The last name is missing.",
    Field.EMAIL: "The email address is missing.",
    Field.LEVEL: "The permission level is missing. Add it to the row, or choose one for all rows.",
    Field.VACCINATOR: (
        "The list does not say whether they are a vaccinator. Add it to the row, or choose an"
        " answer for all rows."
    ),
}
UNKNOWN = {
    Field.LEVEL: "Use Recorder, Administrator or Lead administrator as permission level.",
    Field.VACCINATOR: "Use yes or no to say whether they are a vaccinator.",
    Field.CLINICIAN: "Use yes or no to say whether they are a registered clinician.",
    Field.STARTS_ON: "The start date must be a real date, like 1/10/2026 or 1 October 2026.",
    Field.ENDS_ON: "The end date must be a real date, like 1/10/2026 or 1 October 2026.",
}
HERE = {
    Problem.ALREADY_HERE: "They are already a user here.",
    Problem.ALREADY_INVITED: "They are already invited here. You can resend their invite.",
    Problem.GROUP_ADMINISTRATOR: "Group administrators cannot be added to an individual pharmacy.",
    Problem.USED_ELSEWHERE: (
        "This email address is used at another organisation. Use a different address."
    ),
}
WILL = {
    RowVerdict.ADD: "They will be invited.",
    RowVerdict.REACTIVATE: "They were deactivated here. They will be reactivated.",
    RowVerdict.RENEW: "An earlier invite was not used. They will be invited again.",
}
TAGS = {
    RowVerdict.ADD: ("Invite", "green"),
    RowVerdict.REACTIVATE: ("Reactivate", "green"),
    RowVerdict.RENEW: ("Invite again", "green"),
    RowVerdict.ALREADY_HERE: ("Already a user", "blue"),
    RowVerdict.DUPLICATE: ("Duplicate", "yellow"),
    RowVerdict.INVALID: ("Needs changes", "red"),
    RowVerdict.REFUSED: ("Cannot be added", "red"),
}
OUTCOMES = {
    RowOutcome.INVITED: ("Invited", "green"),
    RowOutcome.REACTIVATED: ("Reactivated", "green"),
    RowOutcome.ALREADY_HERE: ("Already a user", "blue"),
    RowOutcome.LEFT_OUT: ("Not added", "yellow"),
    RowOutcome.REFUSED: ("Could not be added", "red"),
}
WAITING = ("Waiting", "grey")


def why(row: ImportRow) -> tuple[str, ...]:
    """What the dry run says of a row: what will happen, or everything that is in the way."""
    if row.verdict in WILL:
        return (WILL[RowVerdict(row.verdict)],)
    return tuple(_sentence(row, *problem) for problem in row.problems)


def _sentence(row: ImportRow, code: str, name: str, about: str) -> str:
    problem, field = Problem(code), Field(name) if name else None
    if problem in HERE:
        return HERE[problem]
    if problem == Problem.DUPLICATE:
        return f"Line {about} has the same email address. Only that line will be used."
    if problem == Problem.DOMAIN:
        return _domain(row, about)
    return _of_cell(problem, field or Field.EMAIL, about)


def _of_cell(problem: Problem, field: Field, about: str) -> str:
    called = HEADINGS[field].lower()
    if problem == Problem.MISSING:
        return MISSING[field]
    if problem == Problem.UNKNOWN:
        return UNKNOWN[field]
    if problem == Problem.NAME:
        return f"The {called} cannot be used. {about}."
    return {
        Problem.FORMULA: f"The {called} is a formula. Put its value there instead.",
        Problem.TOO_LONG: f"The {called} is too long.",
        Problem.ADDRESS: "The email address must be in the correct format, like name@nhs.net.",
        Problem.DATES: f"{about}.",
    }[problem]


def _domain(row: ImportRow, domain: str) -> str:
    refused = f"Addresses at {domain} are not allowed."
    return f"{refused} Did you mean {row.suggestion}?" if row.suggestion else refused


def rights_of(row: ImportRow) -> str:
    """Level, flags and dates of a row, as far as they were understood."""
    said = [Level(row.level).label if row.level else "No permission level"]
    if row.vaccinator is not None:
        said.append("vaccinator" if row.vaccinator else "not a vaccinator")
    if row.clinician:
        said.append("registered clinician")
    if row.starts_on:
        said.append(f"from {written_date(row.starts_on)}")
    if row.ends_on:
        said.append(f"until {written_date(row.ends_on)}")
    return ", ".join(said)


def people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"
