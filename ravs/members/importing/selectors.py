"""Questions asked of lists: counts, one page of rows, all rows for a file."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count
from django.http import Http404

from ravs.members.importing.judging import ADDED
from ravs.members.models import Import, ImportRow, Level
from ravs.organisations.models import Organisation

PROBLEMS = ("invalid", "duplicate", "refused")
AT_ONCE = 1000


def import_of(organisation: Organisation, job: UUID) -> Import:
    """A list of this organisation; another's is 404."""
    found = organisation.imports.select_related("actor").filter(public_id=job).first()
    if found is None:
        raise Http404
    found.organisation = organisation
    return found


def counts_by(job: Import, what: str) -> dict[str, int]:
    """How many rows have each verdict, or each outcome."""
    counted = job.rows.order_by().values(what).annotate(rows=Count("pk"))
    return dict(counted.values_list(what, "rows"))


def page_of(job: Import, *, start: int, size: int, **only: str) -> list[ImportRow]:
    rows = job.rows.filter(**only).select_related("membership__account")
    return list(rows.order_by("line")[start : start + size])


def problem_rows(job: Import) -> Iterator[ImportRow]:
    """Rows that could be mended and added again."""
    rows = job.rows.filter(verdict__in=PROBLEMS).order_by("line")
    return rows.iterator(chunk_size=AT_ONCE)


def all_rows(job: Import) -> Iterator[ImportRow]:
    rows = job.rows.select_related("membership__account").order_by("line")
    return rows.iterator(chunk_size=AT_ONCE)


def count_leads(job: Import) -> int:
    """How many of those who will be added become lead administrators."""
    return job.rows.filter(verdict__in=ADDED, level=Level.LEAD_ADMINISTRATOR).count()


def imports_of(organisation: Organisation, *, start: int, size: int) -> list[Import]:
    rows = organisation.imports.select_related("actor").order_by("-pk")
    return list(rows[start : start + size])


def count_imports(organisation: Organisation) -> int:
    return organisation.imports.count()


def progress_of(job: Import) -> tuple[int, int]:
    """How many rows are done, and of how many: while people are added, of those to be added."""
    if job.state == Import.State.CHECKING:
        return job.rows.exclude(verdict="").count(), job.total
    to_add = job.rows.filter(verdict__in=ADDED)
    return to_add.exclude(outcome="").count(), to_add.count()
