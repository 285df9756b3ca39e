"""A record read as recording reads a draft, so that editing asks with the forms of recording.

What the record says is always among the choices: a vaccinator who has left, a batch that has
since expired or a reason that the catalogue dropped may stay where it stands.
"""

from copy import copy
from functools import cached_property
from typing import Any

from ravs.members.models import Membership
from ravs.organisations.models import Organisation, Site
from ravs.vaccinations.models import Draft, Outcome, Vaccination
from ravs.vaccinations.recording.facts import Facts
from ravs.vaccinations.recording.recording import Recording
from ravs.vaccines.models import Asks, Batch, Option, OptionKind, Product, VaccineType
from ravs.vaccines.selectors import options_for

KEPT = {
    OptionKind.ELIGIBILITY: "eligibility",
    OptionKind.DOSE: "dose",
    OptionKind.STAFF_ROLE: "staff_role",
    OptionKind.LOCATION_TYPE: "location_type",
    OptionKind.CONSENT_GIVER: "consent_giver",
    OptionKind.INJECTION_SITE: "injection_site",
}
"""The column in which a record keeps the code of each kind of option."""

ASKED = {
    Asks.NAME: "consent_name",
    Asks.RELATIONSHIP: "consent_relationship",
    Asks.CARE_HOME: "care_home",
    Asks.STAFF_ROLE: "staff_role",
    Asks.DUE_DATE: "due_date",
}


class Reading(Recording):
    """``facts`` begin as the record has them; the steps that are answered anew replace theirs."""

    def __init__(self, vaccination: Vaccination, *, me: Membership) -> None:
        draft = Draft(
            organisation=vaccination.organisation, account=me.account, patient=vaccination.patient
        )
        super().__init__(draft, organisation=_as_asked(vaccination.organisation), me=me)
        self.vaccination = vaccination
        self.note = vaccination.note
        self.facts = self._facts()

    def _facts(self) -> Facts:
        row = self.vaccination
        return Facts(
            outcome=Outcome(row.outcome),
            given_on=row.given_on,
            site=row.site,
            vaccinator=row.vaccinator,
            type=row.type,
            product=row.product,
            batch=self.kept_batch,
            dose=self.kept(OptionKind.DOSE),
            eligibility=self.kept(OptionKind.ELIGIBILITY),
            staff_role=self.kept(OptionKind.STAFF_ROLE),
            location=self.kept(OptionKind.LOCATION_TYPE),
            care_home=row.care_home,
            care_home_ods=row.care_home_ods,
            care_home_address=row.care_home_address,
            due_date=row.due_date,
            consent=self.kept(OptionKind.CONSENT_GIVER),
            consent_name=row.consent_name,
            consent_relationship=row.consent_relationship,
            injection_site=self.kept(OptionKind.INJECTION_SITE),
            full_dose=row.full_dose,
        )

    def kept(self, kind: OptionKind) -> Option | None:
        """The option that the record keeps, in the words it was recorded with."""
        column = KEPT.get(kind, "")
        code = getattr(self.vaccination, column) if column else ""
        if not code:
            return None
        there = next(
            (one for one in self._of_that_day if (one.kind, one.code) == (kind, code)), None
        )
        label = getattr(self.vaccination, f"{column}_label")
        return Option(
            kind=kind,
            code=code,
            label=label,
            hint=there.hint if there else "",
            asks=there.asks if there else self._asks(),
        )

    def _asks(self) -> list[str]:
        """What an option that the catalogue no longer has must have asked besides."""
        return [what.value for what, column in ASKED.items() if getattr(self.vaccination, column)]

    @cached_property
    def _of_that_day(self) -> list[Option]:
        row = self.vaccination
        return options_for(row.type, row.given_on, self.known)

    def options(self, kind: OptionKind) -> list[Option]:
        rows = super().options(kind)
        kept = self.kept(kind)
        if kept is None:
            return rows
        others = [kept if one.code == kept.code else one for one in rows]
        return others if any(one is kept for one in others) else [*others, kept]

    @property
    def is_today(self) -> bool:
        """Questions are asked in the past tense: the record is there."""
        return False

    @cached_property
    def sites(self) -> list[Site]:
        return _with(self.vaccination.site, super().sites)

    @property
    def vaccinators(self) -> list[Membership]:
        able = [row for row in self.staff if row.vaccinator]
        return _with(self.vaccination.vaccinator, able)

    @cached_property
    def types(self) -> list[VaccineType]:
        return [self.vaccination.type]

    def products_of(self, vaccine: VaccineType) -> list[Product]:
        rows = super().products_of(vaccine)
        return _with(self.vaccination.product, rows) if self.is_same_site else rows

    @property
    def is_same_site(self) -> bool:
        return self.facts.site == self.vaccination.site

    @property
    def may_keep_batch(self) -> bool:
        """A batch belongs to a product at a site, and was usable on the day."""
        return (
            self.is_same_site
            and self.facts.product == self.vaccination.product
            and self.facts.given_on == self.vaccination.given_on
        )

    @cached_property
    def batches(self) -> list[Batch]:
        rows = super().batches
        kept = self.kept_batch
        if kept is None or not (self.may_keep_batch or kept in rows):
            return rows
        same = (kept.number, kept.expiry)
        others = [row for row in rows if row != kept or (row.number, row.expiry) != same]
        return [*others, kept]

    @cached_property
    def kept_batch(self) -> Batch | None:
        """The batch in the words of the record. It goes by the record's own id: corrected in stock
        since, or while a page stood open, the batch is another choice beside it.
        """
        batch, row = self.vaccination.batch, self.vaccination
        if batch is None:
            return None
        kept = copy(batch)
        kept.number, kept.expiry = row.batch_number, row.batch_expiry or batch.expiry
        kept.pack_size, kept.public_id = row.pack_size, row.public_id
        return kept


def _with(kept: Any, rows: list[Any]) -> list[Any]:
    """``rows``, and ``kept`` as well."""
    return rows if kept is None or kept in rows else [*rows, kept]


def _as_asked(organisation: Organisation) -> Organisation:
    """Who assessed and who took the consent stay as they were recorded, and so does the outcome:
    editing asks as at an organisation that does not record clinicians."""
    asked = copy(organisation)
    asked.records_clinicians = False
    return asked
