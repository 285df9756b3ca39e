"""What happened once: a record made in spite of a warning, one corrected twice and one deleted,
somebody without an NHS number; and what a lead administrator has begun today."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from ravs.accounts.models import Account
from ravs.core.dates import london_today
from ravs.demo.past.care import recording
from ravs.demo.past.care.acts import Act
from ravs.demo.past.care.desk import Desk
from ravs.demo.past.care.recording import Answers, Visit
from ravs.demo.past.care.rounds import COVID, FLU, FLU_ADULT
from ravs.demo.patients import PREGNANT, RECENTLY_VACCINATED, SAME_NAME
from ravs.patients.services import Entered, add_local_patient, open_patient
from ravs.vaccinations.models import Vaccination
from ravs.vaccinations.recording import services
from ravs.vaccinations.recording.step import ASK_EACH
from ravs.vaccinations.records.services import delete_vaccination, edit_vaccination
from ravs.vaccines.selectors import usable_batches

ODS, NORTHMOOR, QUAY = "RW3", "RW3NM", "RW3WQ"
ROSA, DANIEL = "Rosa Keane", "Daniel Achebe"
SIAN, PRIYA = "Siân O'Connor", "Priya Raman"
MINUTE = 150

BY_AGE: Answers = {"eligibility": {"eligibility": "based-on-age"}}
AT_RISK: Answers = {"eligibility": {"eligibility": "clinical-risk-group"}}
IMMUNOSUPPRESSED: Answers = {"eligibility": {"eligibility": "immunosuppressed"}}
WITHOUT_NUMBER = Entered("Tomas", "Virtanen", date(1984, 2, 11), "M20 4KC", "male")
AGREED = "Given early, as agreed with his consultant before treatment begins."
MIXED_UP = "Recorded for another patient with the same name and date of birth"
WRONG_ARM = "The wrong arm was selected"
REACTION = "Felt faint afterwards. Better after 15 minutes of rest."
REMEMBERED = "Added after the clinic"


@dataclass
class Tales:
    """Those of Irwell Valley."""

    desk: Desk
    records: dict[str, Vaccination] = field(default_factory=dict)

    def acts(self) -> Iterator[Act]:
        """In the order in which they happened."""
        weak = IMMUNOSUPPRESSED
        yield self._record(58, 0, ROSA, SAME_NAME, "", COVID, answers=weak)
        yield self._record(13, 0, ROSA, SAME_NAME, "", COVID, answers=weak, note=AGREED)
        yield self._record(9, 0, DANIEL, SAME_NAME, "mixed up", FLU, answers=BY_AGE)
        yield Act(9, MINUTE + 3, DANIEL, ODS, partial(self._delete, "mixed up"))
        yield self._record(9, 5, DANIEL, RECENTLY_VACCINATED, "right", FLU, answers=BY_AGE)
        yield self._record(9, 8, DANIEL, RECENTLY_VACCINATED, "", COVID, answers=weak)
        yield Act(8, MINUTE, ROSA, ODS, partial(self._move_to_right_arm, "right"))
        yield Act(7, MINUTE, SIAN, ODS, partial(self._add_note, "right"))
        yield Act(6, MINUTE, DANIEL, ODS, self._record_without_number)
        yield Act(0, MINUTE, PRIYA, ODS, self._begin_and_leave)
        yield Act(0, MINUTE + 9, PRIYA, ODS, self._hold_clinic)

    def _record(
        self,
        ago: int,
        later: int,
        who: str,
        nhs_number: str,
        name: str,
        product: str,
        *,
        answers: Answers,
        note: str = "",
    ) -> Act:
        """``who`` gives and records; ``name`` is what the record is called later in the tale."""
        visit = Visit(
            site=NORTHMOOR,
            product=product,
            vaccinator=who,
            answers=answers,
            note=note,
        )
        return Act(ago, MINUTE + later, who, ODS, partial(self._give, nhs_number, name, visit))

    def _give(self, nhs_number: str, name: str, visit: Visit, actor: Account) -> None:
        patient = recording.find_patient(self.desk, actor, nhs_number)
        draft = recording.begin(self.desk, actor, patient)
        self.records[name] = recording.record(self.desk, actor, draft, visit)

    def _delete(self, name: str, actor: Account) -> None:
        row = self.records[name]
        delete_vaccination(actor=actor, vaccination=row, shown_version=row.version, reason=MIXED_UP)

    def _move_to_right_arm(self, name: str, actor: Account) -> None:
        self._edit(name, actor, {"giving": {"injection_site": "right-arm"}}, WRONG_ARM)

    def _add_note(self, name: str, actor: Account) -> None:
        self._edit(name, actor, {"note": {"note": REACTION}}, REMEMBERED)

    def _edit(self, name: str, actor: Account, changes: Answers, reason: str) -> None:
        row = self.records[name]
        self.records[name] = edit_vaccination(
            actor=actor,
            vaccination=row,
            changes=changes,
            shown_version=row.version,
            reason=reason,
        )

    def _record_without_number(self, actor: Account) -> None:
        patient = add_local_patient(
            actor=actor, organisation=self.desk.organisation, entered=WITHOUT_NUMBER
        )
        open_patient(actor=actor, patient=patient)
        draft = recording.begin(self.desk, actor, patient)
        visit = Visit(NORTHMOOR, FLU_ADULT, DANIEL, AT_RISK)
        recording.record(self.desk, actor, draft, visit)

    def _begin_and_leave(self, actor: Account) -> None:
        """As far as the vaccine; then the telephone rang."""
        patient = recording.find_patient(self.desk, actor, PREGNANT)
        draft = recording.begin(self.desk, actor, patient)
        draft.answers = {
            "date": {"when": "today", "today": london_today().isoformat()},
            "site": {"site": str(self.desk.site(NORTHMOOR).public_id)},
            "vaccinator": {"vaccinator": self.desk.key(PRIYA)},
            "vaccine": {"vaccine": "rsv"},
        }
        draft.save(update_fields=["answers", "updated_at"])

    def _hold_clinic(self, actor: Account) -> None:
        """COVID-19 at Weir Quay; why somebody is eligible is asked of each."""
        draft = services.begin_clinic(actor=actor, organisation=self.desk.organisation)
        product, site = self.desk.product(COVID), self.desk.site(QUAY)
        batch = next(iter(usable_batches(site, product, london_today())), None)
        draft.answers = {
            "site": {"site": str(site.public_id)},
            "present": {"present": [self.desk.key(PRIYA)]},
            "vaccine": {"vaccine": "covid-19", "product_covid-19": COVID},
            "batch": {"batch": str(batch.public_id) if batch else ""},
            "eligibility": {"eligibility": ASK_EACH},
            "location": {"location": "on-site"},
        }
        draft.save(update_fields=["answers", "updated_at"])
        services.open_clinic(actor=actor, draft=draft)
