"""With which certificate the running pages are served, to whom, and what changes while they run."""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from appliance.identity import clinic
from appliance.identity.box import WEB, certificate_of, forget_authority
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.web.contexts import LOOKED_AT_EVERY, Contexts
from tests.clinic_server import NAME, Bought, bought
from tests.web.desk_world import CODE, Desk
from tests.web.service_world import Service

_DER = Encoding.DER
HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


@contextlib.contextmanager
def called(port: int, name: str | None, trusted: str) -> Iterator[ssl.SSLSocket]:
    context = ssl.create_default_context(cadata=trusted)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with (
        socket.create_connection(("127.0.0.1", port), 20) as plain,
        context.wrap_socket(plain, server_hostname=name or "127.0.0.1") as found,
    ):
        yield found


def answer(connection: ssl.SSLSocket) -> str:
    connection.sendall(HEALTH)
    found = b""
    while b'"ok"' not in found:
        found += connection.recv(65536)
    return found.decode()


def test_the_clinics_own_is_served_by_its_name_at_once_and_nobody_else_is_touched(
    desk: Desk, service: Service
) -> None:
    own = (desk.box.tls_dir / "ca.pem").read_text("ascii")
    one = bought(utc_now(), days=10)
    theirs = one.issuer_pem.decode()
    with called(service.port, None, own) as before:
        assert "Strict" not in answer(before)
        with pytest.raises(ssl.SSLCertVerificationError), called(service.port, NAME, theirs):
            pass
        clinic.take_in(desk.box, one.pem, "", utc_now())
        with called(service.port, NAME, theirs) as found:
            header = answer(found).partition("Strict-Transport-Security: max-age=")[2].partition("\r\n")[0]
            # Not longer than the certificate itself: after it the box's own is served, which a PC may not know.
            assert timedelta(days=9) < timedelta(seconds=int(header)) <= timedelta(days=10)
        with called(service.port, None, own) as by_address, called(service.port, "localhost", own) as by_name:
            assert "Strict" not in answer(by_address)
            assert "Strict" not in answer(by_name)
        clinic.remove(desk.box)
        with pytest.raises(ssl.SSLCertVerificationError), called(service.port, NAME, theirs):
            pass
        assert "200 OK" in answer(before), "who was connected all the time still is"


class Clock:
    """The box's time, and the ticks between two looks."""

    def __init__(self) -> None:
        self.at = utc_now()
        self.ticks = 0.0

    def now(self) -> datetime:
        return self.at

    def pass_by(self, **by: float) -> None:
        self.at += timedelta(**by)
        self.ticks += LOOKED_AT_EVERY


@pytest.fixture
def box(box_dir: Path) -> Box:
    found = Box(box_dir)
    found.create()
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def contexts(box: Box, clock: Clock) -> Contexts:
    return Contexts(box, Settings(CODE), clock.now, lambda: clock.ticks)


def shown(contexts: Contexts, name: str | None) -> bytes:
    """The certificate that a client gets who calls the box by this name, in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    client = context.wrap_bio(to_client, to_server, server_hostname=name)
    server = contexts.context().wrap_bio(to_server, to_client, server_side=True)
    for _ in range(3):
        for side in (client, server):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
    found = client.getpeercert(binary_form=True)
    assert found
    return found


def own(box: Box) -> x509.Certificate:
    found = certificate_of(box, WEB)
    assert found
    return found


def is_boxs(box: Box, der: bytes) -> bool:
    return x509.load_der_x509_certificate(der) == own(box)


def taken_in(box: Box, clock: Clock, days: float) -> Bought:
    one = bought(clock.at, days=days)
    clinic.take_in(box, one.pem, "", clock.at)
    return one


def test_one_context_serves_all_until_something_changes(contexts: Contexts, clock: Clock) -> None:
    first = contexts.context()
    clock.pass_by(days=1)
    assert contexts.context() is first


def test_the_boxs_own_is_renewed_while_it_runs(contexts: Contexts, box: Box, clock: Clock) -> None:
    assert is_boxs(box, shown(contexts, "localhost"))
    before = own(box)
    clock.pass_by(days=60)
    assert is_boxs(box, shown(contexts, "localhost"))
    assert own(box).not_valid_after_utc > before.not_valid_after_utc


def test_one_made_under_a_wrong_clock_goes_once_the_clock_is_set(
    contexts: Contexts, box: Box, clock: Clock
) -> None:
    clock.pass_by(days=4000)
    shown(contexts, "localhost")
    clock.pass_by(days=-4000)
    shown(contexts, "localhost")
    assert own(box).not_valid_before_utc <= clock.at < own(box).not_valid_after_utc


def test_the_clinics_ends_by_itself_and_the_boxs_is_there_again(
    contexts: Contexts, box: Box, clock: Clock
) -> None:
    one = taken_in(box, clock, days=3)
    assert x509.load_der_x509_certificate(shown(contexts, NAME)) == one.own
    assert is_boxs(box, shown(contexts, None))
    clock.pass_by(days=4)
    assert is_boxs(box, shown(contexts, NAME))


def test_files_that_are_broken_while_it_runs_change_nothing(
    contexts: Contexts, box: Box, clock: Clock
) -> None:
    one = taken_in(box, clock, days=30)
    shown(contexts, NAME)
    clinic.path_of(box).write_text("half a")
    (box.tls_dir / "ca.key").write_text("nothing")
    assert shown(contexts, NAME) in (one.own.public_bytes(_DER), own(box).public_bytes(_DER))
    assert is_boxs(box, shown(contexts, None))


def test_a_new_ca_counts_from_the_next_look(contexts: Contexts, box: Box, clock: Clock) -> None:
    before = shown(contexts, None)
    forget_authority(box)
    clock.pass_by(minutes=1)
    assert shown(contexts, None) != before


@pytest.mark.parametrize(("least", "is_taken"), [("1.2", True), ("1.3", False)])
def test_tls_1_2_can_be_switched_off(box: Box, clock: Clock, least: str, is_taken: bool) -> None:
    context = Contexts(box, Settings(CODE, tls_least=least), clock.now).context()
    assert (context.minimum_version == ssl.TLSVersion.TLSv1_2) is is_taken
