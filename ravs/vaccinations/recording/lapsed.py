"""Why an answer that held when it was given holds no longer, in words for whoever gave it."""

from collections.abc import Callable
from uuid import UUID

from ravs.core.presenters import written_date
from ravs.members.models import Status
from ravs.vaccinations.recording.recording import Recording
from ravs.vaccines.models import Batch, EnabledVaccine, VaccineType


def why_lapsed(recording: Recording) -> str:
    """What became of the answer to the pending step; empty when nothing did, or nothing was
    answered. Asks the database only for an answer that does not hold."""
    step = recording.pending
    answer = recording.answer_to(step) if step is not None else None
    if step is None or answer is None or step.form(recording, answer).is_valid():
        return ""
    explain = EXPLAIN.get(step.slug)
    return explain(recording, str(answer.get(step.slug, ""))) if explain else ""


def withdrawn_type(recording: Recording) -> VaccineType | None:
    """The vaccine that was chosen, when it has been withdrawn from the organisation since."""
    code = recording.draft.answers.get("vaccine", {}).get("vaccine", "")
    if not code or recording.pending is None or recording.pending.slug not in {"vaccine", "site"}:
        return None
    rows = EnabledVaccine.objects.filter(organisation=recording.organisation, type__code=code)
    enabled = rows.select_related("type").first()
    return enabled.type if enabled is not None and enabled.withdrawn_at is not None else None


def _vaccine(recording: Recording, _code: str) -> str:
    withdrawn = withdrawn_type(recording)
    if withdrawn is None:
        return ""
    return f"{withdrawn.title} has been withdrawn from your organisation since you chose it."


def _batch(recording: Recording, key: str) -> str:
    rows = Batch.objects.filter(
        organisation=recording.organisation,
        item__site=recording.facts.site,
        item__product=recording.facts.product,
        public_id=_read(key),
    )
    batch = rows.first()
    if batch is None:
        return ""
    if batch.expiry < recording.day:
        return f"Batch {batch.number} expired on {written_date(batch.expiry)}."
    if batch.finished_on is not None and batch.finished_on < recording.day:
        last = written_date(batch.finished_on)
        return f"Batch {batch.number} has been marked as finished. Its last day was {last}."
    return ""


def _vaccinator(recording: Recording, key: str) -> str:
    rows = recording.organisation.memberships.filter(public_id=_read(key))
    row = rows.select_related("account").first()
    if row is None or (row.vaccinator and row.status == Status.ACTIVE):
        return ""
    return f"{row.account.full_name} is no longer a vaccinator at your organisation."


def _site(recording: Recording, key: str) -> str:
    site = recording.organisation.sites.filter(public_id=_read(key)).first()
    if site is None:
        return ""
    if site.status == site.Status.CLOSED:
        return f"{site.name} has been closed since you chose it."
    return f"{site.name} has no vaccines that can be recorded any more."


NOBODY = UUID(int=0)


def _read(key: str) -> UUID:
    """The id that was chosen; for nonsense one that nothing has."""
    try:
        return UUID(key)
    except ValueError:
        return NOBODY


EXPLAIN: dict[str, Callable[[Recording, str], str]] = {
    "site": _site,
    "vaccinator": _vaccinator,
    "vaccine": _vaccine,
    "batch": _batch,
}
"""By slug of the step."""
