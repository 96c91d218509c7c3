"""OpenSC as an independent client of the virtual card: what it accepts, a real JPKI client would."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from appliance.demo.cards import CardWorldHandle
from appliance.demo.people import person
from tests.demo.pcsc_shell import JPKI_SELECT, talk

READER = "Madoguchi Demo Reader (DEMO0001) 00 00"
TRIES = (JPKI_SELECT, "00A4020C020018", "00200080")


@pytest.fixture(autouse=True)
def _fresh_card(world: CardWorldHandle) -> Iterator[None]:
    world.restore_pins("p01")
    world.insert(1, "p01")
    talk(world.pcscd_socket, READER, *TRIES)  # OpenSC does not wait: come back once pcscd has seen the card
    yield
    world.remove(1)


def _opensc(world: CardWorldHandle, *command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command,
        env={**os.environ, "PCSCLITE_CSOCK_NAME": str(world.pcscd_socket), "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
    )


def _module() -> str:
    found = next(iter(sorted(Path("/usr/lib").glob("*/opensc-pkcs11.so"))), None)
    assert found is not None, "Debian package opensc-pkcs11 is missing"
    return str(found)


def test_opensc_takes_it_for_a_jpki_card(world: CardWorldHandle) -> None:
    done = _opensc(world, "opensc-tool", "--reader", READER, "--name")
    assert done.stdout.strip() == b"jpki"


def test_opensc_lists_both_pins_and_all_certificates(world: CardWorldHandle) -> None:
    pins = _opensc(world, "pkcs15-tool", "--reader", READER, "--list-pins")
    assert pins.returncode == 0, pins.stderr
    assert pins.stdout.count(b"PIN [") == 2
    assert b"Tries left     : 3" in pins.stdout
    assert b"Tries left     : 5" in pins.stdout
    certificates = _opensc(world, "pkcs15-tool", "--reader", READER, "--list-certificates")
    assert certificates.stdout.count(b"X.509 Certificate [") == 4
    assert f"{person('p01').certificate_serial:08X}".encode() in certificates.stdout


def _certificate(world: CardWorldHandle) -> x509.Certificate:
    done = _opensc(world, "pkcs15-tool", "--reader", READER, "--read-certificate", "01")
    return x509.load_pem_x509_certificate(done.stdout)


def _signed(world: CardWorldHandle, folder: Path, pin: str) -> subprocess.CompletedProcess[bytes]:
    (folder / "data").write_bytes(b"challenge")
    arguments = ("--login", "--pin", pin, "--sign", "--id", "01", "-m", "SHA256-RSA-PKCS")
    files = ("--input-file", str(folder / "data"), "--output-file", str(folder / "signature"))
    return _opensc(world, "pkcs11-tool", "--module", _module(), *arguments, *files)


def test_opensc_signs_and_the_signature_verifies(world: CardWorldHandle, tmp_path: Path) -> None:
    done = _signed(world, tmp_path, "1234")
    assert done.returncode == 0, done.stderr
    key = _certificate(world).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify((tmp_path / "signature").read_bytes(), b"challenge", padding.PKCS1v15(), hashes.SHA256())


def test_a_wrong_pin_costs_one_try(world: CardWorldHandle, tmp_path: Path) -> None:
    done = _signed(world, tmp_path, "9999")
    assert b"CKR_PIN_INCORRECT" in done.stderr + done.stdout
    assert talk(world.pcscd_socket, READER, *TRIES)[-1] == "63c2"


def test_opensc_is_installed() -> None:
    assert shutil.which("pkcs15-tool")
    assert shutil.which("pkcs11-tool")
