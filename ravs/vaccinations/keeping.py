"""Why records have to keep somebody's name."""

from django.db.models import Q

from ravs.accounts.models import Account
from ravs.members.models import Membership
from ravs.vaccinations.models import Vaccination, Version


def why_kept(account: Account) -> str:
    """Whoever had a part in a vaccination or in its record stands in it for good."""
    # By the keys of memberships, asked first: each part then has an index of its own.
    mine = list(Membership.objects.filter(account=account).values_list("pk", flat=True))
    gave = Q(vaccinator__in=mine)
    decided = Q(assessing_clinician__in=mine) | Q(consenting_clinician__in=mine)
    wrote = Q(recorder=account) | Q(deleted_by=account)
    did = Vaccination.objects.filter(wrote | gave | decided).exists()
    if did or Version.objects.filter(replaced_by=account).exists():
        return "vaccinations that they recorded, gave, changed or deleted"
    return ""
