"""A peer for tests: a real HTTP server on this machine that answers as a test's script says."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as the peer received it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What the peer does: waits ``before`` seconds, then sends ``body``: all of it, only the
    first ``drop_after`` bytes before it hangs up, or piece by piece with pauses of ``drip``."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    before: float = 0.0
    drop_after: int | None = None
    drip: float = 0.0

    @classmethod
    def scim(cls, payload: Any, status: int = 200, **how: Any) -> "Answer":
        headers = {"Content-Type": "application/scim+json"} | how.pop("headers", {})
        return cls(status=status, body=json.dumps(payload).encode(), headers=headers, **how)


Script = Callable[[Asked], Answer]


class Peer:
    """The server's address and everything it was asked."""

    def __init__(self, server: ThreadingHTTPServer, scheme: str) -> None:
        self.url = f"{scheme}://localhost:{server.server_port}"
        self.asked: list[Asked] = []
        self.finished = threading.Event()


@contextmanager
def peer(script: Script, *, tls: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """Run a server that answers by ``script`` until the block ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.script = script
    server.peer = Peer(server, "https" if tls else "http")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.peer
    finally:
        server.peer.finished.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    script: Script
    peer: Peer
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is part of many tests."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 10
    disable_nagle_algorithm = True  # a body that follows its headers need not wait for anything

    def answer(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(
            method=self.command,
            path=parts.path,
            query={name: values[0] for name, values in parse_qs(parts.query).items()},
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        self.server.peer.asked.append(asked)
        answer = self.server.script(asked)
        self.server.peer.finished.wait(answer.before) if answer.before else None
        self.send(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

    def send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if answer.drop_after is not None:
            self.wfile.write(answer.body[: answer.drop_after])
            self.close_connection = True
            return
        if not answer.drip:
            self.wfile.write(answer.body)
            return
        for byte in answer.body:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.peer.finished.is_set():
                return
            time.sleep(answer.drip)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Tests read ``asked``; nobody reads a log."""
