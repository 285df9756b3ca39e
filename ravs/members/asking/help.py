"""*I cannot log in*: anybody may ask, and only letters to known addresses answer."""

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.accounts.normalise import email_key
from ravs.members.asking.tasks import wake
from ravs.members.models import SignInHelp


@transaction.atomic
def ask_for_help(*, email: str) -> None:
    """Note that somebody asked. One question, one row and one wake-up, for every address.

    What is known of the address is looked at later, by the worker, where nobody can measure it.
    Somebody who was erased is not known.
    """
    account = Account.objects.filter(email_key=email_key(email), erased_at=None).first()
    SignInHelp.objects.create(account=account, asked_at=timezone.now())
    wake.enqueue()
