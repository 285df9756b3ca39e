"""A working twin of Okta's API: a real HTTP server on this machine, kind until told otherwise.

    with okta() as twin:
        twin.org.hold("mo.khan@nhs.net", "SUSPENDED")
        twin.be(Mood(status=503), method="POST", times=2)

It authenticates by API token or by tokens that its own token endpoint gave to a service app,
checks scopes, counts rates, pages its lists, and searches an index that may lag behind.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode

from scim2_models import ScimFilter
from scim2_models.path import CompareOperator, Comparison, LogicalExpr, LogicalOperator, Present

from ravs.core.tests.peer import Answer, Asked, Peer, peer
from tests.okta.apps import ServiceApps
from tests.okta.org import DEPROVISIONED, LIFECYCLE, OktaError, Org, Person, not_found

API_TOKEN = "00a-token-nobody-should-ever-read-in-a-log"
PAGE = 200
WINDOW_SECONDS = 60


@dataclass(frozen=True)
class Mood:
    """How a request is treated. Without ``status`` the work is done first, whatever comes back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    before: float = 0.0
    drop_after: int | None = None
    drip: float = 0.0


BREAKS_OFF = Mood(drop_after=0)
GARBAGE = Mood(body=b"<html>Welcome to the proxy</html>")
HALF = Mood(drop_after=25)


@dataclass
class _Treatment:
    mood: Mood
    method: str
    path: re.Pattern[str]
    times: int


class Twin:
    """The server's side. ``url`` is where it lives once it runs."""

    def __init__(self) -> None:
        self.org = Org()
        self.service_apps = ServiceApps()
        self.url = ""
        self.asked: list[Asked] = []
        self.rates: dict[tuple[str, str], int] = {}
        self.page = PAGE
        self._used: Counter[tuple[str, str, int]] = Counter()
        self._treatments: list[_Treatment] = []

    def be(self, mood: Mood, *, method: str = "", path: str = "", times: int = 1_000_000) -> None:
        """Treat the next requests that fit so."""
        self._treatments.append(_Treatment(mood, method, re.compile(path), times))

    def be_kind(self) -> None:
        self._treatments.clear()

    def requests(self, method: str = "", path: str = "") -> list[Asked]:
        return [a for a in self.asked if method in {"", a.method} and re.search(path, a.path)]

    def __call__(self, asked: Asked) -> Answer:
        with self.org.lock:
            self.asked.append(asked)
            mood = self._mood(asked)
            if mood.status:
                return _treated(_told(_error(mood.status)), mood)
            answer = self._limited(asked)
        return _treated(answer, mood)

    def _mood(self, asked: Asked) -> Mood:
        for treatment in self._treatments:
            fits = treatment.method in {"", asked.method} and treatment.path.search(asked.path)
            if fits and treatment.times:
                treatment.times -= 1
                return treatment.mood
        return Mood()

    def _limited(self, asked: Asked) -> Answer:
        """By kind of request and minute, as Okta counts."""
        kind = (asked.method, re.sub(r"(?<=/)(00u|0oa|00g)\w+|(?<=users/)[^/]+", "*", asked.path))
        limit = self.rates.get(kind, 600)
        window = int(time.time()) // WINDOW_SECONDS
        self._used[*kind, window] += 1
        left = limit - self._used[*kind, window]
        headers = {
            "X-Rate-Limit-Limit": str(limit),
            "X-Rate-Limit-Remaining": str(max(left, 0)),
            "X-Rate-Limit-Reset": str((window + 1) * WINDOW_SECONDS),
        }
        if left < 0:
            summary = "API call exceeded rate limit due to too many requests."
            return _told(OktaError(429, "E0000047", summary), headers)
        try:
            return self._answer(asked, headers)
        except OktaError as error:
            return _told(error, headers)

    def _answer(self, asked: Asked, headers: dict[str, str]) -> Answer:
        if asked.path == "/oauth2/v1/token":
            status, said = self.service_apps.give(asked, audience=f"{self.url}{asked.path}")
            return _json(said, status, headers)
        self._authenticate(asked)
        parts = [unquote(part) for part in asked.path.removeprefix("/api/v1/").split("/")]
        for method, pattern, handle in ROUTES:
            if asked.method == method and (given := _fit(pattern, parts)) is not None:
                return handle(self, asked, headers, *given)
        raise OktaError(404, "E0000008", "The requested path was not found")

    def _authenticate(self, asked: Asked) -> None:
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        if kind == "SSWS" and token == API_TOKEN:
            return
        scopes = self.service_apps.scopes_of(token) if kind == "Bearer" else None
        if scopes is None:
            raise OktaError(401, "E0000011", "Invalid token provided")
        what = asked.path.removeprefix("/api/v1/").partition("/")[0]
        if f"okta.{what}.manage" not in scopes:
            summary = "You do not have permission to perform the requested action"
            raise OktaError(403, "E0000006", summary)

    def _person(self, key: str) -> Person:
        """By id, login, or the part of a login before the @ where that is one person's."""
        if key in self.org.people:
            return self.org.people[key]
        if person := self.org.at(key):
            return person
        short = [
            p
            for p in self.org.people.values()
            if p.profile["login"].partition("@")[0].casefold() == key.casefold()
        ]
        if key and len(short) == 1:
            return short[0]
        raise not_found(f"{key} (User)")

    def _members(self, kind: str, key: str) -> set[str]:
        found = (self.org.apps if kind == "apps" else self.org.groups).get(key)
        if found is None:
            raise not_found(f"{key} ({'AppInstance' if kind == 'apps' else 'UserGroup'})")
        return found


