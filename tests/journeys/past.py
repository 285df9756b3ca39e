"""The one place where journeys reach into the databases: to let time go by.

Nobody can wait 90 days for a test, and the programs of the service have no clock to be moved.
So what they wrote is dated back, as if it had happened earlier. Besides, organisations are closed
here, for which the service has no page and no command yet.
"""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from ravs.core.dates import london_today

PERSON = "(SELECT id FROM accounts_account WHERE email_key = :email)"
PLACE = "(SELECT id FROM organisations_organisation WHERE ods = :ods)"


class Past:
    """Dates back what the service and the provider wrote."""

    def __init__(self, service: Path, provider: Path) -> None:
        self.service, self.provider = service, provider

    def log_in(self, email: str, days: int) -> None:
        """As if this person had last logged in so many days ago."""
        then = (london_today() - timedelta(days=days)).isoformat()
        self._write(
            self.service,
            f"UPDATE members_membership SET clock_on = :on WHERE account_id = {PERSON} "
            "AND status = 'active'",
            email=email,
            on=then,
        )
        self._write(
            self.service,
            "UPDATE accounts_account SET last_login_on = :on WHERE email_key = :email",
            email=email,
            on=then,
        )

    def subject(self, email: str) -> str:
        """How the provider calls this person in what it signs."""
        with closing(sqlite3.connect(self.provider, timeout=60)) as rows:
            asked = "SELECT id FROM ravs_identity_person WHERE email = ?"
            (found,) = rows.execute(asked, (email,)).fetchone()
        return str(UUID(found))

    def invitation(self, email: str, ods: str, days: int) -> None:
        """As if the last invitation of this person there had been sent so many days ago."""
        sent = london_today() - timedelta(days=days)
        self._write(
            self.service,
            "UPDATE members_membership SET invite_sent_on = :on, invite_sent_at = "
            f"datetime(invite_sent_at, :ago) WHERE account_id = {PERSON} "
            f"AND organisation_id = {PLACE}",
            email=email,
            ods=ods,
            on=sent.isoformat(),
            ago=f"-{days} days",
        )

    def session(self, email: str, *, seconds: int, seen: bool = True) -> None:
        """As if this person had logged in so many seconds earlier, and last been ``seen`` then."""
        last_seen = "last_seen_at = datetime(last_seen_at, :ago), " if seen else ""
        self._write(
            self.service,
            f"UPDATE accounts_session SET {last_seen} signed_in_at = datetime(signed_in_at, :ago) "
            f"WHERE account_id = {PERSON}",
            email=email,
            ago=f"-{seconds} seconds",
        )

    def identity_call(self, email: str) -> None:
        """As if the wait before the next try at the provider were over."""
        self._write(
            self.service,
            "UPDATE members_identitycall SET next_attempt_at = datetime('now', '-1 minute') "
            "WHERE state = 'waiting' AND membership_id IN "
            f"(SELECT id FROM members_membership WHERE account_id = {PERSON})",
            email=email,
        )

    def link(self, email: str, days: int) -> None:
        """As if the provider had mailed this person's open links so many days earlier."""
        self._write(
            self.provider,
            "UPDATE ravs_identity_onetimelink SET sent_at = datetime(sent_at, :ago), "
            "expires_at = datetime(expires_at, :ago) WHERE person_id = "
            "(SELECT id FROM ravs_identity_person WHERE email = :email)",
            email=email,
            ago=f"-{days} days",
        )

    def told_link(self, email: str, days: int) -> None:
        """As if the end that the provider told us of this person's link had come days earlier."""
        self._write(
            self.service,
            "UPDATE accounts_account SET activation_expires_at = "
            "datetime(activation_expires_at, :ago) WHERE email_key = :email",
            email=email,
            ago=f"-{days} days",
        )

    def wind_down(self, ods: str) -> None:
        """As if the region had deactivated the organisation today."""
        self._write(
            self.service,
            "UPDATE organisations_organisation SET status = 'deactivated', "
            "deactivated_at = datetime('now'), closes_on = :on WHERE ods = :ods",
            ods=ods,
            on=(london_today() + timedelta(days=90)).isoformat(),
        )

    def close(self, ods: str) -> None:
        """As if its 90 days of winding down were over."""
        self._write(
            self.service,
            "UPDATE organisations_organisation SET status = 'closed', closed_on = :on "
            "WHERE ods = :ods",
            ods=ods,
            on=london_today().isoformat(),
        )

    def _write(self, database: Path, statement: str, **values: str) -> None:
        """One statement, which must find something to date back."""
        with closing(sqlite3.connect(database, timeout=60)) as rows, rows:
            assert rows.execute(statement, values).rowcount, f"nothing to date back: {values}"
