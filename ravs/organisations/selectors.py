"""Questions asked of organisations."""

from uuid import UUID

from ravs.organisations.models import Organisation


def public_ids_of(ods: str) -> list[UUID]:
    """Every organisation that bears this ODS code, or bore it before it was closed."""
    rows = Organisation.objects.filter(ods=ods.strip().upper())
    return list(rows.order_by("pk").values_list("public_id", flat=True))
