"""The page of what was opened in an emergency: by whom, why, of which check, and what an administrator found of it."""

from flask import Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import emergency
from appliance.ledger.emergency import LONGEST_NOTE, WHY_LABELS, Verdict
from appliance.web import errors, guard
from appliance.web.desk.area import ADMINISTRATORS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.room import here

VERDICT_LABELS = {Verdict.PROPER: "必要な閲覧だった", Verdict.IMPROPER: "必要な閲覧ではなかった"}
_SHOWN = 50


@blueprint.get("/desk/emergency")
@guard.allow(*ADMINISTRATORS)
def emergency_openings() -> str:
    """What nobody has gone through yet, and the latest of the rest."""
    return _page(None)


@blueprint.post("/desk/emergency/<opening_id>/end")
@guard.allow(*ADMINISTRATORS)
def end_opening(opening_id: str) -> Response:
    """End it at once. Raises `Trouble` INPUT-006 when it is over."""
    emergency.end(here().ledger, opening_id, guard.signed_in().name, here().clock())
    return make_response(redirect(url_for("desk.emergency_openings"), 303))


@blueprint.post("/desk/emergency/<opening_id>/review")
@guard.allow(*ADMINISTRATORS)
def review_opening(opening_id: str) -> Response:
    """`verdict`, `note`: what was found of it, once for good."""
    room = here()
    try:
        emergency.review(
            room.ledger,
            opening_id,
            _verdict(),
            request.form.get("note", ""),
            guard.signed_in().name,
            room.clock(),
        )
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(trouble), errors.status_of(trouble))
    return make_response(redirect(url_for("desk.emergency_openings"), 303))


def _verdict() -> Verdict:
    try:
        return Verdict(request.form.get("verdict", ""))
    except ValueError as error:
        raise Trouble("INPUT-001", "どうだったかを選んでください") from error


def _page(trouble: Trouble | None) -> str:
    room = here()
    return render_template(
        "desk/emergency.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        waiting=emergency.unreviewed(room.ledger),
        done=emergency.latest(room.ledger, _SHOWN),
        why=WHY_LABELS,
        verdicts=VERDICT_LABELS,
        longest=LONGEST_NOTE,
        minutes=room.settings.emergency_minutes,
        moment=moment,
        now=room.clock(),
    )
