"""The providers that every directory is held against, each a real peer with its own records."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from typing import Any, Protocol
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from scim2_models import ScimFilter, ScimProvider
from scim2_server.memory import InMemoryStorage
from scim2_server.testserver.application import BEARER_TOKEN_SCHEME, BearerTokenApplication
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)

from ravs.core import http
from ravs.integrations.identity.none import NoDirectory
from ravs.integrations.identity.port import Found, IdentityDirectory, Resent
from ravs.integrations.identity.scim import ScimDirectory

TOKEN = "a-token-nobody-should-ever-read-in-a-log"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@dataclass(frozen=True)
class Kept:
    """One record as the provider keeps it."""

    email: str
    external_id: str | None
    first_name: str | None
    last_name: str | None
    active: bool


class World(Protocol):
    """A provider, seen from behind: what a test may do there that the service may not."""

    tells_activation: bool
    new: Found
    """What adding somebody unknown answers."""
    found_elsewhere: Found
    """What adding somebody answers whose account was just made by another hand."""
    resent: Resent
    """What sending an activation again answers for somebody who has not activated."""

    again: Found
    """What adding somebody once more answers whose account we made, and who has not activated."""

    keeps_our_id: bool
    """Whether an account bears the id that we gave it."""

    gives_back: bool
    """Whether an account of ours that was switched off is switched on when it is needed again."""

    def directory(self) -> IdentityDirectory: ...

    def kept(self, email: str) -> list[Kept]:
        """The records at an address, whoever made them."""
        ...

    def make_elsewhere(self, email: str) -> None:
        """Another service, or an operator, makes an account."""
        ...

    def switch_off(self, email: str) -> None: ...

    def activate(self, email: str) -> None:
        """The person follows the link of their activation e-mail."""
        ...

    def activation_letters(self, email: str) -> int: ...


class Nobody:
    """No provider at all."""

    tells_activation = False
    new = Found.EXISTING
    found_elsewhere = Found.EXISTING
    resent = Resent.UNSUPPORTED
    again = Found.EXISTING
    keeps_our_id = False
    gives_back = True

    def directory(self) -> IdentityDirectory:
        return NoDirectory()

    def kept(self, email: str) -> list[Kept]:
        return []

    def make_elsewhere(self, email: str) -> None: ...

    def switch_off(self, email: str) -> None: ...

    def activate(self, email: str) -> None: ...

    def activation_letters(self, email: str) -> int:
        return 0


class ScimWorld:
    """What can be done from behind at any SCIM server, with plain HTTP rather than the adapter."""

    again = Found.NEW
    keeps_our_id = True
    gives_back = True

    def __init__(self, url: str) -> None:
        self.url = url

    def directory(self) -> IdentityDirectory:
        return ScimDirectory(self.url, TOKEN)

    def kept(self, email: str) -> list[Kept]:
        return [
            Kept(
                email=record["userName"],
                external_id=record.get("externalId"),
                first_name=record.get("name", {}).get("givenName"),
                last_name=record.get("name", {}).get("familyName"),
                active=record.get("active", True),
            )
            for record in self._records(email)
        ]

    def make_elsewhere(self, email: str) -> None:
        with self._behind() as door:
            person = {"schemas": [USER], "userName": email, "active": True}
            http.check(door.post("Users", json=person))

    def switch_off(self, email: str) -> None:
        [record] = self._records(email)
        operation = {"op": "replace", "path": "active", "value": False}
        with self._behind() as door:
            body = {"schemas": [PATCH], "Operations": [operation]}
            http.check(door.patch(f"Users/{record['id']}", json=body))

    def _records(self, email: str) -> list[dict[str, Any]]:
        question = f"userName eq {ScimFilter.quote(email)}"
        with self._behind() as door:
            answer = http.check(door.get("Users", params={"filter": question}))
        records: list[dict[str, Any]] = answer.json().get("Resources") or []
        return records

    def _behind(self) -> Any:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"}
        return http.client(base_url=self.url, headers=headers)


class GenericScim(ScimWorld):
    """A SCIM server that has never heard of our extension."""

    tells_activation = False
    new = Found.NEW
    found_elsewhere = Found.EXISTING
    resent = Resent.UNSUPPORTED

    def activate(self, email: str) -> None:
        """People do so in some way of the provider's own, of which SCIM tells nothing."""

    def activation_letters(self, email: str) -> int:
        return 0


@contextmanager
def generic_scim() -> Iterator[GenericScim]:
    """The library's own server, with records in memory, on a real port of this machine."""
    config = load_default_service_provider_config()
    config.authentication_schemes = [BEARER_TOKEN_SCHEME]
    provider = ScimProvider.from_discovery(
        load_default_schemas().values(), load_default_resource_types().values(), config=config
    )
    application = BearerTokenApplication(InMemoryStorage(), provider, bearer_tokens=[TOKEN])
    server = make_server("127.0.0.1", 0, application, server_class=_Threading, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield GenericScim(f"http://localhost:{server.server_port}/v2")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Threading(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002
