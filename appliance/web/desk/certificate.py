"""The clinic's certificate: how long it lasts, taking in a new one in two steps, putting it to use, how to renew."""

from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for

from appliance.certificate_hatch import NewCertificate, hand_over
from appliance.eligibility.certificate import (
    PLACE_LABELS,
    SAFE_LABELS,
    HeldCertificate,
    Place,
    SafeKind,
    Standing,
)
from appliance.eligibility.rules.notices import CLINIC_CERTIFICATE, NoticeRow
from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, certificates
from appliance.ledger.times import JAPAN, clinic_day
from appliance.rulebook import rulebook_of
from appliance.web import errors, guard
from appliance.web.desk.area import KEEPERS, blueprint
from appliance.web.notices import all_standings
from appliance.web.room import here

_TONES = {Place.ACTIVE: "good", Place.WAITING: "busy", Place.OFFERED: "wait", Place.RETIRED: "mute"}


@dataclass(frozen=True)
class Card:
    """One certificate as the page shows it."""

    held: HeldCertificate
    word: str
    tone: str
    kept: str
    is_development: bool
    days_left: int
    can_be_used: bool
    added: str
    refused: str


@blueprint.get("/desk/certificate")
@guard.allow(*KEEPERS)
def certificate() -> str:
    """All certificates, and the form for a new one."""
    return _page(None)


@blueprint.post("/desk/certificate")
@guard.allow(*KEEPERS)
def offer() -> Response:
    """The first step: sync opens the file; what is in it is shown on the next page."""
    file, phrase = request.files.get("file"), request.form.get("passphrase", "")
    try:
        content = file.read() if file is not None else b""
        new = NewCertificate(content, phrase, guard.signed_in().name)
        fingerprint = hand_over(here().box.certificate_socket, new)
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(trouble), errors.status_of(trouble))
    return make_response(redirect(url_for("desk.offered", fingerprint=fingerprint), 303))


@blueprint.get("/desk/certificate/<fingerprint>")
@guard.allow(*KEEPERS)
def offered(fingerprint: str) -> Response:
    """The second step: what is in the file, to be accepted or not."""
    card = _card(certificates.find(here().ledger, fingerprint))
    if card.held.place is not Place.OFFERED:
        return make_response(redirect(url_for("desk.certificate")))
    return make_response(
        render_template("desk/offered.html", card=card, current=_current(card.held.institution_code))
    )


@blueprint.post("/desk/certificate/<fingerprint>/accept")
@guard.allow(*KEEPERS)
def accept(fingerprint: str) -> Response:
    """Keep an offered one; with `use` put it to use at once."""
    one = certificates.accept(here().ledger, fingerprint)
    _note("certificate-accept", one)
    return activate(fingerprint) if request.form.get("use") else _back()


@blueprint.post("/desk/certificate/<fingerprint>/activate")
@guard.allow(*KEEPERS)
def activate(fingerprint: str) -> Response:
    """Use this one from the next question on."""
    one = certificates.activate(here().ledger, fingerprint, here().clock())
    _note("certificate-activate", one)
    return _back()


@blueprint.post("/desk/certificate/<fingerprint>/remove")
@guard.allow(*KEEPERS)
def remove(fingerprint: str) -> Response:
    """Forget one that is not in use."""
    one = certificates.remove(here().ledger, fingerprint)
    _note("certificate-remove", one)
    return _back()


@blueprint.get("/desk/certificate/guide")
@guard.allow(*guard.STAFF)
def guide() -> str:
    """How to renew: when, for how much, step by step. For everybody who works here, and for printing."""
    room = here()
    day = clinic_day(room.clock())
    return render_template(
        "desk/guide.html",
        standings=all_standings(),
        rule=rulebook_of(room.box).find(NoticeRow, day, CLINIC_CERTIFICATE),
        is_keeper=guard.signed_in().role in KEEPERS,
        day=day,
    )


def _page(trouble: Trouble | None) -> str:
    return render_template(
        "desk/certificate.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        standings=all_standings(),
        cards=sorted(
            (_card(one) for one in certificates.held(here().ledger)),
            key=lambda card: (card.held.institution_code, list(_TONES).index(card.held.place)),
        ),
    )


def _current(code: str) -> Standing | None:
    return next(
        (one for one in all_standings() if one.institution_code == code and one.last_day is not None), None
    )


def _card(one: HeldCertificate) -> Card:
    now = here().clock()
    refused = one.refused_at.astimezone(JAPAN) if one.refused_at else None
    return Card(
        held=one,
        word=PLACE_LABELS[one.place],
        tone=_TONES[one.place],
        kept=SAFE_LABELS[SafeKind(one.kept)] if one.kept else "",
        is_development=one.kept == SafeKind.FILE,
        days_left=(one.last_day - clinic_day(now)).days,
        can_be_used=one.place in (Place.WAITING, Place.RETIRED) and one.is_valid(now),
        added=f"{one.added_at.astimezone(JAPAN):%Y-%m-%d %H:%M}",
        refused=said(
            "{month}月{day}日 {hour}:{minute:02d}",
            month=refused.month,
            day=refused.day,
            hour=refused.hour,
            minute=refused.minute,
        )
        if refused
        else "",
    )


def _note(action: str, one: HeldCertificate) -> None:
    room = here()
    audit.write(room.ledger, guard.signed_in().name, action, one.short, room.clock(), one.institution_code)


def _back() -> Response:
    return make_response(redirect(url_for("desk.certificate"), 303))
