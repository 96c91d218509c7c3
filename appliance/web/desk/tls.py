"""What the pages are encrypted with: the box's own certificate, which looks after itself, and the clinic's, if it has one."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.identity import LOOPBACK, clinic
from appliance.identity.box import (
    BROKER,
    WEB,
    box_authority,
    certificate_of,
    names_of_certificate,
    names_under,
)
from appliance.identity.clinic import ClinicServerCertificate
from appliance.ledger import audit
from appliance.ledger.times import clinic_day
from appliance.web import errors, guard
from appliance.web.desk.area import KEEPERS, blueprint
from appliance.web.room import here

LATE_DAYS = 25
"""The box renews its own a month before its end; with so few days left it was kept from it."""


@dataclass(frozen=True)
class Own:
    """The box's own certificate of one of its servers."""

    label: str
    names: tuple[str, ...]
    last_day: datetime
    days_left: int

    @property
    def is_late(self) -> bool:
        """Whether the box ought to have renewed it by now."""
        return self.days_left < LATE_DAYS


@blueprint.get("/desk/tls")
@guard.allow(*KEEPERS)
def tls() -> str:
    """What is served now, and the form for the clinic's own."""
    return _page(None)


@blueprint.post("/desk/tls")
@guard.allow(*KEEPERS)
def take_in_tls() -> Response:
    """Take in the clinic's own. From the next connection on it is served."""
    room = here()
    content = b"\n".join(file.read() for file in request.files.getlist("file"))
    try:
        held = clinic.take_in(room.box, content, request.form.get("passphrase", ""), room.clock())
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(trouble), errors.status_of(trouble))
    _note("tls-certificate", held.fingerprint[:8])
    return _back()


@blueprint.post("/desk/tls/remove")
@guard.allow(*KEEPERS)
def remove_tls() -> Response:
    """Forget the clinic's own. The box's is served in its place."""
    held = clinic.held(here().box)
    clinic.remove(here().box)
    _note("tls-certificate-remove", held.fingerprint[:8] if held else "")
    return _back()


def _page(trouble: Trouble | None) -> str:
    room = here()
    ca, held = box_authority(room.box, room.settings, room.clock()), clinic.held(room.box)
    names, left_out = names_under(ca, room.settings, WEB)
    own = [one for one in (_own(WEB, "画面"), _own(BROKER, "電子カルテとの連携（MQTT）")) if one is not None]
    return render_template(
        "desk/tls.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        own=own,
        left_out=left_out,
        ca_ends=ca.certificate.not_valid_after_utc,
        held=held,
        days_left=_days_left(held.not_after) if held else 0,
        is_valid=held is not None and held.is_valid(room.clock()),
        is_ending=held is not None and held.is_ending(room.clock()),
        is_elsewhere=held is not None and not _is_for_any(held, names),
        others=[one for one in names if one not in LOOPBACK],
    )


def _own(server: str, label: str) -> Own | None:
    certificate = certificate_of(here().box, server)
    if certificate is None:
        return None
    ends = certificate.not_valid_after_utc
    names = tuple(one for one in names_of_certificate(certificate) if one not in LOOPBACK)
    return Own(label, names, ends, _days_left(ends))


def _is_for_any(held: ClinicServerCertificate, names: tuple[str, ...]) -> bool:
    """Whether it bears a name that the box knows for its own. Another may still lead to it: that is the clinic's DNS."""
    return any(held.is_for(one) for one in names)


def _days_left(ends: datetime) -> int:
    return (clinic_day(ends) - clinic_day(here().clock())).days


def _note(action: str, detail: str) -> None:
    room = here()
    audit.write(room.ledger, guard.signed_in().name, action, "web", room.clock(), detail)


def _back() -> Response:
    return make_response(redirect(url_for("desk.tls"), 303))
