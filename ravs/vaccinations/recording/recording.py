"""A draft as far as it has come: its answers read in order, against what is true now.

Nothing that was answered is believed for good. Each page, and at last the saving, reads the
answers anew: a batch that has since expired, a vaccinator who has left or a vaccine that was
withdrawn is not among the choices any more, and its step is asked again.
"""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from django.db.models import Q

from ravs.core.dates import london_today
from ravs.core.prepared import Prepared, Slot
from ravs.members.models import Membership, Status
from ravs.organisations.models import Organisation, Site
from ravs.patients.models import Patient
from ravs.vaccinations.history import Past, past_of
from ravs.vaccinations.models import Draft, Outcome, Purpose
from ravs.vaccinations.recording import warnings
from ravs.vaccinations.recording.facts import Facts
from ravs.vaccinations.recording.step import Answer, Step
from ravs.vaccinations.recording.warnings import Warned
from ravs.vaccines import selectors as vaccines
from ravs.vaccines.catalogue.memory import Catalogue, catalogue
from ravs.vaccines.models import Batch, Option, OptionKind, Product, Rule, VaccineType

NOT_GIVEN = "not-given"
NOTE = "note"
"""Slugs of answers that no step asks for."""

_STAFF = Prepared(
    lambda: (
        Membership.objects.filter(
            Q(vaccinator=True) | Q(clinician=True),
            organisation=Slot(Membership, "organisation"),
            status=Status.ACTIVE,
        )
        .select_related("account")
        .order_by("sort_key", "pk")
    )
)


class Recording:
    """``path``: the steps that apply, as far as they are answered and one further.

    ``pending``: the first step that has no answer which holds; nothing when all have one.
    """

    def __init__(self, draft: Draft, *, organisation: Organisation, me: Membership) -> None:
        self.draft, self.organisation, self.me = draft, organisation, me
        self.patient: Patient | None = draft.patient
        self.today = london_today()
        self.facts = Facts()
        self.path: list[Step] = []
        self.pending: Step | None = None

    def read(self, steps: Sequence[Step], *, until: str = "") -> "Recording":
        """Read the answers of ``steps`` in order; ``until`` stops before the step of that slug."""
        self._read_outcome()
        for step in steps:
            if not step.applies(self):
                step.assume(self)
                continue
            self.path.append(step)
            if step.slug == until or not self._take(step):
                self.pending = step
                break
        return self

    def _take(self, step: Step) -> bool:
        answer = self.answer_to(step)
        form = step.form(self, answer) if answer is not None else None
        if form is None or not form.is_valid():
            return False
        step.take(self, form)
        return True

    def _read_outcome(self) -> None:
        told = self.draft.answers.get(NOT_GIVEN)
        if told is None:
            return
        kind = OptionKind(told["kind"])
        reasons = vaccines.options_for(None, self.today, self.known)
        said = (kind, told["reason"])
        reason = next((one for one in reasons if (one.kind, one.code) == said), None)
        is_refusal = kind == OptionKind.NO_CONSENT_REASON
        self.facts.outcome = Outcome.NO_CONSENT if is_refusal else Outcome.NOT_GIVEN
        # A reason that a new catalogue lacks makes nothing given that was not.
        self.facts.outcome_reason = reason.label if reason else told["reason"]

    def answer_to(self, step: Step) -> Answer | None:
        stored: Answer | None = self.draft.answers.get(step.slug)
        return stored

    # What the steps ask about the world. Each is asked of the database once.

    @cached_property
    def known(self) -> Catalogue:
        """The catalogue as it was when this draft was read."""
        return catalogue()

    @property
    def is_clinic(self) -> bool:
        return self.draft.purpose == Purpose.CLINIC

    @property
    def day(self) -> date:
        """The day of the vaccination; today until it is known."""
        return self.facts.given_on or self.today

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @cached_property
    def sites(self) -> list[Site]:
        """Open sites with vaccines that may be given, A to Z."""
        return vaccines.sites_with_stock(self.organisation)

    @cached_property
    def staff(self) -> list[Membership]:
        """Active people here who give vaccines or are clinicians, by name, oneself first."""
        rows = _STAFF(organisation=self.organisation.pk)
        return sorted(rows, key=lambda row: row.pk != self.me.pk)

    @property
    def vaccinators(self) -> list[Membership]:
        """Who can be named as vaccinator; at a clinic, those present."""
        able = [row for row in self.staff if row.vaccinator]
        present = set(self.draft.answers.get("present", {}).get("present", []))
        here = [row for row in able if str(row.public_id) in present]
        return here if here and not self.is_clinic else able

    @property
    def clinicians(self) -> list[Membership]:
        return [row for row in self.staff if row.clinician]

    @cached_property
    def _kept(self) -> list[Product]:
        site = self.facts.site
        return vaccines.products_kept(site, self.day, self.known) if site else []

    @cached_property
    def types(self) -> list[VaccineType]:
        """What can be given at the site on the day, A to Z."""
        kept = {product.type_id for product in self._kept}
        enabled = vaccines.enabled_types(self.organisation, self.day, self.known) if kept else []
        return [one for one in enabled if one.stock_type_id in kept]

    def products_of(self, vaccine: VaccineType) -> list[Product]:
        """What the site keeps of a type, or of the type whose stock it is given from, A to Z."""
        return [product for product in self._kept if product.type_id == vaccine.stock_type_id]

    @cached_property
    def batches(self) -> list[Batch]:
        """The batches of the product at the site that may be given on the day."""
        site, product = self.facts.site, self.facts.product
        if site is None or product is None:
            return []
        return vaccines.usable_batches(site, product, self.day)

    @cached_property
    def _options(self) -> list[Option]:
        return vaccines.options_for(self.facts.type, self.day, self.known)

    def options(self, kind: OptionKind) -> list[Option]:
        """The answers to a question that the catalogue has for this vaccine on the day."""
        return [option for option in self._options if option.kind == kind]

    def option(self, kind: OptionKind, code: str) -> Option | None:
        return next((option for option in self.options(kind) if option.code == code), None)

    def pack_label(self, batch: Batch | None) -> str:
        """The pack size of a batch in the words of the catalogue; empty where none was asked."""
        if batch is None or not batch.pack_size:
            return ""
        size = self.option(OptionKind.PACK_SIZE, batch.pack_size)
        return size.label if size else batch.pack_size

    @cached_property
    def rules(self) -> list[Rule]:
        found = self.facts.type
        return vaccines.rules(found, self.day, self.organisation, self.known) if found else []

    @cached_property
    def past(self) -> list[Past]:
        """What the patient has had, here and elsewhere."""
        known = past_of(self.patient, self.draft.elsewhere, self.known) if self.patient else []
        return [one for one in known if not one.not_given]

    # What may be out of the ordinary.

    def warned(self) -> list[Warned]:
        """Everything that the facts so far give reason to warn of."""
        if self.patient is None or self.is_clinic:
            return []
        found = warnings.of(
            facts=self.facts,
            patient=self.patient,
            past=self.past,
            rules=self.rules,
            today=self.today,
            practices=self.organisation.pcn_practices,
        )
        return list(found)

    def not_overridden(self) -> list[Warned]:
        """The warnings that the person has not gone on from yet."""
        seen = set(self.draft.overridden)
        return [warned for warned in self.warned() if warned.key not in seen]
