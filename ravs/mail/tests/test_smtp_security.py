"""TLS towards the mail server: checked, or nothing is sent."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django.fixtures import Settings

from ravs.mail.delivery import drain
from ravs.mail.models import Message, State
from ravs.mail.tests.outbox import promise
from ravs.mail.tests.smtp_server import Script, serving

pytestmark = pytest.mark.django_db


def certificate_for(host: str, directory: Path) -> Path:
    """A certificate that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = directory / f"{host}.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def certificate(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return certificate_for(getattr(request, "param", "localhost"), tmp_path)


@pytest.fixture
def tls_server(script: Script, settings: Settings, certificate: Path) -> Iterator[Script]:
    """Asks for STARTTLS and shows ``certificate``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = True
    settings.EMAIL_TIMEOUT = 20
    settings.EMAIL_HOST = "localhost"
    with serving(script, tls=context) as server:
        settings.EMAIL_PORT = server.port
        yield script


def test_it_sends_to_a_server_whose_certificate_is_trusted(
    tls_server: Script, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    message = promise()

    drain()

    assert tls_server.message_ids == [message.message_id]


def test_it_tells_nothing_to_a_server_that_vouches_for_itself(tls_server: Script) -> None:
    message = waits_after_draining(tls_server)

    assert "certificate verify failed" in message.last_error


@pytest.mark.parametrize("certificate", ["mail.elsewhere.example"], indirect=True)
def test_it_tells_nothing_to_a_server_with_another_servers_certificate(
    tls_server: Script, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    message = waits_after_draining(tls_server)

    assert "ostname mismatch" in message.last_error


def test_it_tells_nothing_to_a_server_that_offers_no_tls_at_all(
    mail_server: Script, settings: Settings
) -> None:
    settings.EMAIL_USE_TLS = True

    message = waits_after_draining(mail_server)

    assert "STARTTLS" in message.last_error


def test_it_does_not_go_on_in_the_clear_after_tls_failed(tls_server: Script) -> None:
    promise()
    promise()

    assert [drain(), drain()] == [1, 1]
    assert not tls_server.received


def waits_after_draining(server: Script) -> Message:
    message = promise()
    drain()
    message.refresh_from_db()
    assert not server.received
    assert (message.state, message.attempts) == (State.QUEUED, 1)
    return message
