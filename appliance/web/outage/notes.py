"""The list of notes, the form, and the page of one note."""

from datetime import date, timedelta

from flask import Response, jsonify, render_template, request

from appliance.eligibility.outage import REASON_LABELS, RECEIVED_LABELS, SEX_LABELS
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, line, outage_lists, outage_notes
from appliance.ledger.line import Phase
from appliance.ledger.outage_notes import Note
from appliance.ledger.times import clinic_day
from appliance.web import guard
from appliance.web.outage import form, prefill, words
from appliance.web.outage.area import (
    WRITERS,
    blueprint,
    body_of,
    done,
    note_down,
    note_of,
    refused,
    version_seen,
)
from appliance.web.reception.manual import Findings, Typed, typed_of
from appliance.web.reception.message_of import search_of
from appliance.web.room import here

SHOWN_DAYS = timedelta(days=31)
LISTS_SHOWN = 5


@blueprint.get("")
@guard.allow(*WRITERS)
def start() -> str:
    """The notes of some days, by what is still to do."""
    room = here()
    now = room.clock()
    first, last = period(clinic_day(now))
    note_down("list-outage-notes", "")
    view = words.VIEWS.get(request.args.get("view", ""), words.VIEWS["todo"])
    notes = outage_notes.visited(room.ledger, first, last)
    return render_template(
        "outage/start.html",
        first=first,
        last=last,
        view=view,
        views=[(one, sum(note.state in one.states for note in notes)) for one in words.VIEWS.values()],
        rows=[words.row_of(note, clinic_day(now)) for note in notes if note.state in view.states],
        to_list=sum(note.state in outage_lists.TO_LOOK_UP for note in notes),
        lists=[words.list_of(one) for one in outage_lists.latest(room.ledger, LISTS_SHOWN)],
    )


def period(today: date) -> tuple[date, date]:
    """The days that the address names; by default the last month and whatever before it is still to do."""
    to_do = outage_notes.days_to_do(here().ledger)
    first = day_named(request.args.get("from", "")) or min(today - SHOWN_DAYS, to_do[0] if to_do else today)
    return first, day_named(request.args.get("to", "")) or today


def day_named(text: str) -> date | None:
    """The day `2026-11-22` means; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@blueprint.get("/notes/new")
@guard.allow(*WRITERS)
def new_note() -> str:
    """The empty form, filled with what the check `check` knows, or with the circumstances of the note `after`."""
    room = here()
    typed = prefill.empty(room, _is_line_down())
    before = outage_notes.find(room.ledger, request.args.get("after", ""))
    check_id = request.args.get("check", "")
    if before is not None:
        typed = prefill.alike(typed, before.facts)
    if check_id:
        check = checks.find(room.ledger, check_id)
        if check is None:
            raise Trouble("INPUT-005")
        known = outage_notes.of_check(room.ledger, check_id)
        if known is not None:
            return one_note(known.id)
        typed = prefill.of_check(room, typed, check)
    return _form(typed, check_id=check_id, saved=before)


@blueprint.post("/notes/judge")
@guard.allow(*WRITERS)
def judge() -> Response:
    """What is wrong with what is typed so far."""
    return jsonify(body_of(_judged(form.read(request.form), request.form.get("note", ""))))


@blueprint.post("/notes")
@guard.allow(*WRITERS)
def write() -> Response:
    """Write a note down. Answers 422 with the findings as manual entry does."""
    room = here()
    typed = form.read(request.form)
    answer = refused(_judged(typed))
    if answer is not None:
        return answer
    check_id = request.form.get("check") or None
    if check_id and checks.find(room.ledger, check_id) is None:
        raise Trouble("INPUT-005")
    note_id = outage_notes.write(
        room.ledger, form.facts_of(typed), guard.signed_in().name, room.clock(), check_id
    )
    note_down("write-outage-note", note_id)
    goes_on = request.form.get("then") == "next"
    return done(note_id, f"/outage/notes/new?after={note_id}" if goes_on else f"/outage/notes/{note_id}")


@blueprint.get("/notes/<note_id>")
@guard.allow(*WRITERS)
def one_note(note_id: str) -> str:
    """A note with all that happened to it, the answers it got, and what can be done."""
    room = here()
    note = note_of(note_id)
    if "refresh" not in request.args:
        note_down("open-outage-note", note_id)
    revision = checks.latest_revision(room.ledger)
    return render_template(
        "outage/note.html",
        note=words.detail_of(room.ledger, note, room.clock()),
        numbers=_numbers(note),
        closing_reasons=words.CLOSING_REASONS,
        revision=revision,
    )


@blueprint.get("/notes/<note_id>/edit")
@guard.allow(*WRITERS)
def edit_form(note_id: str) -> str:
    """The form with what the note says."""
    note = note_of(note_id)
    note_down("open-outage-note", note_id)
    return _form(form.typed_of(note.facts), note=note)


@blueprint.post("/notes/<note_id>")
@guard.allow(*WRITERS)
def edit(note_id: str) -> Response:
    """Put a note right; what it said before is kept."""
    room = here()
    typed = form.read(request.form)
    answer = refused(_judged(typed, note_id))
    if answer is not None:
        return answer
    facts, actor = form.facts_of(typed), guard.signed_in().name
    if outage_notes.edit(room.ledger, note_id, version_seen(), facts, actor, room.clock()):
        note_down("edit-outage-note", note_id)
    return done(note_id, f"/outage/notes/{note_id}")


def _form(
    typed: form.Typed, *, note: Note | None = None, check_id: str = "", saved: Note | None = None
) -> str:
    room = here()
    return render_template(
        "outage/form.html",
        typed=typed,
        note=note,
        check_id=check_id,
        saved=saved,
        today=clinic_day(room.clock()),
        reasons=REASON_LABELS,
        received=RECEIVED_LABELS,
        sexes=SEX_LABELS,
        codes=_codes(note.id if note else ""),
    )


def _judged(typed: form.Typed, note_id: str = "") -> Findings:
    room = here()
    is_twice = any(
        form.is_same(typed, other.facts) and other.id != note_id for other in _on_day(typed.visited_on)
    )
    return form.judge(typed, clinic_day(room.clock()), _codes(note_id), is_twice=is_twice)


def _codes(note_id: str) -> tuple[str, ...]:
    """Our institution codes, and that of a note that was written under another one long ago."""
    note = outage_notes.find(here().ledger, note_id)
    codes = here().settings.institution_codes
    return (
        codes
        if note is None or note.facts.institution_code in codes
        else (*codes, note.facts.institution_code)
    )


def _on_day(text: str) -> tuple[Note, ...]:
    day = day_named(text)
    return outage_notes.visited(here().ledger, day, day) if day else ()


def _is_line_down() -> bool:
    state = line.current(here().ledger)
    return state is not None and state.phase in (Phase.STOPPED, Phase.HELD, Phase.CONFIRMING)


def _numbers(note: Note) -> Typed:
    """The numbers that were last asked about for a note, or those of the check it stands for; empty when none are known."""
    for check_id in (note.lookup_id, note.check_id):
        check = checks.find(here().ledger, check_id) if check_id else None
        search = search_of(check) if check else None
        if search is not None:
            return typed_of(search, None)
    return Typed()
