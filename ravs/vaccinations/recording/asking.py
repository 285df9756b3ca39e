"""What other systems tell of a patient: asked when their page is opened or a record resumed."""

from dataclasses import dataclass
from typing import Any

from ravs.accounts.models import Account
from ravs.patients.looking_up import looked_up_anew
from ravs.patients.models import Patient
from ravs.vaccinations.history import ask_elsewhere


@dataclass(frozen=True)
class Asked:
    """``is_current``: whether the directory confirmed the details; ``elsewhere``: vaccinations
    that other systems tell of, as a draft keeps them; ``is_told``: whether they answered."""

    patient: Patient
    is_current: bool
    elsewhere: list[dict[str, Any]]
    is_told: bool

    @classmethod
    def about(cls, patient: Patient, *, actor: Account) -> "Asked":
        """Raises ``MayNotRecord``. Never called inside a transaction."""
        patient, is_current = looked_up_anew(actor=actor, patient=patient)
        return cls(patient, is_current, *ask_elsewhere(patient))
