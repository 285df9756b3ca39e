"""Why records have to keep somebody's name."""

from django.db.models import Q

from ravs.accounts.models import Account
from ravs.vaccinations.models import Vaccination, Version


def why_kept(account: Account) -> str:
    """Whoever recorded, gave, changed or deleted a vaccination stands in its record for good."""
    wrote = Q(recorder=account) | Q(vaccinator__account=account) | Q(deleted_by=account)
    did = Vaccination.objects.filter(wrote).exists()
    if did or Version.objects.filter(replaced_by=account).exists():
        return "vaccinations that they recorded, gave, changed or deleted"
    return ""
