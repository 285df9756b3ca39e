"""Bulk adding as a lead administrator sees it: form, dry run, confirm, progress, receipts."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ravs.accounts.submissions import new_key
from ravs.members.importing import services
from ravs.members.importing.tests.lists import confirmed, crowd, drained, taken_in, verdicts
from ravs.members.models import Import, Membership
from tests import people
from tests.clients import PageClient
from tests.evidence import left_behind
from tests.people import LEAD, NOON, Leeds

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.time_machine(NOON, tick=False),
    pytest.mark.once,
]

AWKWARD = """First name;Surname;E-mail address;Role
Mo;Khan;mo.khan@nhs.net;Recorder
Zoe;Ng;zoe.ng@nhs.ent;recorder
Rosa;Keane;rosa.keane@nhs.net;administrator
Dev;Patel;dev.patel@nhs.net;Administrator
Mo;Khan;MO.KHAN@nhs.net;recorder
Ann;;ann.lee@nhs.net;chief
"""
PLAIN = {"level": "", "vaccinator": "yes"}


@pytest.fixture
def priya(client: PageClient, leeds: Leeds) -> PageClient:
    client.sign_in(leeds.priya.account)
    return client


def give(client: PageClient, status: int = 302, **answers: Any) -> Any:
    data = {"key": new_key(), **PLAIN, **answers}
    return client.submit("members:add-several", data, status=status, ods="RR8")


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def rows_of(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def latest() -> Import:
    return Import.objects.latest("pk")


def act(client: PageClient, job: Import, **data: Any) -> Any:
    data = {"key": new_key(), **data}
    return client.submit("members:import", data, ods="RR8", job=job.public_id)


def test_a_pasted_list_is_explained_row_by_row_and_writes_nothing_else(
    priya: PageClient, leeds: Leeds
) -> None:
    before = Membership.objects.count()
    with left_behind() as left:
        answer = give(priya, pasted=AWKWARD)
    assert left.nothing
    assert Membership.objects.count() == before
    page = text_of(priya.get(answer["Location"]))
    for said in (
        "Addresses at nhs.ent are not allowed. Did you mean zoe.ng@nhs.net?",
        "They are already a user here.",
        "They were deactivated here. They will be reactivated.",
        "Line 2 has the same email address. Only that line will be used.",
        "The last name is missing.",
        "Use Recorder, Administrator or Lead administrator as permission level.",
        "Confirm and add 2 people",
        "3 rows will be left out",
    ):
        assert said in page
    assert verdicts(latest()) == {
        2: "add",
        3: "invalid",
        4: "already-here",
        5: "reactivate",
        6: "duplicate",
        7: "invalid",
    }


def test_only_rows_of_one_verdict_are_shown_when_asked(priya: PageClient, leeds: Leeds) -> None:
    job = taken_in(leeds.priya.account, leeds.organisation, AWKWARD)
    page = text_of(
        priya.page("members:import", ods="RR8", job=job.public_id, query={"show": "reactivate"})
    )
    assert "dev.patel@nhs.net" in page
    assert "zoe.ng@nhs.ent" not in page


def test_confirmed_people_are_added_and_every_row_has_its_receipt(
    priya: PageClient, leeds: Leeds
) -> None:
    give(priya, pasted=AWKWARD)
    job = latest()
    with left_behind() as left:
        answer = act(priya, job)
    assert left.events == ["import.confirmed"]
    assert "Added 0 of 2 people." in text_of(priya.get(answer["Location"]))
    with left_behind() as left:
        drained()
    assert left.events == [
        "account.created",
        "member.invited",
        "member.reactivated",
        "import.finished",
    ]
    page = text_of(priya.get(answer["Location"]))
    mo = Membership.objects.get(account__email="mo.khan@nhs.net")
    assert f'href="/o/RR8/users/{mo.public_id}"' in page
    assert mo.vaccinator
    assert mo.invited_by == leeds.priya.account
    response = priya.page("members:import-receipt", ods="RR8", job=job.public_id)
    assert [row[4] for row in rows_of(response)] == [
        "Result",
        "Invited",
        "Not added",
        "Already a user",
        "Reactivated",
        "Not added",
        "Not added",
    ]


def test_the_rows_with_problems_come_back_as_a_file_without_formulas(
    priya: PageClient, leeds: Leeds
) -> None:
    text = 'Name,Email,Level\n"=HYPERLINK(""http://evil"")",=1+1,+recorder\n-Anne,a@nhs.net,x'
    job = taken_in(leeds.priya.account, leeds.organisation, text)
    rows = rows_of(priya.page("members:import-problems", ods="RR8", job=job.public_id))
    assert rows[0] == ["Name", "Email address", "Permission level", "What needs changing"]
    assert rows[1][:3] == ["(formula)", "(formula)", "'+recorder"]
    assert rows[2][:3] == ["'-Anne", "a@nhs.net", "x"]
    assert "HYPERLINK" not in str(rows)


def test_rows_with_problems_are_mended_in_the_text_box(priya: PageClient, leeds: Leeds) -> None:
    job = taken_in(leeds.priya.account, leeds.organisation, AWKWARD)
    query = {"mend": str(job.public_id)}
    page = priya.page("members:add-several", ods="RR8", query=query).content.decode()
    pasted = page.partition("<textarea")[2].partition("</textarea>")[0].partition(">")[2]
    assert pasted.strip().splitlines()[1] == "Zoe\tNg\tzoe.ng@nhs.ent\trecorder"
    give(priya, pasted=pasted.replace("nhs.ent", "nhs.net").strip())
    assert verdicts(latest()) == {2: "add", 3: "add", 4: "invalid"}


def test_what_was_typed_stays_when_the_list_cannot_be_read(priya: PageClient) -> None:
    page = text_of(give(priya, status=200, pasted="Rosa;Raa;rosa@nhs.net", ends_on_day="31"))
    assert "We cannot tell which column is which" in page
    assert "Rosa;Raa;rosa@nhs.net" in page
    assert 'value="31"' in page


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Choose a file or paste a list"),
        (
            {"pasted": "x", "file": SimpleUploadedFile("a.csv", b"Name,Email\nA B,a@nhs.net")},
            "Choose a file or paste a list, not both",
        ),
        ({"file": SimpleUploadedFile("a.csv", b"")}, "The file is empty"),
        ({"file": SimpleUploadedFile("list.csv", b"\x89PNG\r\n")}, "The file is a picture"),
        (
            {"file": SimpleUploadedFile("big.csv", b"a" * (5 * 1024 * 1024 + 1))},
            "The file must be 5 MB or smaller",
        ),
    ],
    ids=["neither", "both", "empty", "picture", "too large"],
)
def test_a_form_that_cannot_be_used_says_what_to_do(
    priya: PageClient, answers: dict[str, Any], said: str
) -> None:
    for file in (each for each in answers.values() if not isinstance(each, str)):
        file.seek(0)
    page = text_of(give(priya, status=200, **answers))
    assert 'href="#file"' in page.partition("error-summary")[2]
    assert said in page
    assert not Import.objects.exists()


def test_an_upload_bears_its_name_and_the_answers_for_all_rows(priya: PageClient) -> None:
    file = SimpleUploadedFile("Winter staff.csv", crowd(2).encode("utf-16"))
    answer = give(priya, file=file, level="administrator", vaccinator="no")
    page = text_of(priya.get(answer["Location"]))
    assert "Winter staff.csv" in page
    assert "Administrator, not a vaccinator" in page
    assert set(latest().rows.values_list("level", "vaccinator")) == {("administrator", False)}


def test_clinicians_are_asked_for_only_where_they_are_recorded(
    priya: PageClient, leeds: Leeds
) -> None:
    text = "Name,Email,Level,Clinician\nMo Khan,mo@nhs.net,recorder,yes"
    page = text_of(priya.get(give(priya, pasted=text)["Location"]))
    assert "Columns not used" in page
    assert not latest().rows.get().clinician
    leeds.organisation.records_clinicians = True
    leeds.organisation.save()
    give(priya, pasted=text, clinician="no")
    assert latest().rows.get().clinician
    assert b"Clinician" in priya.page("members:import-template", ods="RR8").content


def test_nothing_is_guessed_for_rows_that_do_not_say(priya: PageClient) -> None:
    answer = give(priya, pasted=crowd(1), level="", vaccinator="")
    page = text_of(priya.get(answer["Location"]))
    assert "The permission level is missing." in page
    assert "The list does not say whether they are a vaccinator." in page
    assert "Nobody in this list can be added." in page


def test_it_is_said_how_many_will_lead(priya: PageClient) -> None:
    text = crowd(1) + "\nLee,Moss,lee.moss@nhs.net"
    answer = give(priya, pasted=text, level="lead-administrator")
    assert "2 of them will be lead administrators" in text_of(priya.get(answer["Location"]))


def test_the_template_is_a_list_that_can_be_added(priya: PageClient, leeds: Leeds) -> None:
    response = priya.page("members:import-template", ods="RR8")
    rows = rows_of(response)
    assert rows[0][:3] == ["First name", "Last name", "Email address"]
    job = taken_in(leeds.priya.account, leeds.organisation, response.content.decode("utf-8-sig"))
    assert verdicts(job) == {2: "add"}


def test_a_large_list_is_checked_by_the_worker(priya: PageClient, monkeypatch: Any) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 3)
    text = crowd(5) + "\nNia,Jones,nia.jones1@nhs.net"
    answer = give(priya, pasted=text, level="recorder")
    assert "Checked 0 of 6 rows." in text_of(priya.get(answer["Location"]))
    drained()
    page = text_of(priya.get(answer["Location"]))
    assert "Confirm and add 5 people" in page
    assert verdicts(latest())[7] == "duplicate"


def test_progress_is_told_to_the_page_that_waits(priya: PageClient, leeds: Leeds) -> None:
    job = confirmed(leeds.priya.account, leeds.organisation, crowd(2))
    address = reverse("members:import-progress", kwargs={"ods": "RR8", "job": job.public_id})
    assert priya.get(address).json() == {"over": False, "words": "Added 0 of 2 people.", "done": 0}
    drained()
    assert priya.get(address).json()["over"]


def test_a_list_can_be_removed_and_leaves_nothing_typed(priya: PageClient, leeds: Leeds) -> None:
    job = taken_in(leeds.priya.account, leeds.organisation, AWKWARD)
    act(priya, job, act="cancel")
    assert latest().state == "cancelled"
    assert not job.rows.exclude(email="", typed={}, first_name="").exists()
    page = text_of(priya.page("members:import", ods="RR8", job=job.public_id))
    assert "This list was removed before anybody was added." in page
    act(priya, job)
    assert latest().state == "cancelled"


def test_earlier_lists_are_listed_with_who_gave_them(priya: PageClient, leeds: Leeds) -> None:
    confirmed(leeds.priya.account, leeds.organisation, crowd(2))
    taken_in(leeds.priya.account, leeds.organisation, crowd(1, start=7))
    page = text_of(priya.page("members:imports", ods="RR8"))
    assert page.count("Priya Shah") >= 2
    assert "Being added" in page
    assert page.index("Checked") < page.index("Being added")


def test_the_other_lead_administrators_get_one_letter(priya: PageClient, leeds: Leeds) -> None:
    people.member(leeds.organisation, "Lee Moss", LEAD)
    job = taken_in(leeds.priya.account, leeds.organisation, AWKWARD)
    with left_behind() as left:
        act(priya, job)
        act(priya, job)
    assert left.letters == [("import_confirmed", "lee.moss@nhs.net")]
    assert left.events == ["import.confirmed"]


def test_sent_twice_a_form_makes_one_list(priya: PageClient) -> None:
    key = new_key()
    first, second = (give(priya, pasted=crowd(1), key=key) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Import.objects.count() == 1


def test_it_is_reached_from_the_list_and_from_adding_one(priya: PageClient) -> None:
    for name in ("members:list", "members:add"):
        assert 'href="/o/RR8/users/add/several"' in priya.page(name, ods="RR8").content.decode()


@pytest.mark.parametrize("rows", [1, 20])
def test_the_dry_run_asks_as_often_for_many_rows_as_for_one(
    priya: PageClient, leeds: Leeds, rows: int, django_assert_num_queries: Any
) -> None:
    """The session with its account, the membership with its organisation, the list with who gave
    it, its counts, one page of its rows, how many will lead."""
    job = taken_in(leeds.priya.account, leeds.organisation, crowd(rows))
    address = reverse("members:import", kwargs={"ods": "RR8", "job": job.public_id})
    priya.get(address)
    with django_assert_num_queries(6):
        priya.get(address)
