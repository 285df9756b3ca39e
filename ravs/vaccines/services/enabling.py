"""Which types an organisation may give."""

from django.db import transaction
from django.utils import timezone

from ravs.accounts.models import Account
from ravs.audit import services as audit
from ravs.audit.events import VaccineEnabled, VaccineWithdrawn, vaccine
from ravs.core.dates import london_today
from ravs.members.ground import person
from ravs.organisations.models import Organisation, OrganisationType
from ravs.vaccines import ground
from ravs.vaccines.models import EnabledVaccine, VaccineType
from ravs.vaccines.refusals import MayNotEnable, NoSuchType


def type_by_code(code: str) -> VaccineType:
    """The type that the catalogue calls so today. Raises ``NoSuchType``, naming those there are."""
    types = {row.code: row for row in VaccineType.objects.on(london_today())}
    if code not in types:
        raise NoSuchType(code, sorted(types))
    return types[code]


def may_enable(organisation: Organisation, type_: VaccineType) -> bool:
    """Whether its people may enable this type themselves: pharmacies, some types (domain 5.4)."""
    is_pharmacy = organisation.type == OrganisationType.COMMUNITY_PHARMACY
    return is_pharmacy and type_.any_site_may_enable


def can_enable(organisation: Organisation) -> list[VaccineType]:
    """The types that it does not give yet and whose enabling is its own decision, A–Z."""
    if organisation.type != OrganisationType.COMMUNITY_PHARMACY:
        return []
    given = organisation.enabled_vaccines.filter(withdrawn_at__isnull=True).values("type")
    types = VaccineType.objects.on(london_today()).filter(any_site_may_enable=True)
    return sorted(types.exclude(pk__in=given), key=lambda type_: type_.name.casefold())


@transaction.atomic
def enable_vaccine(
    *,
    actor: Account | None,
    organisation: Organisation,
    type: VaccineType,  # noqa: A002 - the word of the domain
) -> EnabledVaccine:
    """Let an organisation give a type. One that is enabled stays as it is.

    Raises:
        MayNotManageVaccines, MayNotEnable: for a person; a command may enable any type
    """
    organisation = ground.lock(actor, organisation.pk)
    if actor is not None and not may_enable(organisation, type):
        raise MayNotEnable(type)
    now = timezone.now()
    row, is_new = EnabledVaccine.objects.get_or_create(
        organisation=organisation, type=type, defaults={"enabled_at": now}
    )
    if not is_new and row.withdrawn_at is None:
        return row
    row.enabled_at, row.withdrawn_at = now, None
    row.save(update_fields=["enabled_at", "withdrawn_at"])
    event = VaccineEnabled(type=vaccine(type.code))
    audit.record(event, actor=person(actor), organisation=organisation.public_id)
    return row


@transaction.atomic
def withdraw_vaccine(
    *,
    organisation: Organisation,
    type: VaccineType,  # noqa: A002
) -> bool:
    """An organisation may not give a type any more; its stock stays. Says whether it could."""
    organisation = ground.lock(None, organisation.pk)
    rows = organisation.enabled_vaccines.select_for_update(no_key=True)
    row = rows.filter(type=type, withdrawn_at__isnull=True).first()
    if row is None:
        return False
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    event = VaccineWithdrawn(type=vaccine(type.code))
    audit.record(event, organisation=organisation.public_id)
    return True
