"""What there is to do, and the list of a month's end."""

from datetime import date

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request

from appliance.eligibility.rules.deadlines import Deadline, claim_deadline
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, checks, month_end, tasks
from appliance.ledger.bulk_export import ExportEncoding
from appliance.ledger.follow_ups import BY_PERSON, How
from appliance.ledger.month_export import as_csv
from appliance.ledger.tasks import Outcome, TaskKind
from appliance.ledger.times import clinic_day
from appliance.rulebook import rulebook_of
from appliance.web import guard
from appliance.web.room import here
from appliance.web.tasks.feed import TaskFeed
from appliance.web.tasks.month_words import WHY_HINTS, neighbours, row_of
from appliance.web.tasks.words import by_urgency, card_of, moment
from appliance.web.texts.choice import language

CLOSED_SHOWN = 20

blueprint = Blueprint(
    "tasks",
    __name__,
    url_prefix="/tasks",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


@blueprint.get("")
@guard.allow(*guard.CLINIC)
def page() -> str:
    """What there is to do, most urgent first, and what was done last."""
    room = here()
    now = room.clock()
    revision = checks.latest_revision(room.ledger)
    todo = by_urgency(tasks.open_tasks(room.ledger))
    return render_template(
        "tasks/page.html",
        cards=[card_of(room.ledger, task, now) for task in todo],
        closed=[card_of(room.ledger, task, now) for task in tasks.closed(room.ledger, CLOSED_SHOWN)],
        revision=revision,
        month=f"{clinic_day(now):%Y-%m}",
    )


@blueprint.get("/events")
@guard.allow(*guard.CLINIC)
def events() -> Response:
    """The live events of the tasks, from the revision that the page has seen."""
    room = here()
    last_seen = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    templates = current_app.jinja_env
    return room.hub.response(
        f"tasks {language()}",
        lambda: TaskFeed(room.ledger, room.clock, templates),
        last_seen,
        guard.is_welcome(),
        once="once" in request.args,
    )


@blueprint.post("/<task_id>/done")
@guard.allow(*guard.CLINIC)
def done(task_id: str) -> Response:
    """Somebody has done it, or says that nothing need be done. A second time is no error of the person."""
    room = here()
    outcome = request.form.get("outcome", "")
    if outcome not in set(Outcome) - {Outcome.BY_ITSELF}:
        raise Trouble("INPUT-001", "outcome")
    found = tasks.find(room.ledger, task_id)
    if found is None:
        raise Trouble("INPUT-005")
    if found.kind is TaskKind.EMERGENCY:
        raise Trouble("AUTH-003")  # its review alone ends it, on a page of the administrators
    actor = guard.signed_in().name
    with room.ledger.together():
        if tasks.done(room.ledger, task_id, actor, Outcome(outcome), room.clock()):
            audit.write(room.ledger, actor, "end-task", task_id, room.clock(), detail=outcome)
    return jsonify({"id": task_id})


@blueprint.get("/month")
@guard.allow(*guard.CLINIC)
def month() -> str:
    """The visits of a month of which it is not known by which insurance to claim."""
    room = here()
    now = room.clock()
    first = _month()
    due = _deadline(first)
    last = due.last if due else None
    today = clinic_day(now)
    found = [row_of(case, last, today) for case in month_end.open_cases(room.ledger, first, today)]
    before, after = neighbours(first, now)
    audit.write(room.ledger, guard.signed_in().name, "open-month", f"{first:%Y-%m}", now)
    return render_template(
        "tasks/month.html",
        rows=found,
        hints=WHY_HINTS,
        first=first,
        last=last,
        is_past=last is not None and today > last,
        before=before,
        after=after,
        ends=BY_PERSON,
        asks_from=room.settings.follow_up_from,
        made=moment(now),
    )


@blueprint.post("/month/<check_id>/close")
@guard.allow(*guard.CLINIC)
def close(check_id: str) -> Response:
    """A person closes a visit: it is asked about no more."""
    room = here()
    how = request.form.get("how", "")
    if how not in BY_PERSON:
        raise Trouble("INPUT-001", "how")
    now = room.clock()
    if checks.find(room.ledger, check_id) is None:
        raise Trouble("INPUT-005")
    actor = guard.signed_in().name
    if month_end.find(room.ledger, check_id, clinic_day(now)) is None:
        raise Trouble("INPUT-006")
    with room.ledger.together():
        if month_end.close(room.ledger, check_id, How(how), actor, now):
            audit.write(room.ledger, actor, "close-visit", check_id, now, detail=how)
    return jsonify({"id": check_id})


@blueprint.get("/month/export")
@guard.allow(*guard.CLINIC)
def export() -> Response:
    """The month's list as CSV. Its name tells the month and nobody's name."""
    room = here()
    first = _month()
    encoding = ExportEncoding.SHIFT_JIS if request.args.get("encoding") == "cp932" else ExportEncoding.UTF_8
    now = room.clock()
    audit.write(room.ledger, guard.signed_in().name, "export-month", f"{first:%Y-%m}", now)
    answer = make_response(as_csv(month_end.open_cases(room.ledger, first, clinic_day(now)), encoding))
    charset = "Shift_JIS" if encoding is ExportEncoding.SHIFT_JIS else "UTF-8"
    answer.headers["Content-Type"] = f"text/csv; charset={charset}"
    answer.headers["Content-Disposition"] = f'attachment; filename="getsumatsu-{first:%Y%m}.csv"'
    return answer


def _month() -> date:
    """The month that is asked for, else this one."""
    text = request.args.get("month") or f"{clinic_day(here().clock()):%Y-%m}"
    try:
        return month_end.month_of(text)
    except ValueError as error:
        raise Trouble("INPUT-001", "month") from error


def _deadline(first: date) -> Deadline | None:
    return claim_deadline(rulebook_of(here().box), first)
