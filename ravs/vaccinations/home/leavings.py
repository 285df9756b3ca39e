"""Drafts and clinics that nobody comes back to, cleared away at night."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef

from ravs.core.dates import LONDON
from ravs.vaccinations.models import Clinic, Draft

KEPT_DAYS = 7
"""As long as the form of a draft could still be sent (``accounts.submissions``)."""

SLICE = 1000


def clear_leavings(*, today: date) -> Iterator[int]:
    """Delete drafts that were saved or left, and clinics of the past. Records stay."""
    before = today - timedelta(days=KEPT_DAYS)
    midnight = datetime.combine(before, time.min, LONDON)
    drafts = Draft.objects.filter(updated_at__lt=midnight).order_by("pk")
    while ids := list(drafts.values_list("pk", flat=True)[:SLICE]):
        drafts.order_by().filter(pk__in=ids).delete()
        yield 0
    in_use = Draft.objects.filter(clinic=OuterRef("pk"))
    Clinic.objects.filter(~Exists(in_use), day__lt=before).delete()
    yield 0
