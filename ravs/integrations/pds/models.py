"""The people whom the local directory knows. No other room reads these tables."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from django.db import models

from ravs.core.folding import joined

NUMBER_LENGTH = 10


def spelled(name: str) -> str:
    """What a name is found by, each term between spaces: " mary ann maryann "."""
    return f" {' '.join(joined(name))} "


class Person(models.Model):
    """Somebody registered. ``sensitive``: where they live and their GP are told nobody."""

    nhs_number = models.CharField(max_length=NUMBER_LENGTH, primary_key=True)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    birth_date = models.DateField()
    gender = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    gp_ods = models.CharField(max_length=10, blank=True)
    gp_name = models.CharField(max_length=200, blank=True)
    died_on = models.DateField(null=True, blank=True)
    sensitive = models.BooleanField(default=False)
    given_terms = models.TextField()
    family_terms = models.TextField()
    """Names as they are searched; see ``spelled``."""

    class Meta:
        # A date of birth is always asked, and is shared by some hundreds among millions.
        indexes = [models.Index(fields=["birth_date"], name="person_by_birth")]

    def __str__(self) -> str:
        return self.nhs_number

    @classmethod
    def write(cls, people: Iterable[Self]) -> None:
        """Put people in, or their new details for the old, with their names as searched."""
        rows = list(people)
        for row in rows:
            row.given_terms, row.family_terms = spelled(row.given_name), spelled(row.family_name)
        names = [field.name for field in cls._meta.concrete_fields if not field.primary_key]
        cls.objects.bulk_create(
            rows,
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["nhs_number"],
            update_fields=names,
        )


class FormerNumber(models.Model):
    """A number that has been replaced by another one of the same person."""

    nhs_number = models.CharField(max_length=NUMBER_LENGTH, primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="former_numbers")

    def __str__(self) -> str:
        return self.nhs_number


class Switch(StrEnum):
    """What can be done to an outage."""

    ON = "on"
    OFF = "off"


class Outage(models.Model):
    """While there is a row, the directory answers nothing: for practising what to do then."""

    since = models.DateTimeField()
