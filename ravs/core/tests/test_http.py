"""The outbound door against a real peer on this machine."""

import datetime as dt
import logging
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import httpx2
import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django_guid.context import guid

from ravs.core import http
from ravs.core.tests.peer import Answer, Asked, peer

NOON = dt.datetime(2026, 6, 1, 12, 0, tzinfo=dt.UTC)


def ok(_asked: Asked) -> Answer:
    return Answer(body=b"fine")


def unused_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_it_says_who_it_is_and_signs_each_request() -> None:
    with peer(ok) as service, http.client(base_url=service.url) as door:
        door.get("/one")
        door.get("/two")
    one, two = service.asked
    assert one.headers["user-agent"] == "ravs"
    assert one.headers["x-request-id"] != two.headers["x-request-id"]


def test_it_signs_calls_with_the_id_of_the_request_being_served() -> None:
    served = guid.set("4f3d2c1b")
    try:
        with peer(ok) as service, http.client(base_url=service.url) as door:
            door.get("/one")
            http.within(5, lambda: door.get("/beside"))
    finally:
        guid.reset(served)
    assert [asked.headers["x-request-id"] for asked in service.asked] == ["4f3d2c1b", "4f3d2c1b"]


def test_it_follows_no_redirect() -> None:
    with peer(ok) as elsewhere:
        to_elsewhere = Answer(status=302, headers={"Location": elsewhere.url})
        with peer(lambda _: to_elsewhere) as service, http.client() as door:
            response = door.get(service.url, headers={"Authorization": "Bearer secret"})
    assert response.status_code == 302
    assert elsewhere.asked == []
    assert http.refusal(response).permanent


def test_it_ignores_proxies_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(lambda _: Answer(status=502)) as proxy, peer(ok) as service:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        with http.client() as door:
            assert door.get(service.url).text == "fine"
    assert proxy.asked == []


@pytest.mark.parametrize(
    "address", ["http://192.0.2.1/", "http://example.org/", "http://[2001:db8::1]/"]
)
def test_it_sends_nothing_in_clear_text_to_another_machine(address: str) -> None:
    with http.client() as door, pytest.raises(http.HttpError) as caught:
        door.get(address)
    assert http.failure(caught.value).permanent


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("ravs.localhost", True),
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("localhost.evil.example", False),
        ("notlocalhost", False),
        ("127.0.0.1.evil.example", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
    ],
)
def test_it_knows_this_machine_by_name_and_number(host: str, here: bool) -> None:
    assert http.is_loopback(host) is here


