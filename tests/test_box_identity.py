"""The certificates of the box's servers: for which names, signed by a CA that is good for the house alone."""

import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from appliance.identity import LOOPBACK, box, names, signing
from appliance.identity.box import BROKER, WEB
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from tests.test_identity import shake_hands

NOW = utc_now()
SETTINGS = Settings("1319999999")
EVERYWHERE = replace(SETTINGS, web_host="0.0.0.0", broker_host="0.0.0.0")  # noqa: S104 - nothing listens
HOST = socket.gethostname()


@pytest.fixture
def home(box_dir: Path) -> Box:
    found = Box(box_dir)
    found.create()
    return found


@pytest.fixture
def lan(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the machine, to be changed by the test."""
    found = ["192.168.7.20", "fd12::20"]
    monkeypatch.setattr(names, "addresses", lambda: list(found))
    return found


def test_one_certificate_is_good_for_names_and_addresses(home: Box, lan: list[str]) -> None:
    files = box.files_of(home, replace(EVERYWHERE, tls_names=("uketsuke.lan", "FD12:0::7")), WEB, NOW)
    found = set(box.names_in(home, WEB))
    assert found == {
        *LOOPBACK,
        HOST.lower(),
        f"{HOST.partition('.')[0].lower()}.local",
        *lan,
        "uketsuke.lan",
        "fd12::7",
    }
    for name in ("uketsuke.lan", "192.168.7.20", "localhost"):
        assert shake_hands(files, home.tls_dir / box.CA_FILE, name)


def test_a_new_address_counts_and_one_that_is_gone_for_a_moment_does_not(home: Box, lan: list[str]) -> None:
    box.files_of(home, EVERYWHERE, BROKER, NOW)
    first = box.certificate_of(home, BROKER)
    gone = lan.pop()
    box.files_of(home, EVERYWHERE, BROKER, NOW)
    assert box.certificate_of(home, BROKER) == first
    lan.append("10.1.2.3")
    box.files_of(home, EVERYWHERE, BROKER, NOW)
    assert "10.1.2.3" in box.names_in(home, BROKER)
    assert gone not in box.names_in(home, BROKER)


def test_who_has_the_cas_key_cannot_play_somebody_in_the_internet(home: Box) -> None:
    ca = box.box_authority(home, SETTINGS, NOW)
    forged = signing.server_files(ca, home.tls_dir, "forged", ("bank.example", "localhost"), NOW)
    assert not shake_hands(forged, ca.certificate_file, "localhost")
    assert not shake_hands(forged, ca.certificate_file, "bank.example")


def test_a_name_that_came_after_the_ca_is_left_out_and_told_of(home: Box) -> None:
    ca = box.box_authority(home, SETTINGS, NOW)
    later = replace(SETTINGS, tls_names=("box.midori.example", "uketsuke.local"))
    signed, left_out = box.names_under(ca, later, WEB)
    assert left_out == ("box.midori.example",)
    assert "uketsuke.local" in signed
    files = box.files_of(home, later, WEB, NOW)
    assert shake_hands(files, ca.certificate_file, "uketsuke.local")
    box.forget_authority(home)
    new = box.box_authority(home, later, NOW)
    assert box.names_under(new, later, WEB)[1] == ()
    assert shake_hands(box.files_of(home, later, WEB, NOW), new.certificate_file, "box.midori.example")


def test_a_box_that_did_not_know_the_time_has_a_ca_that_is_good_all_the_same(home: Box) -> None:
    long_ago = NOW.replace(year=1970)
    ca = box.box_authority(home, SETTINGS, long_ago)
    files = box.files_of(home, SETTINGS, WEB, long_ago)
    assert shake_hands(box.files_of(home, SETTINGS, WEB, NOW), ca.certificate_file, "localhost")
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == timedelta(days=90)


def test_the_cas_last_days_do_not_make_a_certificate_at_each_look(home: Box) -> None:
    ca = box.box_authority(home, SETTINGS, NOW)
    near = ca.certificate.not_valid_after_utc - timedelta(days=10)
    box.files_of(home, SETTINGS, WEB, near)
    first = box.certificate_of(home, WEB)
    assert first
    assert first.not_valid_after_utc == ca.certificate.not_valid_after_utc
    box.files_of(home, SETTINGS, WEB, near)
    assert box.certificate_of(home, WEB) == first


def test_the_addresses_of_this_machine_are_those_that_others_reach() -> None:
    found = names.addresses()
    assert not set(found) & {"127.0.0.1", "::1"}
    assert not [one for one in found if one.lower().startswith("fe80")]
