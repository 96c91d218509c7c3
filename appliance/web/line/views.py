"""The page of the line and what can be done on it."""

from datetime import timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, line, line_checks, line_report
from appliance.ledger.accounts import Role
from appliance.ledger.times import clinic_day
from appliance.web import guard
from appliance.web.line import words
from appliance.web.room import here

MAY_SWITCH = (Role.RECEPTION, Role.ADMINISTRATOR)
"""Who may treat the line as down: whoever has to explain it at the desk, or answers for the clinic."""

_HISTORY = 30

blueprint = Blueprint(
    "line", __name__, template_folder="templates", static_folder="static", static_url_path="/line/static"
)


@blueprint.get("/desk/line")
@guard.allow(*guard.STAFF)
def page() -> str:
    """How the line stands, the last look, the history and the report of a month."""
    room = here()
    now = room.clock()
    month = request.args.get("month") or f"{clinic_day(now):%Y-%m}"
    try:
        report = line_report.of_month(room.ledger, month, now)
    except ValueError as error:
        raise Trouble("INPUT-001", "month") from error
    history = line.latest(room.ledger, _HISTORY)
    current = history[0] if history else None
    return render_template(
        "line/page.html",
        standing=words.standing_of(current, now, line_checks.explaining(room.ledger, current)),
        is_held=line.is_held(room.ledger),
        may_switch=guard.signed_in().role in MAY_SWITCH,
        is_looking=line_checks.wanted(room.ledger) is not None,
        look=words.look_of(line_checks.latest_done(room.ledger)),
        history=[(words.moment(one.at), words.standing_of(one, now)) for one in history],
        report=report,
        shares=words.phase_shares(report),
        before=f"{report.first - timedelta(days=1):%Y-%m}",
        after=f"{line_report.month_of(month)[1]:%Y-%m}",
        is_over=report.end == line_report.month_of(month)[1],
        percent=words.percent,
        lasting=words.lasting,
        layers=words.layers,
        moment=words.moment,
        made=words.moment(now),
    )


@blueprint.post("/desk/line/hold")
@guard.allow(*MAY_SWITCH)
def hold() -> Response:
    """Treat the line as down. A second time changes nothing."""
    room = here()
    line.hold(room.ledger, guard.signed_in().name, room.clock())
    return _back()


@blueprint.post("/desk/line/release")
@guard.allow(*MAY_SWITCH)
def release() -> Response:
    """Let the line be asked again."""
    room = here()
    line.release(room.ledger, guard.signed_in().name, room.clock())
    return _back()


@blueprint.post("/desk/line/check")
@guard.allow(*guard.STAFF)
def check() -> Response:
    """Have sync look at every layer; the page says what it found as soon as it has."""
    room = here()
    actor = guard.signed_in().name
    line_checks.want(room.ledger, actor, room.clock())
    audit.write(room.ledger, actor, "check-line", "center", room.clock())
    return _back()


def _back() -> Response:
    return make_response(redirect("/desk/line", 303))
