"""A place where vaccinations can be recorded, and the way through the questions.

Leeds gives flu, COVID-19, MMR and RSV at one site. Ada Brook is 40 and well.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from ravs.members.models import Membership
from ravs.members.names import key
from ravs.organisations.models import Site
from ravs.patients.models import Patient
from ravs.vaccinations.models import Draft, Vaccination
from ravs.vaccinations.recording import services
from ravs.vaccinations.recording.complete import record_vaccination
from ravs.vaccinations.recording.steps import BY_SLUG
from ravs.vaccines.models import Batch, Product
from tests import vaccines
from tests.people import Leeds, leeds

GIVEN_TYPES = ("flu", "covid-19", "mmr", "rsv", "pertussis", "menb")
STOCK = (
    "flu-vaxigrip",
    "flu-fluenz",
    "comirnaty-30-lp81",
    "mmr-priorix",
    "abrysvo",
    "bexsero",
    "pertussis-adacel",
)
ELIGIBLE = {
    "flu": "based-on-age",
    "covid-19": "aged-75",
    "rsv": "age-or-at-risk",
    "pertussis": "healthcare-worker",
}


@dataclass(frozen=True)
class Place:
    """Leeds with stock at one site, a batch of each product."""

    leeds: Leeds
    site: Site
    batches: dict[str, Batch]
    ada: Patient

    @property
    def organisation(self) -> Any:
        return self.leeds.organisation


def place(*, types: tuple[str, ...] = GIVEN_TYPES, stock: tuple[str, ...] = STOCK) -> Place:
    vaccines.catalogue()
    trust = leeds()
    vaccines.enable(trust.organisation, *types)
    site = vaccines.site(trust.organisation)
    batches = {code: vaccines.batch(site, code, f"{code[:4].upper()}1") for code in stock}
    return Place(trust, site, batches, patient(trust.priya, "Ada Brook", date(1986, 1, 15)))


def patient(
    at: Membership,
    name: str = "Ada Brook",
    born: date = date(1986, 1, 15),
    *,
    nhs_number: str = "9990000018",
    died_on: date | None = None,
) -> Patient:
    """Somebody whom an organisation knows."""
    given, _, family = name.partition(" ")
    return Patient.objects.create(
        organisation=at.organisation,
        nhs_number=nhs_number,
        given_name=given,
        family_name=family,
        birth_date=born,
        postcode="LS1 4AB",
        gender="female",
        died_on=died_on,
        source="directory" if nhs_number else "local",
        name_key=key(f"{family} {given}"),
        created_at=timezone.now(),
    )


def answers_of(at: Place, product: str = "flu-vaxigrip", **others: Any) -> dict[str, Any]:
    """What a whole journey answers, by step; ``others`` replace or, with ``None``, drop a step."""
    type_code = Product.objects.get(code=product).type.code
    answers = {
        "date": {"when": "today", "today": timezone.localdate().isoformat()},
        "vaccinator": {"vaccinator": str(at.leeds.rosa.public_id)},
        "vaccine": {"vaccine": type_code, f"product_{type_code}": product},
        "batch": {"batch": str(at.batches[product].public_id)},
        "dose": {"dose": "first"},
        "eligibility": {"eligibility": ELIGIBLE.get(type_code, "")},
        "location": {"location": "on-site"},
        "consent": {"giver": "patient"},
        "giving": {"injection_site": "left-arm", "full_dose": "yes"},
    }
    return {slug: one for slug, one in (answers | others).items() if one is not None}


def draft(
    at: Place, who: Membership | None = None, patient: Patient | None = None, **how: Any
) -> Draft:
    """A draft with every answer given, ready to be checked and saved."""
    person = who or at.leeds.rosa
    made = services.begin_draft(
        actor=person.account,
        organisation=at.organisation,
        patient=patient or at.ada,
        elsewhere_known=True,
    )
    made.answers = answers_of(at, **how)
    made.save(update_fields=["answers"])
    return made


def recorded(at: Place, who: Membership | None = None, **how: Any) -> Vaccination:
    """A vaccination, recorded by the verb; whatever there is to warn of was gone on from."""
    from ravs.vaccinations.recording.recording import Recording
    from ravs.vaccinations.recording.steps import STEPS

    person = who or at.leeds.rosa
    made = draft(at, person, **how)
    reading = Recording(made, organisation=at.organisation, me=person).read(STEPS)
    keys = [warned.key for warned in reading.not_overridden()]
    services.override(actor=person.account, draft=made, keys=keys)
    return record_vaccination(actor=person.account, draft=made)


__all__ = ["BY_SLUG", "Place", "answers_of", "draft", "patient", "place", "recorded"]
