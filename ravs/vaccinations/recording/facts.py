"""What the answers of a draft come to, once they have been read against what is true now."""

from dataclasses import dataclass
from datetime import date

from ravs.members.models import Membership
from ravs.organisations.models import Site
from ravs.vaccinations.models import Outcome
from ravs.vaccines.models import Batch, Option, Product, VaccineType


@dataclass
class Facts:
    """Filled step by step, in order; what is not known yet is empty."""

    outcome: Outcome = Outcome.GIVEN
    outcome_reason: str = ""
    given_on: date | None = None
    site: Site | None = None
    present: tuple[Membership, ...] = ()
    """The vaccinators of a clinic."""

    vaccinator: Membership | None = None
    type: VaccineType | None = None
    product: Product | None = None
    batch: Batch | None = None
    dose: Option | None = None
    eligibility: Option | None = None
    staff_role: Option | None = None
    location: Option | None = None
    care_home: str = ""
    care_home_ods: str = ""
    care_home_address: str = ""
    due_date: date | None = None
    assessor: Membership | None = None
    legal_mechanism: Option | None = None
    consent: Option | None = None
    consent_name: str = ""
    consent_relationship: str = ""
    consenter: Membership | None = None
    injection_site: Option | None = None
    full_dose: bool | None = None

    @property
    def is_given(self) -> bool:
        return self.outcome == Outcome.GIVEN

    @property
    def days_pregnant(self) -> int | None:
        """On the day of the vaccination, counted back from 280 days at the due date."""
        if self.due_date is None or self.given_on is None:
            return None
        return 280 - (self.due_date - self.given_on).days
