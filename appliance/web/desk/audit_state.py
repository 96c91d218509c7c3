"""Whether the audit trail is as it was written: the last look at it, a new one, the signatures to keep elsewhere."""

from flask import Response, jsonify, make_response, redirect, render_template, url_for

from appliance.ledger import audit
from appliance.ledger.times import JAPAN, clinic_day
from appliance.ledger.trail import heads, looks
from appliance.ledger.trail.words import finding_words, restored_words
from appliance.web import guard
from appliance.web.desk.area import ADMINISTRATORS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.room import here


@blueprint.get("/desk/audit/state")
@guard.allow(*ADMINISTRATORS)
def trail_page() -> str:
    """How the last look went, and the newest signature."""
    room = here()
    last = looks.last(room.ledger)
    looked = last.looked
    return render_template(
        "desk/audit_state.html",
        last=last,
        looked=looked,
        code=looks.CODE,
        findings=[finding_words(one) for one in looked.findings] if looked else [],
        restored=[restored_words(one) for one in looked.restored] if looked else [],
        head=heads.newest(room.ledger),
        moment=moment,
        japan=JAPAN,
    )


@blueprint.get("/desk/audit/verify")
@guard.allow(*ADMINISTRATORS)
def trail_look() -> Response:
    """Whether sync still has to look; for the page that waits."""
    return jsonify({"waiting": looks.last(here().ledger).wanted_at is not None})


@blueprint.post("/desk/audit/verify")
@guard.allow(*ADMINISTRATORS)
def verify_trail() -> Response:
    """Ask for a look now."""
    room = here()
    looks.want(room.ledger, guard.signed_in().name, room.clock())
    return make_response(redirect(url_for("desk.trail_page"), 303))


@blueprint.post("/desk/audit/heads")
@guard.allow(*ADMINISTRATORS)
def copy_heads() -> Response:
    """All signed heads as a file, to keep where nobody who can change the box gets at it."""
    room = here()
    now = room.clock()
    audit.write(room.ledger, guard.signed_in().name, "audit-heads-copied", "", now)
    answer = Response(room.box.audit_heads.read_bytes() if room.box.audit_heads.exists() else b"")
    answer.headers["Content-Type"] = "text/plain; charset=UTF-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="shomei-{clinic_day(now):%Y%m%d}.txt"'
    return answer
