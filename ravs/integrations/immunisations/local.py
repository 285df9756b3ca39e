"""The store of immunisations that works without anything outside: a table of our own."""

from ravs.integrations.immunisations.models import Given, Outage
from ravs.integrations.immunisations.port import GivenElsewhere, HistoryUnavailable


class LocalHistory:
    """``ImmunisationHistory`` over the table ``Given``."""

    def of(self, nhs_number: str) -> list[GivenElsewhere]:
        if Outage.objects.exists():
            raise HistoryUnavailable
        return [
            GivenElsewhere(row.given_on, row.vaccine_type, row.product, row.dose, row.place)
            for row in Given.objects.filter(nhs_number=nhs_number)
        ]
