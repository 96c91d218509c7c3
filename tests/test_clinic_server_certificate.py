"""The clinic's own server certificate as it comes in: taken with all it needs, refused with the reason."""

import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from appliance.eligibility.trouble import Trouble
from appliance.identity import clinic
from appliance.ledger.times import utc_now
from appliance.settings import Box
from tests.clinic_server import NAME, PHRASE, Bought, bought

NOW = utc_now()


@pytest.fixture
def box(box_dir: Path) -> Box:
    found = Box(box_dir)
    found.create()
    return found


WAYS: dict[str, Callable[[Bought], bytes]] = {
    "pem": lambda one: one.pem,
    "key first": lambda one: one.key_pem + one.issuer_pem + one.own_pem,
    "locked key": lambda one: one.own_pem + one.issuer_pem + one.locked_key_pem,
    "p12": lambda one: one.p12,
}


@pytest.mark.parametrize("way", WAYS)
def test_it_comes_in_every_usual_form(box: Box, way: str) -> None:
    one = bought(NOW)
    held = clinic.take_in(box, WAYS[way](one), PHRASE, NOW)
    assert held == clinic.held(box)
    assert (held.names, held.is_whole, held.is_valid(NOW)) == ((NAME,), True, True)
    assert held.issuers == ("Example issuer", "Example issuer")
    path = clinic.path_of(box)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(one.own_pem)


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "TLS-001"),
    "a text": (lambda: b"-----BEGIN NOTHING-----", "TLS-001"),
    "a cut p12": (lambda: bought(NOW).p12[:-9], "TLS-001"),
    "too large": (lambda: bought(NOW).pem * 80, "TLS-001"),
    "no key": (lambda: bought(NOW).own_pem, "TLS-002"),
    "another's key": (lambda: bought(NOW).own_pem + bought(NOW).key_pem, "TLS-002"),
    "a broken key": (
        lambda: bought(NOW).own_pem + bought(NOW).key_pem[:60] + b"\n-----END PRIVATE KEY-----\n",
        "TLS-002",
    ),
    "for clients": (lambda: bought(NOW, usage=ExtendedKeyUsageOID.CLIENT_AUTH).pem, "TLS-003"),
    "over": (lambda: bought(NOW, days=-0.1).pem, "TLS-004"),
    "not yet": (lambda: bought(NOW, begins=1).pem, "TLS-004"),
    "a short key": (
        lambda: bought(NOW, key=rsa.generate_private_key(65537, 1024)).pem,  # noqa: S505 - a bad one is wanted
        "TLS-005",
    ),
    "an odd curve": (lambda: bought(NOW, key=ec.generate_private_key(ec.SECP256K1())).pem, "TLS-005"),
    "a curve that Chrome and Edge do not speak": (
        lambda: bought(NOW, key=ec.generate_private_key(ec.SECP521R1())).pem,
        "TLS-005",
    ),
    "no names": (lambda: bought(NOW, names=()).pem, "TLS-006"),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_browsers_would_not_take_is_refused_and_the_one_before_stays(box: Box, bad: str) -> None:
    before = clinic.take_in(box, bought(NOW).pem, "", NOW)
    make, code = BAD[bad]
    with pytest.raises(Trouble) as caught:
        clinic.take_in(box, make(), PHRASE, NOW)
    assert caught.value.code == code
    assert clinic.held(box) == before


@pytest.mark.parametrize(
    "content", [lambda: bought(NOW).p12, lambda: bought(NOW).own_pem + bought(NOW).locked_key_pem]
)
def test_a_wrong_pass_phrase_is_said(box: Box, content: Callable[[], bytes]) -> None:
    with pytest.raises(Trouble) as caught:
        clinic.take_in(box, content(), "guessed", NOW)
    assert caught.value.code == "CERT-002"


def test_it_is_spoken_of_a_month_before_its_end(box: Box) -> None:
    held = clinic.take_in(box, bought(NOW, days=40).pem, "", NOW)
    assert not held.is_ending(NOW + timedelta(days=9))
    assert held.is_ending(NOW + timedelta(days=11))
    assert not held.is_valid(NOW + timedelta(days=40))


def test_a_leaf_alone_is_taken_and_not_called_whole(box: Box) -> None:
    one = bought(NOW, names=("*.clinic.example", "clinic.example"))
    held = clinic.take_in(box, one.own_pem + one.key_pem, "", NOW)
    assert not held.is_whole
    assert held.is_for("Uketsuke.Clinic.example.")
    assert held.is_for("clinic.example")
    assert not held.is_for("a.b.clinic.example")
    assert not held.is_for("example")


def test_it_goes_with_its_key(box: Box) -> None:
    clinic.take_in(box, bought(NOW).pem, "", NOW)
    clinic.remove(box)
    assert clinic.held(box) is None
    assert list(box.tls_dir.iterdir()) == []


def test_in_a_shared_folder_the_group_may_read_it_whoever_took_it_in(box: Box) -> None:
    box.tls_dir.chmod(0o2770)
    clinic.take_in(box, bought(NOW).pem, "", NOW)
    assert stat.S_IMODE(clinic.path_of(box).stat().st_mode) & 0o447 == 0o440
