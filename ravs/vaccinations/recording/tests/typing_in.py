"""What somebody types into a page of recording: mostly sense, sometimes nonsense."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from ravs.vaccinations.models import Draft

SLUGS = (
    "date",
    "site",
    "present",
    "vaccinator",
    "vaccine",
    "batch",
    "dose",
    "eligibility",
    "staff-role",
    "location",
    "due-date",
    "assess",
    "consent",
    "giving",
)
PRODUCTS = {
    "flu": ("flu-vaxigrip", "flu-fluenz"),
    "flu-london": ("flu-vaxigrip", "flu-fluenz"),
    "covid-19": ("comirnaty-30-lp81",),
    "mmr": ("mmr-priorix",),
    "rsv": ("abrysvo",),
    "pertussis": ("pertussis-adacel",),
    "menb": ("bexsero",),
    "rotavirus": ("rotarix",),
}
ELIGIBLE = {
    "flu": ("based-on-age", "healthcare-worker", "pregnant"),
    "flu-london": ("homeless", "sex-worker"),
    "covid-19": ("aged-75", "care-home-resident"),
    "rsv": ("pregnant", "age-or-at-risk", "aged-75-to-80"),
    "pertussis": ("pregnant", "healthcare-worker"),
}
GIVERS = ("patient", "clinician", "power-of-attorney", "parent-or-guardian", "advocate", "deputy")


@dataclass(frozen=True)
class World:
    """Ids of everything that can be chosen somewhere, at some time."""

    sites: list[str]
    staff: list[str]
    batches: list[tuple[str, str]]
    today: date


def typed(slug: str, chance: Random, world: World, draft: Draft | None = None) -> dict[str, Any]:
    """An answer to the step; one in ten leaves something out or makes something up."""
    answers = draft.answers if draft is not None else {}
    made: dict[str, Any] = MAKE[slug](chance, world, answers)
    if chance.random() < 1 / 10:
        name = chance.choice(sorted(made))
        made[name] = chance.choice(["", "nonsense", "99"])
    return {name: value for name, value in made.items() if value != ""} or {"nothing": "1"}


def boxes(name: str, day: date) -> dict[str, str]:
    return {
        f"{name}_day": str(day.day),
        f"{name}_month": str(day.month),
        f"{name}_year": str(day.year),
    }


def a_date(chance: Random, world: World, _answers: Any) -> dict[str, str]:
    if chance.random() < 0.6:
        return {"when": "today"}
    days = chance.choice([0, 0, 1, 1, 2, 2, 3, 10, 12, 14, 15, 30, 217, 2300, -1])
    return {"when": "earlier", **boxes("day", world.today - timedelta(days=days))}


def a_vaccine(chance: Random, _world: World, _answers: Any) -> dict[str, str]:
    code = chance.choice(sorted(PRODUCTS))
    return {"vaccine": code, f"product_{code}": chance.choice(PRODUCTS[code])}


def a_batch(chance: Random, world: World, answers: Any) -> dict[str, str]:
    """Of the vaccine that was chosen, mostly; whatever else there is, sometimes."""
    vaccine = answers.get("vaccine", {})
    code = vaccine.get("vaccine", "")
    fitting = PRODUCTS.get(code, ())
    product = vaccine.get(f"product_{code}") or (fitting[0] if fitting else "")
    known = [one for one, of in world.batches if of == product]
    return {"batch": chance.choice(known or [one for one, _ in world.batches])}


def an_eligibility(chance: Random, _world: World, answers: Any) -> dict[str, str]:
    code = answers.get("vaccine", {}).get("vaccine", "flu")
    return {"eligibility": chance.choice([*ELIGIBLE.get(code, ("based-on-age",)), "ask-each"])}


def a_location(chance: Random, _world: World, _answers: Any) -> dict[str, Any]:
    place = chance.choice(["on-site", "care-home", "outreach", "gp-clinic"])
    found = chance.choice(
        [[], [["VLA01", "Rose Court", "2 Orchard Lane"], ["VLA02", "Rose Hall", ""]]]
    )
    return {"location": place, "care_home": "rose", "found": found}


def a_care_home(chance: Random, _world: World, _answers: Any) -> dict[str, str]:
    return {"care_home": chance.choice(["VLA01", "VLA02", "as-typed", "VLA99", ""])}


def a_due_date(chance: Random, world: World, _answers: Any) -> dict[str, str]:
    ahead = chance.choice([-29, -28, 0, 84, 85, 167, 168, 169, 200, 259, 260])
    return boxes("due_date", world.today + timedelta(days=ahead))


def a_consent(chance: Random, _world: World, _answers: Any) -> dict[str, str]:
    giver = chance.choice(GIVERS)
    said = {"giver": giver}
    for one in GIVERS[1:]:
        said |= {f"name_{one}": "Jo Lane", f"relationship_{one}": "Aunt"}
    return said


def a_giving(chance: Random, _world: World, _answers: Any) -> dict[str, str]:
    return {
        "injection_site": chance.choice(["left-arm", "right-arm", "elsewhere"]),
        "other_site": "left-thigh",
        "full_dose": chance.choice(["yes", "no"]),
    }


MAKE: dict[str, Any] = {
    "date": a_date,
    "site": lambda chance, world, _: {"site": chance.choice(world.sites)},
    "present": lambda chance, world, _: {
        "present": chance.sample(world.staff, chance.randint(1, 3))
    },
    "vaccinator": lambda chance, world, _: {"vaccinator": chance.choice(world.staff)},
    "vaccine": a_vaccine,
    "batch": a_batch,
    "dose": lambda chance, _world, _: {"dose": chance.choice(["first", "second", "booster"])},
    "eligibility": an_eligibility,
    "staff-role": lambda chance, _world, _: {"staff_role": chance.choice(["doctor", "porter"])},
    "location": a_location,
    "care-home": a_care_home,
    "due-date": a_due_date,
    "assess": lambda chance, _world, _: {"assessment": chance.choice(["suitable", "not-suitable"])},
    "consent": a_consent,
    "giving": a_giving,
}
