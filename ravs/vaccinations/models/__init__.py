"""Vaccinations that were given or not given, their versions, totals, drafts and clinics."""

from ravs.vaccinations.models.drafts import Clinic, Draft, Purpose
from ravs.vaccinations.models.records import Outcome, Vaccination, Version
from ravs.vaccinations.models.totals import Basis, DayTotal, RunningTotal

__all__ = [
    "Basis",
    "Clinic",
    "DayTotal",
    "Draft",
    "Outcome",
    "Purpose",
    "RunningTotal",
    "Vaccination",
    "Version",
]
