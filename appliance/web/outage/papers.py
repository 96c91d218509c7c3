"""What is printed: the list for the later lookup, and the draft of the usage report (利用報告書)."""

from collections import Counter
from datetime import date, datetime, time, timedelta

from flask import Response, jsonify, make_response, render_template, request

from appliance.eligibility.outage import REASON_LABELS, Reason
from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import line, outage_lists, outage_notes
from appliance.ledger.outage_notes import Note
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web import errors, guard
from appliance.web.outage import words
from appliance.web.outage.area import WRITERS, blueprint, done, note_down
from appliance.web.outage.notes import day_named, period
from appliance.web.room import here
from appliance.web.texts.choice import in_japanese


@blueprint.post("/lists")
@guard.allow(*WRITERS)
def make_list() -> Response:
    """Put what is still to be looked up in some days on a new list; then it can be printed as often as one likes."""
    room = here()
    first, last = day_named(request.form.get("from", "")), day_named(request.form.get("to", ""))
    if first is None or last is None:
        raise Trouble("INPUT-001", "from, to")
    list_id = outage_lists.make(room.ledger, first, last, guard.signed_in().name, room.clock())
    if list_id is None:
        body = errors.error_body(Trouble("INPUT-001"))
        errors_found = {
            "errors": {"period": "この期間に、照会前のメモはありません。"},
            "warnings": {},
            "echo": "",
        }
        return make_response(jsonify(errors_found | body), 422)
    note_down("make-outage-list", list_id)
    return done(list_id, f"/outage/lists/{list_id}")


@blueprint.get("/lists/<list_id>")
@guard.allow(*WRITERS)
def one_list(list_id: str) -> str:
    """A list, made for paper."""
    room = here()
    found = outage_lists.find(room.ledger, list_id)
    if found is None:
        raise Trouble("INPUT-005")
    note_down("open-outage-list", list_id)
    today = clinic_day(room.clock())
    return render_template(
        "outage/list.html",
        list=words.list_of(found),
        rows=[(place, words.row_of(note, today)) for place, note in outage_lists.rows(room.ledger, list_id)],
        code=room.settings.institution_code,
        has_codes=len(room.settings.institution_codes) > 1,
        printed=words.moment(room.clock()),
    )


@blueprint.get("/report")
@guard.allow(*WRITERS)
@in_japanese
def report() -> str:
    """The draft of the usage report for some days; its fields can be changed before it is printed."""
    room = here()
    now = room.clock()
    first, last = period(clinic_day(now))
    notes = outage_notes.visited(room.ledger, first, last)
    reasons = Counter(note.facts.reason for note in notes)
    note_down("open-outage-report", "outage")
    return render_template(
        "outage/report.html",
        first=first,
        last=last,
        days=words.period(*_visits(notes, first, last)),
        today=words.long_day(clinic_day(now)),
        code=room.settings.institution_code,
        people=len(notes),
        looked_up=sum(note.lookup_id is not None for note in notes),
        reasons="\n".join(
            said("{reason} {count}人", reason=REASON_LABELS[one], count=reasons[one])
            for one in Reason
            if reasons[one]
        ),
        stops="\n".join(words.stops(line.between(room.ledger, *_moments(first, last)), now)),
        by=guard.signed_in().name,
    )


def _visits(notes: tuple[Note, ...], first: date, last: date) -> tuple[date, date]:
    """The days on which the patients of these notes came; those asked for when there are no notes."""
    days = [note.facts.visited_on for note in notes] or [first, last]
    return min(days), max(days)


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    """From midnight to midnight in Japan."""
    return (
        datetime.combine(first, time.min, JAPAN),
        datetime.combine(last + timedelta(days=1), time.min, JAPAN),
    )
