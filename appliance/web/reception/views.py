"""The board, its live events, and the detail of one check with what can be done about it."""

from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, render_template, request
from flask.blueprints import BlueprintSetupState

from appliance.eligibility import message_xml
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, board, checks, follow_ups, results, tasks
from appliance.ledger.accounts import Role
from appliance.ledger.checks import Check, CheckState, NewCheck, Origin
from appliance.ledger.times import clinic_day
from appliance.rulebook import rulebook_of
from appliance.web import errors, guard, house
from appliance.web.reception.awaiting import TodayLook
from appliance.web.reception.desk_name import desk_name
from appliance.web.reception.details import detail_of
from appliance.web.reception.expected_rows import morning_of, rows_of
from appliance.web.reception.feed import BoardFeed
from appliance.web.reception.manual import again
from appliance.web.reception.message_of import search_of
from appliance.web.reception.received import received_of
from appliance.web.reception.shelf import put_up, shelf
from appliance.web.reception.tiles import center_tile, reader_tiles, small_links
from appliance.web.room import here
from appliance.web.texts.choice import language

_ELSEWHERE = {Role.PATIENT_SCREEN: "/patient", Role.MAINTENANCE: "/desk"}

blueprint = Blueprint(
    "reception",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/reception/static",
)


@blueprint.record_once
def _put_up(state: BlueprintSetupState) -> None:
    put_up(state.app)


@blueprint.get("/")
@guard.allow(*Role)
def start() -> Response:
    """The departure board of today; whoever may not see it is sent to the first page of their own."""
    elsewhere = _ELSEWHERE.get(guard.signed_in().role)
    if elsewhere:
        return make_response(redirect(elsewhere))
    return make_response(board_page(enter=request.args.get("enter", "")))


@blueprint.get("/reception/events")
@guard.allow(*guard.CLINIC)
def events() -> Response:
    """The live events of the board, from the revision that the page has seen."""
    room = here()
    last_seen = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    templates, names = current_app.jinja_env, house.names()
    return room.hub.response(
        f"reception {language()}",
        lambda: BoardFeed(room.ledger, room.clock, templates, names, room.settings.institution_code),
        last_seen,
        guard.is_welcome(),
        once="once" in request.args,
    )


@blueprint.get("/reception/alive")
@guard.allow(*guard.CLINIC)
def alive() -> Response:
    """204 while this sign-in is good: a page that lost its stream asks why."""
    return Response(status=204)


@blueprint.get("/reception/checks/<check_id>")
@guard.allow(*guard.CLINIC)
def check_detail(check_id: str) -> str:
    """The pane of one check; the whole board with the pane open for a person who follows a link."""
    check = _check(check_id)
    room = here()
    if errors.wants_page():
        return board_page(open_row=check_id)
    if "refresh" not in request.args:
        audit.write(room.ledger, guard.signed_in().name, "open-check", check_id, room.clock())
    return render_template(
        "reception/detail.html",
        detail=detail_of(
            room.ledger,
            check,
            room.clock(),
            house.name_of(check.institution_code),
            rulebook_of(room.box),
            TodayLook(room.ledger, room.settings.institution_code).at(room.clock()),
        ),
        received=received_of(room.ledger, check),
    )


@blueprint.post("/reception/checks/<check_id>/seen")
@guard.allow(*guard.CLINIC)
def seen(check_id: str) -> Response:
    """Somebody has dealt with the answer; the row leaves the top."""
    room = here()
    _check(check_id)
    actor = guard.signed_in().name
    with room.ledger.together():
        if board.mark_seen(room.ledger, check_id, actor, room.clock()):
            audit.write(room.ledger, actor, "see-check", check_id, room.clock())
    return jsonify({"id": check_id})


@blueprint.post("/reception/checks/<check_id>/withdraw")
@guard.allow(*guard.CLINIC)
def withdraw(check_id: str) -> Response:
    """Stop a check that waits. Too late is no error of the person: the answer is on its way."""
    room = here()
    _check(check_id)
    with room.ledger.together():
        if not results.withdraw(room.ledger, check_id, room.clock()):
            raise Trouble("INPUT-006")
        audit.write(room.ledger, guard.signed_in().name, "withdraw-check", check_id, room.clock())
    return jsonify({"id": check_id})


@blueprint.post("/reception/checks/<check_id>/repeat")
@guard.allow(*guard.CLINIC)
def repeat(check_id: str) -> Response:
    """Ask again with the same numbers, as a new check. Not for cards: a card must be there each time."""
    room = here()
    check = _check(check_id)
    search = search_of(check)
    if search is None or check.state in (CheckState.RECEIVED, CheckState.WAITING, CheckState.ASKING):
        raise Trouble("INPUT-006")
    now = room.clock()
    message = again(search, check.institution_code, clinic_day(now))
    new = NewCheck(
        origin=Origin.MANUAL,
        institution_code=check.institution_code,
        request_xml=message_xml.write(message),
        document=check.document,
    )
    with room.ledger.together():
        new_id = follow_ups.open_after(room.ledger, new, check.id, now)
        audit.write(room.ledger, guard.signed_in().name, "repeat-check", new_id, now, detail=check_id)
    return jsonify({"id": new_id})


def _check(check_id: str) -> Check:
    check = checks.find(here().ledger, check_id)
    if check is None:
        raise Trouble("INPUT-005")
    return check


def board_page(open_row: str = "", enter: str = "") -> str:
    """The whole board, with the pane of the check or the expected person `open_row` open."""
    room = here()
    now = room.clock()
    # The revision first: what changes while the rows are read comes again as an event.
    revision = checks.latest_revision(room.ledger)
    today = TodayLook(room.ledger, room.settings.institution_code).at(now)
    template = current_app.jinja_env.get_template("reception/row.html")
    rows = shelf().rows(room.ledger, now, today, template)
    return render_template(
        "reception/board.html",
        rows=rows,
        expected=rows_of(today, {row.came for row in rows}),
        revision=revision,
        day=today.day,
        now=now,
        open_check=open_row,
        enter=enter,
        task_count=tasks.count_open(room.ledger),
        readers=reader_tiles(room.ledger, house.names()),
        center=center_tile(room.ledger, now),
        links=small_links(room.ledger),
        desk=desk_name(),
        morning=morning_of(today),
    )
