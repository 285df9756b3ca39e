"""How a patient is shown on every page of recording."""

from datetime import date

import pytest
from django.template import engines

from ravs.patients.models import Patient
from ravs.patients.presenters import PatientSummary, summary_of, written_age
from tests import patients
from tests.people import Leeds

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1950, 3, 12), TODAY, "75"),
        (date(1950, 3, 4), TODAY, "76"),
        (date(2024, 3, 4), TODAY, "2"),
        (date(2024, 3, 5), TODAY, "23 months"),
        (date(2026, 1, 4), TODAY, "2 months"),
        (date(2026, 1, 5), TODAY, "8 weeks"),
        (date(2026, 2, 24), TODAY, "1 week"),
        (date(2026, 3, 4), TODAY, "0 weeks"),
        (date(2016, 2, 29), date(2026, 2, 28), "9"),
        (date(2016, 2, 29), date(2026, 3, 1), "10"),
    ],
)
def test_an_age_is_written_as_people_say_it(born: date, day: date, age: str) -> None:
    assert written_age(Patient(birth_date=born), day) == age


@pytest.mark.django_db
class TestSummary:
    def summary(self, leeds: Leeds, number: str) -> PatientSummary:
        return summary_of(patients.found(leeds.organisation, number), TODAY)

    def test_it_says_who_somebody_is(self, leeds: Leeds) -> None:
        assert self.summary(leeds, patients.PLAIN) == PatientSummary(
            name="Margaret Thistlewood",
            born="12 March 1950 (aged 75)",
            died="",
            address=("7 Hawthorn Rise", "Leeds", "LS8 1CV"),
            nhs_number="999 000 0018",
            practice="Alderbrook Medical Practice",
            notices=(),
        )

    def test_of_somebody_who_died_the_age_stops(self, leeds: Leeds) -> None:
        edith = self.summary(leeds, patients.DECEASED)
        assert edith.died == "9 January 2026 (aged 87)"
        assert edith.born == "2 November 1938 (aged 87)"
        assert edith.notices == ("deceased",)

    def test_of_somebody_protected_it_shows_no_place(self, leeds: Leeds) -> None:
        samira = self.summary(leeds, patients.SENSITIVE)
        assert samira.address == ("Withheld",)
        assert samira.practice == "Withheld"
        assert samira.is_sensitive
        assert samira.notices == ("sensitive",)

    @pytest.mark.parametrize(
        ("number", "notices"),
        [
            (patients.REPLACED, ("superseded",)),
            (patients.WITHOUT_GP, ("no-gp",)),
            (patients.HOMELESS, ()),
        ],
    )
    def test_it_says_what_to_mind(
        self, leeds: Leeds, number: str, notices: tuple[str, ...]
    ) -> None:
        assert self.summary(leeds, number).notices == notices

    def test_somebody_entered_here_has_no_number(self, leeds: Leeds) -> None:
        ada = summary_of(patients.without_number(leeds.organisation), TODAY)
        assert (ada.nhs_number, ada.practice, ada.notices) == (
            "Not known",
            "Not known",
            ("local",),
        )
        assert ada.address == ("LS1 1CV",)

    def test_what_it_says_is_shown_as_text(self, leeds: Leeds) -> None:
        row = patients.without_number(leeds.organisation, "Ada <b>")
        row.address, row.gp_name, row.died_on = "<i>1</i>, Leeds", "<i>Practice</i>", TODAY
        shown = engines["jinja2"].from_string(STRIP).render({"patient": summary_of(row, TODAY)})
        assert "<b>" not in shown
        assert "<i>" not in shown
        assert "&lt;i&gt;1&lt;/i&gt;<br>Leeds" in shown
        assert "This patient has died" in shown
        assert "without an NHS number" in shown


STRIP = """
{% from "patients/summary.jinja" import patient_summary, patient_notices %}
{% from "patients/banner.jinja" import patient_banner %}
{{ patient_banner(patient) }}{{ patient_notices(patient) }}{{ patient_summary(patient) }}
"""
