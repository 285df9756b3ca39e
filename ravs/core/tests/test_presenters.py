"""How dates, moments and contacts are written."""

from datetime import UTC, date, datetime

import pytest

from ravs.core.presenters import contact_link, without_nhs_logo, written_date, written_moment


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 3, 6), "6 March 2026"),
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), "1 July 2026"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2 July 2026"),
        (datetime(2026, 1, 1, 23, 30, tzinfo=UTC), "1 January 2026"),
        (None, ""),
    ],
)
def test_it_writes_a_day_of_london(day: date | None, written: str) -> None:
    assert written_date(day) == written


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 3, 6, 14, 5, tzinfo=UTC), "6 March 2026 at 2:05pm"),
        (datetime(2026, 3, 6, 9, 0, tzinfo=UTC), "6 March 2026 at 9am"),
        (datetime(2026, 7, 6, 9, 30, tzinfo=UTC), "6 July 2026 at 10:30am"),
        (datetime(2026, 3, 6, 12, 0, tzinfo=UTC), "6 March 2026 at midday"),
        (datetime(2026, 3, 6, 0, 0, tzinfo=UTC), "6 March 2026 at midnight"),
        (datetime(2026, 7, 5, 23, 0, tzinfo=UTC), "6 July 2026 at midnight"),
        (datetime(2026, 3, 6, 0, 5, tzinfo=UTC), "6 March 2026 at 12:05am"),
        (datetime(2026, 3, 6, 12, 5, tzinfo=UTC), "6 March 2026 at 12:05pm"),
        (None, ""),
    ],
)
def test_it_writes_a_moment_of_london(moment: datetime | None, written: str) -> None:
    assert written_moment(moment) == written


@pytest.mark.parametrize(
    ("contact", "written"),
    [
        ("help@nhs.net", '<a class="nhsuk-link" href="mailto:help@nhs.net">help@nhs.net</a>'),
        (
            "https://help.nhs.uk/ask?a=1&b",
            '<a class="nhsuk-link" href="https://help.nhs.uk/ask?a=1&amp;b">'
            "https://help.nhs.uk/ask?a=1&amp;b</a>",
        ),
        ("0121 496 0000 (9am to 5pm)", "0121 496 0000 (9am to 5pm)"),
        ("<b>us</b>", "&lt;b&gt;us&lt;/b&gt;"),
        (
            '"><i>@x',
            '<a class="nhsuk-link" href="mailto:&#34;&gt;&lt;i&gt;@x">&#34;&gt;&lt;i&gt;@x</a>',
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_it_links_to_what_can_be_linked(contact: str, written: str) -> None:
    assert contact_link(contact) == written


def test_it_takes_out_the_logo_and_nothing_else() -> None:
    header = '<a><svg class="nhsuk-header__logo" x>\n<path/></svg> Name</a><svg class="icon"></svg>'
    assert without_nhs_logo(header) == '<a> Name</a><svg class="icon"></svg>'
