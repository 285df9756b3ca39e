"""The order of the questions, patient first (the guide since 26 March 2026; domain 5.2.1)."""

from ravs.vaccinations.recording.questions.care_home import CareHomeStep
from ravs.vaccinations.recording.questions.giving import AssessStep, ConsentStep, GivingStep
from ravs.vaccinations.recording.questions.place import (
    DateStep,
    PresentStep,
    SiteStep,
    VaccinatorStep,
)
from ravs.vaccinations.recording.questions.reason import (
    DueDateStep,
    EligibilityStep,
    LocationStep,
    StaffRoleStep,
)
from ravs.vaccinations.recording.questions.vaccine import BatchStep, DoseStep, VaccineStep
from ravs.vaccinations.recording.step import Step

STEPS: tuple[Step, ...] = (
    DateStep(),
    SiteStep(),
    PresentStep(),
    VaccinatorStep(),
    VaccineStep(),
    BatchStep(),
    DoseStep(),
    EligibilityStep(),
    StaffRoleStep(),
    LocationStep(),
    CareHomeStep(),
    DueDateStep(),
    AssessStep(),
    ConsentStep(),
    GivingStep(),
)

BY_SLUG = {step.slug: step for step in STEPS}
