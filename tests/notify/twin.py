"""A working twin of GOV.UK Notify's documented API for e-mail, on this machine alone.

It checks the token of each request as Notify does, keeps what it took, says what became of it, and
is hostile when told to. ``python -m tests.notify.twin`` runs it as a process.
"""

import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

SERVICE_ID = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
API_KEY = f"ravs-test-{SERVICE_ID}-{SECRET}"
TEMPLATE_ID = "f33517ff-2a88-4f6e-b855-c550268ce08a"
CLOCK_SECONDS = 30
LONGEST = 2_000_000
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


class HangUp(Exception):
    """The connection just ends."""


@dataclass
class Answer:
    """What the twin says instead of doing its work; ``takes`` it says so after doing it."""

    status: int = 500
    kind: str = "Exception"
    message: str = "Internal server error"
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    takes: bool = False
    hangs_up: bool = False

    @property
    def body(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return json.dumps(
            {
                "status_code": self.status,
                "errors": [{"error": self.kind, "message": self.message}],
            }
        ).encode()


INVALID_ADDRESS = Answer(400, "ValidationError", "email_address is not a valid email address")
TEAM_ONLY = Answer(
    400, "BadRequestError", "Can’t send to this recipient using a team-only API key."
)
BAD_KEY = Answer(403, "AuthError", "Invalid token: API key not found")
TOO_FAST = Answer(
    429, "RateLimitError", "Exceeded rate limit for key type live of 3000 requests per 60 seconds"
)
USED_UP = Answer(429, "TooManyRequestsError", "Exceeded send limits (50) for today")
BROKEN = Answer(500)
NO_RESULT = Answer(404, "NoResultFound", "No result found")


@dataclass
class Notify:
    """What the twin knows. Any test may change it at any time."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    script: list[Answer] = field(default_factory=list)
    always: Answer | None = None
    slowness: float = 0.0
    status: str = "sending"
    on_taken: Callable[[dict[str, Any]], None] = lambda _taken: None

    @property
    def references(self) -> list[str]:
        return [each["reference"] for each in self.taken]

    def becomes(self, status: str) -> None:
        """What became of everything that was taken so far."""
        for each in self.taken:
            each["status"] = status

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> Answer | bytes:
        address = urlsplit(target)
        self.asked.append((method, address.path))
        self.agents.add(headers.get("User-Agent", ""))
        refused = self.refusal_of_token(headers.get("Authorization", ""))
        if refused is not None:
            return refused
        odd = self.script.pop(0) if self.script else self.always
        if odd is not None and not odd.takes:
            return odd
        done = self.do(method, address.path, parse_qs(address.query), body)
        return odd if odd is not None else done

    def refusal_of_token(self, header: str) -> Answer | None:
        """A token of ours, signed with our secret, of now."""
        scheme, _, token = header.partition(" ")
        if scheme != "Bearer":
            return Answer(401, "AuthError", "Unauthorized: authentication token must be provided")
        try:
            said = jwt.decode(token, OctKey.import_key(SECRET), algorithms=["HS256"]).claims
        except (JoseError, ValueError):
            return BAD_KEY
        if said.get("iss") != SERVICE_ID:
            return Answer(403, "AuthError", "Invalid token: service not found")
        if abs(time.time() - int(said.get("iat", 0))) > CLOCK_SECONDS:
            return Answer(
                403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds"
            )
        return None

    def do(
        self, method: str, path: str, query: dict[str, list[str]], body: bytes
    ) -> Answer | bytes:
        if (method, path) == ("POST", "/v2/notifications/email"):
            return self.take(json.loads(body))
        if (method, path) == ("GET", "/v2/notifications"):
            wanted = query.get("reference", [""])[0]
            found = [each for each in reversed(self.taken) if each["reference"] == wanted]
            return json.dumps({"notifications": found, "links": {"current": path}}).encode()
        if method == "GET" and path.startswith("/v2/notifications/"):
            return self.tell(path.rpartition("/")[2])
        return Answer(404, "NotFound", "Not found")

    def take(self, wish: dict[str, Any]) -> Answer | bytes:
        known = {"email_address", "template_id", "personalisation", "reference"}
        if extra := wish.keys() - known - {"email_reply_to_id"}:
            return Answer(400, "ValidationError", f"Additional properties are not allowed: {extra}")
        if not ADDRESS.fullmatch(wish["email_address"]):
            return INVALID_ADDRESS
        if wish["template_id"] != TEMPLATE_ID:
            return Answer(400, "BadRequestError", "Template not found")
        fields = wish.get("personalisation", {})
        if missing := {"subject", "body"} - fields.keys():
            return Answer(400, "BadRequestError", f"Missing personalisation: {missing}")
        if len(fields["body"].encode()) > LONGEST:
            return Answer(400, "BadRequestError", "Emails cannot be longer than 2000000 bytes.")
        taken = {
            "id": str(uuid4()),
            "reference": wish.get("reference"),
            "email_address": wish["email_address"],
            "type": "email",
            "status": self.status,
            "subject": fields["subject"],
            "body": fields["body"],
            "reply_to": wish.get("email_reply_to_id"),
            "created_at": datetime.now(UTC).isoformat(),
        }
        self.taken.append(taken)
        self.on_taken(taken)
        time.sleep(self.slowness)
        return json.dumps({"id": taken["id"], "reference": taken["reference"]}).encode()

    def tell(self, wanted: str) -> Answer | bytes:
        try:
            UUID(wanted)
        except ValueError:
            return Answer(400, "ValidationError", "id is not a valid UUID")
        found = [each for each in self.taken if each["id"] == wanted]
        return json.dumps(found[0]).encode() if found else NO_RESULT


def handler_of(notify: Notify) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.reply("POST")

        def do_GET(self) -> None:
            self.reply("GET")

        def reply(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = notify.answer(method, self.path, self.headers, body)
            with suppress(BrokenPipeError, ConnectionResetError):
                self.say(answer, 201 if method == "POST" else 200)

        def say(self, answer: Answer | bytes, success: int) -> None:
            if isinstance(answer, Answer) and answer.hangs_up:
                self.close_connection = True
                return
            body = answer if isinstance(answer, bytes) else answer.body
            self.send_response(success if isinstance(answer, bytes) else answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in ({} if isinstance(answer, bytes) else answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler


@contextmanager
def serving(notify: Notify, port: int = 0) -> Iterator[str]:
    """The address of a twin that runs for as long as the ``with`` block."""
    server = ThreadingHTTPServer(("127.0.0.1", port), handler_of(notify))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    here = Notify(status=sys.argv[2] if len(sys.argv) > 2 else "delivered")
    here.on_taken = lambda taken: print(json.dumps(taken, indent=1), flush=True)  # noqa: T201
    with serving(here, int(sys.argv[1]) if len(sys.argv) > 1 else 0) as url:
        print(url, flush=True)  # noqa: T201
        threading.Event().wait()
