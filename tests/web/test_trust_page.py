"""The page for devices that do not trust the box yet: open to all, and true."""

import hashlib
import ssl
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from appliance.identity import clinic
from appliance.identity.box import WEB, files_of
from appliance.ledger.times import utc_now
from tests.clinic_server import NAME, bought
from tests.web.desk_world import Desk

IPAD = "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.fixture
def anybody(desk: Desk) -> Iterator[FlaskClient]:
    """Somebody who is not signed in, at a box that is called uketsuke.lan."""
    desk.settings = replace(desk.settings, tls_names=("uketsuke.lan",), trust_port=8080)
    files_of(desk.box, desk.settings, WEB, desk.now())
    with desk.app().test_client() as found:
        yield found


def shown(anybody: FlaskClient, host: str = "uketsuke.lan", agent: str = "") -> str:
    answer = anybody.get("/trust", base_url=f"http://{host}", headers={"User-Agent": agent})
    assert answer.status_code == 200
    return answer.text


def test_the_files_own_hash_is_the_fingerprint_on_the_page(desk: Desk, anybody: FlaskClient) -> None:
    answer = anybody.get("/trust/madoguchi-ca.crt")
    assert answer.mimetype == "application/x-x509-ca-cert"
    digest = hashlib.sha256(answer.data).hexdigest().upper()
    page = shown(anybody)
    assert " ".join(digest[at : at + 4] for at in range(0, 64, 4)) in page
    assert hashlib.sha1(answer.data, usedforsecurity=False).hexdigest().upper()[:4] in page
    pem = anybody.get("/trust/madoguchi-ca.pem").text
    assert ssl.PEM_cert_to_DER_cert(pem) == answer.data
    assert pem == (desk.box.tls_dir / "ca.pem").read_text("ascii")


def test_it_names_the_address_it_was_called_by_and_no_stranger(anybody: FlaskClient) -> None:
    page = shown(anybody)
    assert "http://uketsuke.lan:8080/trust" in page
    assert page.index("https://uketsuke.lan:8443/") < page.index(".local:8443/")
    for host in ("evil.example", "evil.example:8080", "[2001:db8::1]:8080", "localhost"):
        page = shown(anybody, host)
        assert "http://localhost" not in page
        assert "evil" not in page
        assert "2001:db8" not in page


@pytest.mark.parametrize(("agent", "first"), [(IPAD, "ios"), (FIREFOX, "firefox"), ("", "windows")])
def test_the_steps_for_this_device_come_first(anybody: FlaskClient, agent: str, first: str) -> None:
    page = shown(anybody, agent=agent)
    at = {
        one: page.index(f'class="device" id="{one}"')
        for one in ("windows", "ios", "firefox", "android", "macos")
    }
    assert min(at, key=at.__getitem__) == first
    assert page.count("この端末</span>") == 1


def test_with_the_clinics_own_it_says_who_needs_none_of_this(desk: Desk, anybody: FlaskClient) -> None:
    assert NAME not in shown(anybody)
    clinic.take_in(desk.box, bought(utc_now()).pem, "", utc_now())
    assert NAME in shown(anybody)
