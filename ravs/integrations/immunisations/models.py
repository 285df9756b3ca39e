"""What the local twin of the national store knows. No other room reads these tables."""

from django.db import models


class Given(models.Model):
    """A vaccination that somebody had elsewhere."""

    nhs_number = models.CharField(max_length=10)
    given_on = models.DateField()
    vaccine_type = models.CharField(max_length=40)
    product = models.CharField(max_length=100, blank=True)
    dose = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["nhs_number", "given_on", "vaccine_type"],
                name="one_dose_of_a_type_per_person_and_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vaccine_type} on {self.given_on}"


class Outage(models.Model):
    """While there is a row, the store answers nothing: for practising what to do then."""

    since = models.DateTimeField()
