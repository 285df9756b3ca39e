"""Recording over real connections, in full view of every rule, beside a bare INSERT."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle, islice
from statistics import quantiles
from typing import Any

import psycopg
from django.db import connection, transaction
from django.utils import timezone

from bench.service import (
    Browser,
    Service,
    cpu_of_children,
    key_in,
    session_of,
    timed,
    together,
    warnings_in,
)
from ravs.core.dates import london_today
from ravs.core.folding import key
from ravs.members.models import Membership
from ravs.patients.models import Patient
from ravs.vaccinations.models import Draft, Vaccination
from ravs.vaccines.models import Batch

CLIENTS = 8
WARM_UP = 80
PRODUCT, TYPE = "flu-vaxigrip", "flu"
BORN = date(1948, 3, 4)
GONE = "DELETE FROM vaccinations_vaccination WHERE public_id = ANY(%s)"


@dataclass(frozen=True)
class Desk:
    """Somebody who records, with a batch of their organisation."""

    who: Membership
    batch: Batch
    session: str

    @property
    def ods(self) -> str:
        return self.who.organisation.ods

    def answers(self) -> dict[str, dict[str, str]]:
        """What a whole journey answers, by step."""
        return {
            "date": {"when": "today", "today": london_today().isoformat()},
            "site": {"site": str(self.batch.item.site.public_id)},
            "vaccinator": {"vaccinator": str(self.who.public_id)},
            "vaccine": {"vaccine": TYPE, f"product_{TYPE}": PRODUCT},
            "batch": {"batch": str(self.batch.public_id)},
            "dose": {"dose": "first"},
            "eligibility": {"eligibility": "based-on-age"},
            "location": {"location": "on-site"},
            "consent": {"giver": "patient"},
            "giving": {"injection_site": "left-arm", "full_dose": "yes"},
            "check": {"note": ""},
        }


@dataclass
class Times:
    """How long each took, and all of them together."""

    each: list[float] = field(default_factory=list)
    wall: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.each) / self.wall

    def spread(self) -> dict[str, float]:
        """Milliseconds that half, nineteen in twenty and 99 in a hundred stay under."""
        cuts = quantiles(self.each, n=100, method="inclusive")
        return {f"p{at}_ms": round(cuts[at - 1] * 1000, 1) for at in (50, 95, 99)}


def desks() -> list[Desk]:
    """Everybody who vaccinates, at every organisation in turn."""
    rows = Batch.objects.filter(item__product__code=PRODUCT).select_related("item__site")
    batches = {row.organisation_id: row for row in rows.order_by("-pk")}
    people = Membership.objects.filter(vaccinator=True).select_related("account", "organisation")
    found = sorted(people, key=lambda one: (one.account.first_name, one.organisation.ods))
    with transaction.atomic():
        return [
            Desk(one, batches[one.organisation_id], session_of(one.account))
            for one in found
            if one.organisation_id in batches
        ]


def patients(at: list[Desk]) -> list[Patient]:
    """One who is new here for each, old enough for the vaccine."""
    now, last = timezone.now(), Patient.objects.order_by("-pk").values_list("pk", flat=True)[0]
    return Patient.objects.bulk_create(
        Patient(
            organisation=desk.who.organisation,
            nhs_number=f"9{last + number:09d}",
            given_name="Ada",
            family_name="Brook",
            birth_date=BORN + timedelta(days=number % 3000),
            gender="female",
            postcode="LS1 4AB",
            source="directory",
            name_key=key("Brook Ada"),
            created_at=now,
            looked_up_at=now,
        )
        for number, desk in enumerate(at, 1)
    )


def drafts(at: list[Desk]) -> list[tuple[Desk, Draft]]:
    """A draft for each with every answer given: nothing is left but to save it."""
    now = timezone.now()
    made = Draft.objects.bulk_create(
        Draft(
            organisation=desk.who.organisation,
            account=desk.who.account,
            patient=patient,
            answers={slug: one for slug, one in desk.answers().items() if slug != "check"},
            elsewhere_known=True,
            created_at=now,
            updated_at=now,
        )
        for desk, patient in zip(at, patients(at), strict=True)
    )
    return list(zip(at, made, strict=True))


def save_all(
    service: Service, made: list[tuple[Desk, Draft]], advance: Callable[[], None]
) -> Times:
    """Send the last form of each, by as many as work at a time; every one must be saved."""
    times = Times()

    def job(mine: list[tuple[Desk, Draft]]) -> None:
        browser = Browser(service, mine[0][0].session)
        for desk, draft in mine:
            browser.become(desk.session)
            path = f"/o/{desk.ods}/record/{draft.public_id}"

            def save(path: str = path) -> None:
                status, to, _ = browser.post(f"{path}/check", {"note": ""})
                assert (status, to) == (302, f"{path}/saved"), (status, to)

            times.each.append(timed(save))
            advance()

    times.wall = together([lambda at=at: job(made[at::CLIENTS]) for at in range(CLIENTS)])
    return times


def record_save(
    service: Service, postmaster: int, count: int, advance: Callable[[], None]
) -> dict[str, Any]:
    """The last step of the journey, sustained."""
    at = desks()
    save_all(service, drafts(list(islice(cycle(at), WARM_UP))), lambda: None)
    made = drafts(list(islice(cycle(at), count)))
    before = Vaccination.objects.count()
    python, postgres = service.cpu_seconds(), cpu_of_children(postmaster)
    times = save_all(service, made, advance)
    python, postgres = service.cpu_seconds() - python, cpu_of_children(postmaster) - postgres
    grown = Vaccination.objects.count() - before
    assert grown == count, f"{count} were said to be saved, and there are {grown} more"
    bare = insert_all(list(rows_of([draft for _, draft in made])))
    return {
        "rps": round(times.per_second, 1),
        **times.spread(),
        "ratio_to_sql": round(bare.per_second / times.per_second, 2),
        "sql_rps": round(bare.per_second, 1),
        "saves": count,
        "cpu_ms_per_save": round(python / count * 1000, 2),
        "postgres_cpu_ms_per_save": round(postgres / count * 1000, 2),
    }


def rows_of(made: list[Draft]) -> Iterator[tuple[Any, ...]]:
    """The records that were just saved, once more, as a driver takes them; they have new ids."""
    columns = ", ".join(f.column for f in Vaccination._meta.concrete_fields[2:])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT gen_random_uuid()::text, {columns} FROM vaccinations_vaccination"
            " WHERE id IN (SELECT saved_id FROM vaccinations_draft WHERE id = ANY(%s))",
            [[draft.pk for draft in made]],
        )
        at = [f.column for f in Vaccination._meta.concrete_fields[1:]].index("warnings")
        for row in cursor.fetchall():
            yield (*row[:at], psycopg.types.json.Jsonb([]), *row[at + 1 :])


def insert_all(rows: list[tuple[Any, ...]]) -> Times:
    """The same rows into the same table by as many connections, a commit each; taken out again."""
    columns = [f.column for f in Vaccination._meta.concrete_fields[1:]]
    marks = ", ".join(["%s"] * len(columns))
    text = f"INSERT INTO vaccinations_vaccination ({', '.join(columns)}) VALUES ({marks})"
    times = Times()

    def job(mine: list[tuple[Any, ...]], bare: "psycopg.Connection[Any]") -> None:
        for row in mine:
            times.each.append(timed(lambda row=row: bare.execute(text, row, prepare=True)))

    given = connection.get_connection_params()
    bares = [_bare(given) for _ in range(CLIENTS)]
    jobs = [lambda at=at: job(rows[at::CLIENTS], bares[at]) for at in range(CLIENTS)]
    times.wall = together(jobs)
    bares[0].execute(GONE, [[row[0] for row in rows]])
    for bare in bares:
        bare.close()
    return times


def _bare(given: dict[str, Any]) -> "psycopg.Connection[Any]":
    names = ("dbname", "user", "host", "port", "password")
    wanted = {name: given[name] for name in names if given.get(name)}
    return psycopg.connect(**wanted, autocommit=True)


def record_journey(service: Service, count: int, advance: Callable[[], None]) -> dict[str, Any]:
    """From the patient's page through every question, each page opened and answered, to saved."""
    at = list(islice(cycle(desks()), count))
    work = list(zip(at, patients(at), strict=True))
    before, times, asked = Vaccination.objects.count(), Times(), [0]

    def job(mine: list[tuple[Desk, Patient]]) -> None:
        browser = Browser(service, mine[0][0].session)
        for desk, patient in mine:
            browser.become(desk.session)
            begin = f"/o/{desk.ods}/patients/{patient.public_id}"
            times.each.append(timed(lambda a=desk, b=begin: asked.append(walk(browser, a, b))))
            advance()

    times.wall = together([lambda n=n: job(work[n::CLIENTS]) for n in range(CLIENTS)])
    grown = Vaccination.objects.count() - before
    assert grown == count, f"{count} were said to be saved, and there are {grown} more"
    return {
        "per_second": round(times.per_second, 2),
        **times.spread(),
        "journeys": count,
        "requests_per_journey": round(sum(asked) / count, 1),
    }


def walk(browser: Browser, desk: Desk, begin: str) -> int:
    """One journey; says how many requests it took."""
    _, _, page = browser.get(begin)
    status, path, _ = browser.post(begin, {"key": key_in(page)})
    requests, answers = 2, desk.answers()
    while True:
        assert status == 302, (status, path)
        status, _, page = browser.get(path)
        assert status == 200, (status, path)
        requests += 1
        step = path.rpartition("/")[2]
        if step == "saved":
            return requests
        fields: dict[str, Any] = (
            {"shown": warnings_in(page)} if step == "warnings" else answers[step]
        )
        status, path, _ = browser.post(path, fields)
        requests += 1
