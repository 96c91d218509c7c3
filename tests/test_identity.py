import shutil
import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from appliance.identity import LOOPBACK, Authority, ServerFiles, authority, server_files

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def ca(box_dir: Path) -> Authority:
    return authority(box_dir, "ca", "madoguchi test CA", NOW)


def web(ca: Authority, folder: Path, names: tuple[str, ...] = LOOPBACK, now: datetime = NOW) -> ServerFiles:
    return server_files(ca, folder, "web", names, now)


def contents(files: ServerFiles) -> tuple[bytes, bytes]:
    return files.certificate.read_bytes(), files.key.read_bytes()


def shake_hands(files: ServerFiles, trusted: Path, name: str) -> bool:
    """Whether a client that trusts `trusted` accepts the server as `name`, over real TLS on loopback."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.key)
    client = ssl.create_default_context(cafile=str(trusted))
    client.verify_flags |= ssl.VERIFY_X509_STRICT

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            try:
                with server.wrap_socket(connection, server_side=True) as wrapped:
                    wrapped.sendall(b"hello")
            except (ssl.SSLError, ConnectionError):
                return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        try:
            with (
                socket.create_connection(listening.getsockname()) as plain,
                client.wrap_socket(plain, server_hostname=name) as wrapped,
            ):
                return wrapped.recv(5) == b"hello"
        except ssl.SSLCertVerificationError:
            return False
        finally:
            thread.join()


@pytest.mark.parametrize("name", [*LOOPBACK, "uketsuke.local", "192.0.2.7"])
def test_a_browser_that_trusts_the_ca_accepts_every_name(ca: Authority, box_dir: Path, name: str) -> None:
    files = web(ca, box_dir, (*LOOPBACK, "uketsuke.local", "192.0.2.7"))
    assert shake_hands(files, ca.certificate_file, name)


def test_another_name_or_another_ca_is_not_accepted(ca: Authority, box_dir: Path) -> None:
    files = web(ca, box_dir)
    other = authority(box_dir, "other", "another CA", NOW)
    assert not shake_hands(files, ca.certificate_file, "example.test")
    assert not shake_hands(files, other.certificate_file, "localhost")


def test_the_same_ca_and_certificate_are_found_again(ca: Authority, box_dir: Path) -> None:
    files = web(ca, box_dir)
    before = contents(files)
    again = authority(box_dir, "ca", "another name", NOW + 50 * DAY)
    assert again.certificate == ca.certificate
    assert contents(web(again, box_dir, now=NOW + 50 * DAY)) == before
    assert contents(web(again, box_dir, LOOPBACK[::-1])) == before


def test_a_certificate_is_made_anew_when_the_names_change(ca: Authority, box_dir: Path) -> None:
    before = contents(web(ca, box_dir))
    files = web(ca, box_dir, ("uketsuke.local",))
    assert contents(files) != before
    assert shake_hands(files, ca.certificate_file, "uketsuke.local")
    assert not shake_hands(files, ca.certificate_file, "localhost")


def test_a_certificate_is_made_anew_a_month_before_its_end(ca: Authority, box_dir: Path) -> None:
    before = contents(web(ca, box_dir))
    end = x509.load_pem_x509_certificate(before[0]).not_valid_after_utc
    assert contents(web(ca, box_dir, now=end - 31 * DAY)) == before
    assert contents(web(ca, box_dir, now=end - 30 * DAY)) != before


def test_a_certificate_of_a_lost_ca_is_made_anew(ca: Authority, box_dir: Path) -> None:
    web(ca, box_dir)
    ca.certificate_file.unlink()
    new = authority(box_dir, "ca", "madoguchi test CA", NOW)
    assert new.certificate != ca.certificate
    assert shake_hands(web(new, box_dir), new.certificate_file, "localhost")


def test_a_key_without_its_certificate_is_made_anew(ca: Authority, box_dir: Path) -> None:
    files = web(ca, box_dir)
    other = server_files(ca, box_dir, "broker", LOOPBACK, NOW)
    shutil.copy(other.key, files.key)
    assert shake_hands(web(ca, box_dir), ca.certificate_file, "localhost")


def test_keys_are_the_owners_alone(ca: Authority, box_dir: Path) -> None:
    web(ca, box_dir)
    keys = sorted(box_dir.glob("*.key"))
    assert [key.name for key in keys] == ["ca.key", "web.key"]
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}


def test_web_and_broker_may_start_at_once(box_dir: Path) -> None:
    gate = threading.Barrier(6)
    made: list[tuple[Authority, ServerFiles]] = []

    def start(number: int) -> None:
        gate.wait(30)
        ca = authority(box_dir, "ca", "madoguchi test CA", NOW)
        made.append((ca, server_files(ca, box_dir, "web" if number % 2 else "broker", LOOPBACK, NOW)))

    threads = [threading.Thread(target=start, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({ca.certificate.serial_number for ca, _ in made}) == 1
    assert len(made) == 6
    assert all(shake_hands(files, ca.certificate_file, "localhost") for ca, files in made[:2])


def test_a_key_of_another_kind_is_refused(ca: Authority, box_dir: Path) -> None:
    (box_dir / "ca.key").write_text("no key")
    with pytest.raises(ValueError, match=r"PEM|deserialize|key"):
        authority(box_dir, "ca", "madoguchi test CA", NOW)


@pytest.mark.parametrize("left", [b"", b"-----BEGIN CERTIFICATE-----\nMII"])
def test_a_certificate_that_a_power_cut_has_halved_is_made_anew(
    ca: Authority, box_dir: Path, left: bytes
) -> None:
    web(ca, box_dir).certificate.write_bytes(left)
    assert shake_hands(web(ca, box_dir), ca.certificate_file, "localhost")
