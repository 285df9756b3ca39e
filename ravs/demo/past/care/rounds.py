"""Day by day at the sites: who was on, who came, for what, and what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from random import Random

from ravs.accounts.models import Account
from ravs.demo.past.care import recording
from ravs.demo.past.care.acts import Act
from ravs.demo.past.care.desk import Desk
from ravs.demo.past.care.people import Register, Somebody
from ravs.demo.past.care.recording import Answers, Visit
from ravs.demo.past.giving import SINCE, Giving, Round
from ravs.demo.past.story import Cast, Part
from ravs.vaccinations.models import Draft
from ravs.vaccinations.recording.services import FollowOn, follow_on

FLU, FLU_ADULT = "flu-ativ", "flu-tivc"
COVID, RSV, PERTUSSIS = "comirnaty-30-lp81", "abrysvo", "pertussis-adacel"
OF_THE_SEASON = {FLU, FLU_ADULT, "flu-fluenz"}
SEASON = {9, 10, 11, 12, 1, 2}
FIRST_MINUTE, MINUTES_APART = 40, (9, 19)
LATE, NOT_GIVEN, RIGHT_ARM, TOGETHER = 0.06, 0.03, 0.3, 0.35
"""How often: typed in later, not given, in the right arm, with COVID-19."""

MOST_DAYS_LATE = 5
WHY_NOT = ("unwell", "declined", "already-vaccinated", "contraindicated")
WHY_FLU = ("clinical-risk-group", "clinical-risk-group", "carer", "household-contact")
ROLES = ("nurse-or-midwife", "doctor", "other-clinical", "clinical-support", "non-clinical")
PARENTS = ("Rachel", "Imran", "Sarah", "Joanna", "Mark", "Ewa", "Chidi", "Helen")


@dataclass
class Rounds:
    """Everything that is given at one organisation, as ``Act``s."""

    cast: Cast
    giving: Giving
    desk: Desk
    register: Register
    together: dict[str, Draft] = field(default_factory=dict)

    def acts(self, *, today: date) -> Iterator[Act]:
        for ago in range(SINCE - 1, -1, -1):
            for number, one in enumerate(self.giving.rounds):
                day = today - timedelta(days=ago)
                chance = Random(f"{self.giving.ods} {number} {ago}")  # noqa: S311 - made up
                # Whatever day of the week it is, somebody is at work when the demonstration begins.
                if ago >= one.until and (day.weekday() in one.weekdays or ago == 0):
                    yield from self._of_turn(one, ago, day, chance)

    def _on(self, one: Round, ago: int) -> list[Part]:
        """Those of the round who had joined by then and have logged in since."""
        here = (part for part in self.cast.parts if part.ods == self.giving.ods)
        return [
            part
            for part in here
            if part.who in one.who and min(part.visits) <= ago < max(part.visits)
        ]

    def _of_turn(self, one: Round, ago: int, day: date, chance: Random) -> Iterator[Act]:
        """One person records; whoever does not give vaccines does so for a colleague."""
        able = self._on(one, ago)
        givers = [part.who for part in able if part.gives]
        if not givers:
            return
        who = chance.choice(able).who
        giver = who if who in givers else chance.choice(givers)
        minute = FIRST_MINUTE + chance.randrange(30)
        for _ in range(chance.randint(*one.size)):
            product = self._product(one, day, chance)
            patient = self._patient(one, product, day) if product else None
            if patient is None:
                continue
            visit = self._visit(one, giver, product, patient, day, chance)
            give = partial(self._give, patient, visit)
            yield Act(ago, minute, who, self.giving.ods, give)
            if self._comes_for_both(one, visit, patient, day, chance):
                again = partial(self._give_besides, patient, self._besides(visit))
                yield Act(ago, minute + 4, who, self.giving.ods, again)
            minute += chance.randint(*MINUTES_APART)

    def _patient(self, one: Round, product: str, day: date) -> Somebody | None:
        near, is_for_staff = self.giving.near, one.is_for_staff
        return self.register.next_for(product, day, near=near, is_for_staff=is_for_staff)

    def _product(self, one: Round, day: date, chance: Random) -> str:
        """Flu is for the winter."""
        mix = [(p, n) for p, n in one.mix if p not in OF_THE_SEASON or day.month in SEASON]
        if not mix:
            return ""
        return chance.choices([p for p, _ in mix], [n for _, n in mix])[0]

    def _visit(
        self,
        one: Round,
        giver: str,
        product: str,
        patient: Somebody,
        day: date,
        chance: Random,
    ) -> Visit:
        patient.had.append((TYPES[product], day))
        late = chance.random() < LATE and patient.age_on(day) > 0
        return Visit(
            site=one.site,
            product=product,
            vaccinator=giver,
            answers=_answers(product, patient, day, chance, is_for_staff=one.is_for_staff),
            days_late=chance.randint(1, MOST_DAYS_LATE) if late else 0,
            not_given=chance.choice(WHY_NOT) if chance.random() < NOT_GIVEN else "",
        )

    def _comes_for_both(
        self, one: Round, visit: Visit, patient: Somebody, day: date, chance: Random
    ) -> bool:
        """Flu and COVID-19 at one sitting, from 75."""
        keeps_both = {FLU, COVID} <= {product for product, _ in one.mix}
        is_simple = visit.product == FLU and not (visit.days_late or visit.not_given)
        wants = chance.random() < TOGETHER and patient.age_on(day) >= 75
        has_had = patient.had_near("covid-19", day, timedelta(days=120))
        return keeps_both and is_simple and wants and not has_had

    def _besides(self, visit: Visit) -> Visit:
        return Visit(
            site=visit.site,
            product=COVID,
            vaccinator=visit.vaccinator,
            answers={
                "eligibility": {"eligibility": "aged-75"},
                "giving": {"injection_site": "right-arm"},
            },
        )

    def _give(self, patient: Somebody, visit: Visit, actor: Account) -> None:
        found = recording.find_patient(self.desk, actor, patient.nhs_number)
        draft = recording.begin(self.desk, actor, found)
        recording.record(self.desk, actor, draft, visit)
        self.together[patient.nhs_number] = draft

    def _give_besides(self, patient: Somebody, visit: Visit, actor: Account) -> None:
        before = Draft.objects.get(pk=self.together[patient.nhs_number].pk)
        draft = follow_on(actor=actor, draft=before, how=FollowOn.SAME_PATIENT)
        recording.record(self.desk, actor, draft, visit)


TYPES = {
    FLU: "flu",
    FLU_ADULT: "flu",
    "flu-fluenz": "flu",
    COVID: "covid-19",
    RSV: "rsv",
    PERTUSSIS: "pertussis",
    "mmr-priorix": "mmr",
}


def _answers(
    product: str, patient: Somebody, day: date, chance: Random, *, is_for_staff: bool
) -> Answers:
    """What depends on who comes: why, which dose, who consents, and where it goes."""
    age = patient.age_on(day)
    arm = "right-arm" if chance.random() < RIGHT_ARM else "left-arm"
    found: Answers = {"giving": {"injection_site": arm, "full_dose": "yes"}}
    if age < 16:
        parent = f"{chance.choice(PARENTS)} {patient.family_name}"
        found["consent"] = {
            "giver": "parent-or-guardian",
            "name_parent-or-guardian": parent,
        }
    if patient.doses("mmr")[1:]:
        found["dose"] = {"dose": "second"}
    found["eligibility"] = {"eligibility": _why(product, chance, is_for_staff=is_for_staff)}
    if is_for_staff:
        found["staff-role"] = {"staff_role": chance.choice(ROLES)}
    if product == PERTUSSIS:
        weeks_to_go = chance.randint(10, 22)
        due = recording.boxed("due_date", day + timedelta(weeks=weeks_to_go))
        found["due-date"] = due
    return found


def _why(product: str, chance: Random, *, is_for_staff: bool) -> str:
    if is_for_staff:
        return "healthcare-worker"
    if product == FLU_ADULT:
        return chance.choice(WHY_FLU)
    always = {COVID: "aged-75", RSV: "age-or-at-risk", PERTUSSIS: "pregnant"}
    return always.get(product, "based-on-age")