Handler = Callable[..., Answer]


def create_user(twin: Twin, asked: Asked, headers: dict[str, str]) -> Answer:
    try:
        body = json.loads(asked.body)
    except ValueError:
        raise OktaError(400, "E0000003", "The request body was not well-formed.") from None
    person = twin.org.create(body, activate=asked.query.get("activate", "true") == "true")
    return _json(person.told(), 200, headers)


def list_users(twin: Twin, asked: Asked, headers: dict[str, str]) -> Answer:
    people = [person.told() for person in twin.org.people.values()]
    if search := asked.query.get("search"):
        people = [person for person in twin.org.index.values() if _meets(person, search)]
    elif filtered := asked.query.get("filter"):
        people = [person for person in people if _meets(person, filtered)]
    else:
        people = [person for person in people if person["status"] != DEPROVISIONED]
    return _page(twin, asked, people, headers)


def get_user(twin: Twin, _asked: Asked, headers: dict[str, str], key: str) -> Answer:
    return _json(twin._person(key).told(), 200, headers)


def delete_user(twin: Twin, _asked: Asked, headers: dict[str, str], key: str) -> Answer:
    twin.org.delete(twin._person(key))
    return Answer(status=204, headers=headers)


def lifecycle(twin: Twin, asked: Asked, headers: dict[str, str], key: str, verb: str) -> Answer:
    if verb not in LIFECYCLE:
        raise OktaError(404, "E0000008", "The requested path was not found")
    send = asked.query.get("sendEmail", "true") == "true"
    LIFECYCLE[verb](twin.org, twin._person(key), send=send)
    return _json({}, 200, headers)


def groups_of(twin: Twin, asked: Asked, headers: dict[str, str], key: str) -> Answer:
    person = twin._person(key)
    found = [{"id": group} for group, members in twin.org.groups.items() if person.id in members]
    return _page(twin, asked, found, headers)


def join_group(twin: Twin, _asked: Asked, headers: dict[str, str], group: str, key: str) -> Answer:
    twin._members("groups", group).add(twin._person(key).id)
    return Answer(status=204, headers=headers)


