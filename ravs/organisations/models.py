"""Organisations, their sites, and the regions and groups above them."""

from django.db import models
from django.db.models import Q

from ravs.core.ids import new_id


class Region(models.Model):
    """One of the seven NHS England regions; its operations team helps a locked-out sole lead."""

    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=100)
    contact_email = models.EmailField(blank=True)

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """A pharmacy company: the parent of several pharmacies."""

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    ods = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class OrganisationType(models.TextChoices):
    NHS_TRUST = "nhs-trust", "NHS trust"
    COMMUNITY_PHARMACY = "community-pharmacy", "Community pharmacy"
    GP_SURGERY = "gp-surgery", "GP surgery"
    PHARMACY_HQ = "pharmacy-hq", "Pharmacy HQ"


class OrganisationStatus(models.TextChoices):
    INVITED = "invited", "Invited"
    ACTIVE = "active", "Active"
    DEACTIVATED = "deactivated", "Deactivated"
    CLOSED = "closed", "Closed"


class EmailPolicy(models.TextChoices):
    """Whether people whom the organisation adds may be users elsewhere with the same address."""

    SHARED = "shared", "People can use one email address at several organisations"
    ONE_PER_ORGANISATION = (
        "one_per_organisation",
        "People need a different email address for each organisation",
    )


class Organisation(models.Model):
    """A body onboarded to the service: the boundary for users, stock, records and reports.

    ``pcn_practices``: ODS codes of the GP practices of its primary care network, when it is a GP
    surgery; empty when nobody has said. ``records_clinicians``: it records who assessed a patient
    and who took consent, so people's clinician status is asked (the older guide).
    ``email_policy`` holds for those it adds. ``extended_edit``: of a record also date, site,
    product, eligibility and due date can be edited.
    """

    Type = OrganisationType
    Status = OrganisationStatus

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    ods = models.CharField(max_length=10, db_index=True)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=20, choices=OrganisationType)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="organisations")
    group = models.ForeignKey(
        Group, null=True, blank=True, on_delete=models.PROTECT, related_name="organisations"
    )
    address = models.CharField(max_length=300, blank=True)
    status = models.CharField(
        max_length=12, choices=OrganisationStatus, default=OrganisationStatus.INVITED
    )
    pcn_practices = models.JSONField(default=list, blank=True)
    records_clinicians = models.BooleanField(default=False)
    email_policy = models.CharField(max_length=20, choices=EmailPolicy, default=EmailPolicy.SHARED)
    extended_edit = models.BooleanField(default=False)
    invited_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True, blank=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ods"], condition=~Q(status="closed"), name="one_open_organisation_per_ods"
            ),
            models.CheckConstraint(
                name="organisation_status_has_its_dates",
                condition=Q(
                    status="invited",
                    activated_at__isnull=True,
                    deactivated_at__isnull=True,
                    closed_on__isnull=True,
                )
                | Q(
                    status="active",
                    activated_at__isnull=False,
                    deactivated_at__isnull=True,
                    closed_on__isnull=True,
                )
                | Q(
                    status="deactivated",
                    deactivated_at__isnull=False,
                    closes_on__isnull=False,
                    closed_on__isnull=True,
                )
                | Q(status="closed", closed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.ods})"

    @property
    def is_open(self) -> bool:
        """Whether anyone may still enter: everything but closed."""
        return self.status != OrganisationStatus.CLOSED

    @property
    def is_deactivated(self) -> bool:
        return self.status == OrganisationStatus.DEACTIVATED


class Site(models.Model):
    """A place, or team, inside an organisation where vaccines are kept and given."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    ods = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "ods"], name="one_site_per_ods_in_an_organisation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.ods})"
