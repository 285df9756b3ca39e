"""Where the demonstration's mail server puts what it takes, and the mailbox page reads it.

A small database of its own: the service's outbox says what was promised, this what arrived.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from ravs.core.ids import new_id

TABLE = """
CREATE TABLE IF NOT EXISTS mail (
    number INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    arrived_at TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    content BLOB NOT NULL
)
"""
COLUMNS = "public_id, arrived_at, sender, recipient, subject"


@dataclass(frozen=True)
class Arrived:
    """A message as a list shows it."""

    public_id: UUID
    arrived_at: datetime
    sender: str
    recipient: str
    subject: str


@dataclass(frozen=True)
class Opened:
    """A message with what stands in it."""

    arrived: Arrived
    text: str
    html: str


class Letterbox:
    """The messages that arrived, newest first."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def prepare(self) -> None:
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(TABLE)

    def put(self, content: bytes, *, recipients: list[str]) -> UUID:
        """Keep one message as it came over the wire."""
        message = _parsed(content)
        public_id = new_id()
        values = (
            str(public_id),
            datetime.now(UTC).isoformat(),
            str(message.get("From", "")),
            ", ".join(recipients),
            str(message.get("Subject", "")),
            content,
        )
        with self._open() as connection:
            connection.execute(
                f"INSERT INTO mail ({COLUMNS}, content) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                values,
            )
        return public_id

    def count(self) -> int:
        with self._open() as connection:
            return int(connection.execute("SELECT count(*) FROM mail").fetchone()[0])

    def latest(self, *, start: int = 0, size: int = 20) -> list[Arrived]:
        query = f"SELECT {COLUMNS} FROM mail ORDER BY number DESC LIMIT ? OFFSET ?"  # noqa: S608
        with self._open() as connection:
            return [_arrived(row) for row in connection.execute(query, (size, start))]

    def read(self, public_id: UUID) -> Opened | None:
        query = f"SELECT {COLUMNS}, content FROM mail WHERE public_id = ?"  # noqa: S608
        with self._open() as connection:
            row = connection.execute(query, (str(public_id),)).fetchone()
        if row is None:
            return None
        message = _parsed(row[5])
        return Opened(
            arrived=_arrived(row[:5]),
            text=_part(message, "plain"),
            html=_part(message, "html"),
        )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.file, timeout=20)) as connection, connection:
            yield connection


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _arrived(row: tuple[str, str, str, str, str]) -> Arrived:
    public_id, arrived_at, sender, recipient, subject = row
    moment = datetime.fromisoformat(arrived_at)
    return Arrived(UUID(public_id), moment, sender, recipient, subject)
