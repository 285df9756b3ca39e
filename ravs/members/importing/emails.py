"""The letter by which lead administrators learn that one of them adds many people."""

from django.conf import settings
from django.urls import reverse

from ravs.accounts.models import Account
from ravs.mail.letters import Letter, compose
from ravs.members.models import Import
from ravs.organisations.models import Organisation

__all__ = ["Letter", "confirmed"]


def confirmed(
    job: Import, organisation: Organisation, *, to: Account, people: int, leads: int
) -> Letter:
    """``leads``: how many of the people will be lead administrators."""
    path = reverse("members:import", kwargs={"ods": organisation.ods, "job": job.public_id})
    return compose(
        "members/emails/import_confirmed.jinja",
        kind="import_confirmed",
        to=to.email,
        about=job.public_id,
        organisation=organisation.public_id,
        context={
            "first_name": to.first_name,
            "by": job.actor.full_name,
            "by_email": job.actor.email,
            "people": people,
            "leads": leads,
            "organisation": organisation,
            "list_url": settings.PUBLIC_URL + path,
            "service_name": settings.SERVICE_NAME,
            "service_url": settings.PUBLIC_URL,
        },
    )