class TestCertificates:
    """A peer whose certificate nobody vouches for is never spoken to."""

    @pytest.fixture
    def certificate(self, tmp_path: Path) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        path = tmp_path / "peer.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return path

    @pytest.fixture
    def tls(self, certificate: Path) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        return context

    @pytest.fixture(autouse=True)
    def forget_authorities(self) -> Iterator[None]:
        http._trusted.cache_clear()
        yield
        http._trusted.cache_clear()

    def test_it_refuses_a_certificate_signed_by_itself(self, tls: ssl.SSLContext) -> None:
        with (
            peer(ok, tls=tls) as service,
            http.client() as door,
            pytest.raises(http.HttpError) as caught,
        ):
            door.get(service.url)
        assert service.asked == []
        said = http.failure(caught.value)
        assert str(said) == "localhost has no certificate that this machine trusts"
        assert not said.permanent

    def test_it_trusts_an_authority_the_operator_added(
        self, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with peer(ok, tls=tls) as service, http.client() as door:
            assert door.get(service.url).text == "fine"


class TestWaiting:
    """Nobody makes us wait without end. The peers here would go on far longer than any test."""

    def test_it_gives_up_on_a_silent_peer(self) -> None:
        with (
            peer(lambda _: Answer(before=60)) as service,
            http.client(timeout=0.2) as door,
            pytest.raises(http.HttpError) as caught,
        ):
            door.get(service.url)
        said = http.failure(caught.value)
        assert str(said) == "localhost did not answer in time"
        assert not said.permanent

    def test_it_gives_up_on_a_body_that_only_drips(self) -> None:
        drip = Answer(body=b"x" * 10_000, drip=0.05)
        with (
            peer(lambda _: drip) as service,
            http.client(timeout=0.4) as door,
            pytest.raises(httpx2.ReadTimeout),
        ):
            door.get(service.url)

    def test_it_gives_up_on_a_body_without_end(self) -> None:
        long = Answer(body=b"x" * (http.LARGEST_ANSWER + 1))
        with (
            peer(lambda _: long) as service,
            http.client() as door,
            pytest.raises(httpx2.ReadError),
        ):
            door.get(service.url)

    def test_it_leaves_a_call_behind_when_its_time_is_up(self) -> None:
        never = Event()
        with pytest.raises(TimeoutError):
            http.within(0.1, never.wait)
        never.set()

    def test_it_hands_on_the_calls_result_and_its_failure(self) -> None:
        def break_down() -> None:
            raise LookupError("gone")

        assert http.within(5, lambda: "done") == "done"
        with pytest.raises(LookupError, match="gone"):
            http.within(5, break_down)


class TestRetries:
    def test_it_tries_again_only_when_no_connection_was_made(self) -> None:
        with http.client() as door, pytest.raises(httpx2.ConnectError) as caught:
            door.get(f"http://127.0.0.1:{unused_port()}/")
        assert str(http.failure(caught.value)) == "127.0.0.1 cannot be reached"

    def test_it_never_sends_a_request_twice(self) -> None:
        broken = Answer(body=b"half of it", drop_after=4)
        with (
            peer(lambda _: broken) as service,
            http.client(base_url=service.url) as door,
            pytest.raises(http.HttpError) as caught,
        ):
            door.post("/users", json={"userName": "mo.khan@nhs.net"})
        assert len(service.asked) == 1
        assert str(http.failure(caught.value)) == "localhost broke off or sent what cannot be read"


class TestMeaning:
    """Which failures an operator must mend, and which pass by themselves."""

    @pytest.mark.parametrize(
        ("status", "permanent"),
        [
            (301, True), (302, True), (400, True), (401, True), (403, True), (404, True),
            (408, False), (409, True), (422, True), (425, False), (429, False),
            (500, False), (501, True), (502, False), (503, False), (504, False),
        ],
    )  # fmt: skip
    def test_it_tells_permanent_from_passing(self, status: int, permanent: bool) -> None:
        with peer(lambda _: Answer(status=status)) as service, http.client() as door:
            response = door.get(service.url)
        with pytest.raises(http.OutboundError) as caught:
            http.check(response)
        assert caught.value.permanent is permanent
        assert str(caught.value) == f"localhost answered {status}"

    def test_it_hands_on_a_success(self) -> None:
        with peer(ok) as service, http.client() as door:
            assert http.check(door.get(service.url)).text == "fine"

    @pytest.mark.parametrize("address", ["ftp://localhost/", "https://", "nonsense"])
    def test_an_address_that_cannot_be_called_is_permanent(self, address: str) -> None:
        with http.client() as door, pytest.raises((http.HttpError, httpx2.InvalidURL)) as caught:
            door.get(address)
        assert http.failure(caught.value).permanent

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            ("120", 120.0),
            (" 7 ", 7.0),
            ("0", 0.0),
            ("999999999999999999", http.LONGEST_RETRY_AFTER),
            ("Mon, 01 Jun 2026 12:01:30 GMT", 90.0),
            ("Mon, 01 Jun 2026 11:00:00 GMT", 0.0),
            ("", None),
            ("soon", None),
            ("-5", None),
            ("1.5", None),
            ("٣", None),
        ],
    )
    def test_it_reads_how_long_to_wait(self, header: str, seconds: float | None) -> None:
        with time_machine.travel(NOON, tick=False):
            assert http.retry_after(header) == seconds

    def test_it_carries_how_long_to_wait(self) -> None:
        busy = Answer(status=429, headers={"Retry-After": "30"})
        with peer(lambda _: busy) as service, http.client() as door:
            said = http.refusal(door.get(service.url))
        assert said.retry_after == 30.0


def test_it_logs_no_person_that_stands_in_a_path(caplog: pytest.LogCaptureFixture) -> None:
    """Okta is asked for somebody by the address they log in with."""
    with (
        caplog.at_level(logging.INFO),
        peer(lambda _asked: Answer()) as other,
        http.client() as door,
    ):
        door.get(f"{other.url}/api/v1/users/mo.khan%40leeds.nhs.uk/groups")
    assert "outbound GET localhost/api/v1/users/…/groups: 200" in caplog.text
    assert "mo.khan" not in caplog.text


def test_it_logs_no_query_no_header_and_no_body(caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.INFO),
        peer(ok) as service,
        http.client(base_url=service.url, headers={"Authorization": "Bearer hush"}) as door,
    ):
        door.post("/Users", params={"filter": "mo.khan@nhs.net"}, content=b"mo.khan")
    assert "outbound POST localhost/Users: 200" in caplog.text
    assert "mo.khan" not in caplog.text
    assert "hush" not in caplog.text
