"""Somebody who is expected today: opened beside the board, asked about at once, before which desk they are."""

from flask import Response, jsonify, render_template, request

from appliance.eligibility import message_xml
from appliance.eligibility.message import SearchInfo
from appliance.eligibility.numbers import padded_insurer_number
from appliance.eligibility.trouble import Trouble
from appliance.ledger import attending, audit, checks, expected
from appliance.ledger.checks import NewCheck, Origin
from appliance.ledger.expected import Expected
from appliance.ledger.times import clinic_day
from appliance.web import errors, guard, house
from appliance.web.reception.desk_name import desk_name
from appliance.web.reception.expected_rows import detail_of
from appliance.web.reception.manual import again
from appliance.web.reception.views import blueprint, board_page
from appliance.web.room import here

_PATH = "/reception/expected/<run_id>/<int:place>"


@blueprint.get(_PATH)
@guard.allow(*guard.CLINIC)
def expected_detail(run_id: str, place: int) -> str:
    """The pane of one person; the whole board with the pane open for a person who follows a link."""
    one = _expected(run_id, place)
    room = here()
    if errors.wants_page():
        return board_page(open_row=one.id)
    if "refresh" not in request.args:
        audit.write(room.ledger, guard.signed_in().name, "open-expected", one.id, room.clock())
    return render_template("reception/expected_detail.html", detail=detail_of(one, clinic_day(room.clock())))


@blueprint.post(f"{_PATH}/attend")
@guard.allow(*guard.CLINIC)
def attend_expected(run_id: str, place: int) -> Response:
    """The page `page` has this person before it."""
    room = here()
    one = _expected(run_id, place)
    attending.attend(room.ledger, request.form.get("page", ""), one.id, desk_name(), room.clock())
    return Response(status=204)


@blueprint.post(f"{_PATH}/repeat")
@guard.allow(*guard.CLINIC)
def ask_about_expected(run_id: str, place: int) -> Response:
    """Ask now with the numbers of the list, as a check of its own: its row stands for both."""
    room = here()
    now = room.clock()
    one = _expected(run_id, place)
    code = one.institution_code or house.usual() or room.settings.institution_code
    new = NewCheck(
        origin=Origin.MANUAL,
        institution_code=code,
        request_xml=message_xml.write(again(_search(one), code, clinic_day(now))),
    )
    with room.ledger.together():
        check_id = checks.open_check(room.ledger, new, now)
        audit.write(room.ledger, guard.signed_in().name, "manual-check", check_id, now, detail=one.id)
    return jsonify({"id": check_id})


def _search(one: Expected) -> SearchInfo:
    """限度額 would need the patient's word."""
    return SearchInfo(
        insurer_number=padded_insurer_number(one.asked.insurer_number),
        insured_card_symbol=one.asked.symbol or None,
        insured_identification_number=one.asked.number,
        insured_branch_number=one.asked.branch or None,
        birthdate=one.asked.birthdate,
        limit_application_certificate_related_cons_flg="0",
    )


def _expected(run_id: str, place: int) -> Expected:
    one = expected.find(here().ledger, run_id, place)
    if one is None:
        raise Trouble("INPUT-005")
    return one
