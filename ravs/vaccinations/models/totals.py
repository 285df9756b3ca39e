"""How many vaccinations were given, kept beside the records so that no page counts them."""

from django.db import models

from ravs.organisations.models import Organisation, Site
from ravs.vaccines.models import VaccineType


class Basis(models.TextChoices):
    """By which day a vaccination counts."""

    GIVEN = "given", "Date given"
    RECORDED = "recorded", "Date recorded"


class DayTotal(models.Model):
    """The vaccinations of one type given at a site that count for one London day."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    type = models.ForeignKey(VaccineType, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=8, choices=Basis)
    day = models.DateField()
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "basis", "day", "type", "site"], name="one_total_per_day"
            ),
            models.CheckConstraint(
                name="no_day_total_below_nothing", condition=models.Q(count__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"


class RunningTotal(models.Model):
    """All vaccinations of one type that were ever given at a site."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    type = models.ForeignKey(VaccineType, on_delete=models.PROTECT, related_name="+")
    count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "type", "site"], name="one_running_total"
            ),
            models.CheckConstraint(name="no_total_below_nothing", condition=models.Q(count__gte=0)),
        ]

    def __str__(self) -> str:
        return str(self.count)
