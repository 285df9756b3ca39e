"""What an organisation decides for itself about people and records."""

from dataclasses import dataclass

from django.db import transaction

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import OrganisationSettingsChanged
from ravs.members import ground
from ravs.organisations.models import EmailPolicy, Organisation


@dataclass(frozen=True)
class Settings:
    """Both guides' ways of working (domain 3.14, rows 1 and 2), and how much of a record can be
    edited (domain 5.3)."""

    records_clinicians: bool
    email_policy: EmailPolicy
    extended_edit: bool = False

    @classmethod
    def of(cls, organisation: Organisation) -> "Settings":
        return cls(
            organisation.records_clinicians,
            EmailPolicy(organisation.email_policy),
            organisation.extended_edit,
        )


@transaction.atomic
def change_settings(
    *, actor: Account | None, organisation: Organisation, settings: Settings
) -> Organisation:
    """Set whether clinicians are recorded, whose addresses may be added, and how much of a record
    can be edited; no difference, no event. People who are here already stay as they are.

    Raises:
        NotALeadAdministrator, OrganisationNotOpen (closed)
    """
    organisation = ground.lock_organisation(organisation.pk)
    ground.require_lead(actor, organisation)
    ground.require_not_closed(organisation)
    before = Settings.of(organisation)
    if settings == before:
        return organisation
    organisation.records_clinicians = settings.records_clinicians
    organisation.email_policy = settings.email_policy
    organisation.extended_edit = settings.extended_edit
    organisation.save(update_fields=["records_clinicians", "email_policy", "extended_edit"])
    audit.record(
        OrganisationSettingsChanged(
            clinicians_before=before.records_clinicians,
            clinicians_after=settings.records_clinicians,
            email_policy_before=before.email_policy,
            email_policy_after=settings.email_policy,
            extended_edit_before=before.extended_edit,
            extended_edit_after=settings.extended_edit,
        ),
        actor=ground.person(actor),
        organisation=organisation.public_id,
    )
    return organisation
