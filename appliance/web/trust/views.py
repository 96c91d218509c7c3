"""The page for a device that does not trust the box yet: the CA to save, its fingerprint, and where to put it. Open to all.

It cannot prove itself: who could replace the CA on its way could replace the fingerprint beside it. So it says where
else the fingerprint stands.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup
from segno import make as qr_code

from appliance.identity import LOOPBACK, clinic
from appliance.identity.box import WEB, box_authority, names_in
from appliance.web import guard
from appliance.web.room import here

FILE = "madoguchi-ca"
_GROUP = 4
_HTTP, _HTTPS = 80, 443
DEVICES = {
    "windows": "Windows",
    "macos": "Mac",
    "ios": "iPad・iPhone",
    "android": "Android",
    "chromeos": "Chromebook",
    "firefox": "Firefox",
}
_MARKS = (
    ("CrOS", "chromeos"),
    ("Android", "android"),
    ("iPhone", "ios"),
    ("iPad", "ios"),
    ("Windows", "windows"),
    ("Mac OS X", "macos"),
)

blueprint = Blueprint(
    "trust", __name__, template_folder="templates", static_folder="static", static_url_path="/trust/static"
)


@blueprint.get("/trust")
@guard.public
def page() -> str:
    """What to save, how to know that it is the right one, where to put it. Raises `OSError`, `ValueError` for a broken CA."""
    certificate, host = _certificate(), _host()
    address = _address(host)
    return render_template(
        "trust/page.html",
        file=FILE,
        fingerprint=fingerprint(certificate, SHA256()),
        thumbprint=fingerprint(certificate, SHA1()),  # noqa: S303 - what Windows shows; nothing relies on it
        ends=certificate.not_valid_after_utc,
        address=address,
        # On white in the dark as well: not every camera reads it the other way round.
        picture=Markup(qr_code(address, error="m").svg_inline(scale=4, dark="#000", light="#fff")),  # noqa: S704 - segno draws it
        pages=[_page_at(one) for one in dict.fromkeys((host, *_names()))],
        spared=_names_of_the_clinics(),
        devices=DEVICES,
        device=_device(request.user_agent.string),
    )


@blueprint.get(f"/trust/{FILE}.crt")
@guard.public
def for_people() -> Response:
    """The CA in DER: the file's own SHA-256 is then the fingerprint."""
    return _file(_certificate().public_bytes(Encoding.DER), "crt")


@blueprint.get(f"/trust/{FILE}.pem")
@guard.public
def for_programs() -> Response:
    """The CA in PEM."""
    return _file(_certificate().public_bytes(Encoding.PEM), "pem")


def fingerprint(certificate: x509.Certificate, kind: HashAlgorithm) -> str:
    """In groups that can be compared by eye."""
    text = certificate.fingerprint(kind).hex().upper()
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def _certificate() -> x509.Certificate:
    room = here()
    return box_authority(room.box, room.settings, room.clock()).certificate


def _file(content: bytes, suffix: str) -> Response:
    response = make_response(content)
    response.mimetype = "application/x-x509-ca-cert" if suffix == "crt" else "application/x-pem-file"
    response.headers["Content-Disposition"] = f"attachment; filename={FILE}.{suffix}"
    return response


def _names() -> list[str]:
    """Where others find the box: names before addresses."""
    found = [one for one in names_in(here().box, WEB) if one not in LOOPBACK]
    return sorted(found, key=_is_address)


def _host() -> str:
    """As whoever asks has called the box, unless that leads to the box from nowhere else. No stranger's name is repeated."""
    asked = (urlsplit(f"//{request.host}").hostname or "").lower()
    names = _names()
    return asked if asked in names else next(iter(names), LOOPBACK[0])


def _address(host: str) -> str:
    """Of this page, the way in that needs no trust where there is one."""
    port = here().settings.trust_port
    if port:
        return f"http://{_in_url(host)}{'' if port == _HTTP else f':{port}'}/trust"
    return f"{_page_at(host)}trust"


def _page_at(host: str) -> str:
    port = here().settings.web_port
    return f"https://{_in_url(host)}{'' if port == _HTTPS else f':{port}'}/"


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _names_of_the_clinics() -> tuple[str, ...]:
    """Names under which nothing has to be done, because the clinic's own certificate is shown there."""
    held = clinic.held(here().box)
    return held.names if held and held.is_valid(here().clock()) else ()


def _device(agent: str) -> str:
    """Which steps are to be shown first. An iPad may say that it is a Mac."""
    if "Firefox/" in agent and "Mobile" not in agent:
        return "firefox"
    return next((device for mark, device in _MARKS if mark in agent), "windows")
