"""Which vaccines an organisation may give, and the batches that its sites keep."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from ravs.accounts.models import Account
from ravs.core.ids import new_id
from ravs.core.prepared import Slot
from ravs.organisations.models import Organisation, Site
from ravs.vaccines.models.catalogue import Product, VaccineType


class EnabledVaccine(models.Model):
    """A type that an organisation may give, until it is withdrawn."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="enabled_vaccines"
    )
    type = models.ForeignKey(VaccineType, on_delete=models.PROTECT, related_name="+")
    enabled_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "type"], name="one_row_per_organisation_and_type"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} at {self.organisation}"


class StockItem(models.Model):
    """A product that a site keeps. Stays for good, with all the batches there ever were."""

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="stock_items"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="stock_items")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "product"], name="one_item_per_site_product"),
        ]

    def __str__(self) -> str:
        return f"{self.product} at {self.site}"


class BatchQuerySet(models.QuerySet["Batch"]):
    """Batches as pick-lists and tabs want them."""

    def usable_on(self, day: date | Slot) -> Self:
        """Those that may be given on ``day``: neither expired nor finished before it.

        Both last days still count (guide: a batch is used through its expiry day).
        """
        return self.filter(expiry__gte=day).filter(
            Q(finished_on__isnull=True) | Q(finished_on__gte=day)
        )


class Batch(models.Model):
    """A batch of a product at a site. ``finished_on`` is the last day it is given on."""

    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="batches")
    item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="batches")
    number = models.CharField(max_length=100)
    expiry = models.DateField()
    pack_size = models.CharField(max_length=40, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    finished_on = models.DateField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = BatchQuerySet.as_manager()

    brought_back = False
    """Set where adding it found it here already, finished."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "number", "expiry"], name="one_batch_per_number_and_expiry"
            ),
            models.CheckConstraint(
                name="a_finished_batch_says_when_it_was_marked",
                condition=Q(finished_on__isnull=True, finished_at__isnull=True)
                | Q(finished_on__isnull=False, finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_usable_on(self, day: date) -> bool:
        """Whether it may be given on ``day``; the same rule as ``usable_on``."""
        return self.expiry >= day and (self.finished_on is None or self.finished_on >= day)
