"""The directory of organisations that works without anything outside: a table of our own."""

from ravs.core.folding import parts
from ravs.integrations.ods.models import Listed
from ravs.integrations.ods.port import LIMIT, CareHome


class LocalDirectory:
    """``OrganisationDirectory`` over the table ``Listed``."""

    def care_homes(self, text: str) -> list[CareHome]:
        code = "".join(text.split()).upper()
        rows = Listed.objects.filter(ods=code) if code else Listed.objects.none()
        if not rows:
            words = parts(text)
            rows = Listed.objects.all() if words else Listed.objects.none()
            for word in words:
                rows = rows.filter(words__contains=f" {word}")
        return [CareHome(row.ods, row.name, row.address) for row in rows[:LIMIT]]