def app_user(twin: Twin, _asked: Asked, headers: dict[str, str], app: str, key: str) -> Answer:
    person = twin._person(key)
    if person.id not in twin._members("apps", app):
        raise not_found(f"{key} (AppUser)")
    return _json({"id": person.id, "scope": "USER", "status": "ACTIVE"}, 200, headers)


def assign_app(twin: Twin, asked: Asked, headers: dict[str, str], app: str) -> Answer:
    members = twin._members("apps", app)
    person = twin._person(str(json.loads(asked.body).get("id")))
    members.add(person.id)
    return _json({"id": person.id, "scope": "USER", "status": "ACTIVE"}, 200, headers)


ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "users", create_user),
    ("GET", "users", list_users),
    ("GET", "users/", list_users),
    ("GET", "users/*", get_user),
    ("DELETE", "users/*", delete_user),
    ("POST", "users/*/lifecycle/*", lifecycle),
    ("GET", "users/*/groups", groups_of),
    ("PUT", "groups/*/users/*", join_group),
    ("GET", "apps/*/users/*", app_user),
    ("POST", "apps/*/users", assign_app),
)


def _fit(pattern: str, parts: list[str]) -> list[str] | None:
    wanted = pattern.split("/")
    if len(wanted) != len(parts):
        return None
    if any(w not in {"*", p} or (w == "*" and not p) for w, p in zip(wanted, parts, strict=True)):
        return None
    return [part for want, part in zip(wanted, parts, strict=True) if want == "*"]


def _meets(person: dict[str, Any], question: str) -> bool:
    """Okta's search is SCIM's: names of properties in their case, values in any."""
    try:
        return _holds(person, ScimFilter(question).ast)
    except ValueError as error:
        raise OktaError(400, "E0000031", "Invalid search criteria.") from error


def _holds(person: dict[str, Any], node: Any) -> bool:
    if isinstance(node, LogicalExpr):
        terms = [_holds(person, term) for term in node.terms]
        return all(terms) if node.op == LogicalOperator.and_ else any(terms)
    value: Any = person
    for name in str(node.attr_path).split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(node, Present):
        return value is not None
    if isinstance(node, Comparison) and node.op == CompareOperator.eq:
        return str(value).casefold() == str(node.value).casefold()
    raise OktaError(400, "E0000031", "Invalid search criteria.")


def _page(
    twin: Twin, asked: Asked, everything: list[dict[str, Any]], headers: dict[str, str]
) -> Answer:
    start = int(asked.query.get("after", "0"))
    size = min(int(asked.query.get("limit", twin.page)), twin.page)
    here = everything[start : start + size]
    if start + size < len(everything):
        onward = urlencode(asked.query | {"after": str(start + size)})
        headers = headers | {"Link": f'<{twin.url}{asked.path}?{onward}>; rel="next"'}
    return _json(here, 200, headers)


def _json(payload: Any, status: int, headers: dict[str, str]) -> Answer:
    kind = {"Content-Type": "application/json"}
    return Answer(status=status, body=json.dumps(payload).encode(), headers=kind | headers)


def _told(error: OktaError, headers: dict[str, str] | None = None) -> Answer:
    return _json(error.payload, error.status, headers or {})


def _error(status: int) -> OktaError:
    """What stands in an answer that only a mood gives."""
    code = {401: "E0000011", 403: "E0000006", 404: "E0000007", 429: "E0000047"}.get(
        status, "E0000009"
    )
    return OktaError(status, code, f"The twin was told to say so. {API_TOKEN}")


def _treated(answer: Answer, mood: Mood) -> Answer:
    return Answer(
        status=answer.status,
        body=answer.body if mood.body is None else mood.body,
        headers=answer.headers | mood.headers,
        before=mood.before,
        drop_after=mood.drop_after,
        drip=mood.drip,
    )


@contextmanager
def okta() -> Iterator[Twin]:
    """A twin on a port of its own until the block ends."""
    twin = Twin()
    with peer(twin) as running:
        twin.url = _origin(running)
        yield twin


def _origin(running: Peer) -> str:
    return running.url
