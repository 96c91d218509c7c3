"""The pages of bulk runs: take in a list, let it go, follow it, read its result. Ids in addresses are random."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request

from appliance.eligibility.bulk_outcome import URGENCY_LABELS, Urgency
from appliance.eligibility.expecting import day_of_list
from appliance.eligibility.night_window import NightWindow
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, bulk_runs, bulk_steps, checks, line
from appliance.ledger.bulk_export import ExportEncoding, as_csv
from appliance.ledger.bulk_runs import NewRun, Run
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web import errors, guard, house
from appliance.web.bulk import taking
from appliance.web.bulk.feed import RUNS_SHOWN, BulkFeed
from appliance.web.bulk.words import card_of, row_of, spoken_moment
from appliance.web.room import here
from appliance.web.texts.choice import language

PEOPLE_A_PAGE = 200
PROBLEMS_SHOWN = 300

blueprint = Blueprint(
    "bulk",
    __name__,
    url_prefix="/bulk",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)


@blueprint.get("")
@guard.allow(*guard.CLINIC)
def start() -> str:
    """Where lists go in, and the runs there are."""
    room = here()
    now = room.clock()
    revision = checks.latest_revision(room.ledger)
    names, stands = house.names(), line.current(room.ledger)
    runs = [card_of(run, _window(), now, names, stands) for run in bulk_runs.recent(room.ledger, RUNS_SHOWN)]
    return render_template(
        "bulk/start.html",
        runs=runs,
        revision=revision,
        today=clinic_day(now),
        list_day=day_of_list(now.astimezone(JAPAN)),
        window=room.settings,
        institutions=house.choices(),
        institution=house.usual(),
    )


@blueprint.get("/events")
@guard.allow(*guard.CLINIC)
def events() -> Response:
    """The live events of all runs, from the revision that the page has seen."""
    room = here()
    last_seen = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    window, templates, names = _window(), current_app.jinja_env, house.names()
    return room.hub.response(
        f"bulk {language()}",
        lambda: BulkFeed(room.ledger, window, room.clock, templates, names),
        last_seen,
        guard.is_welcome(),
        once="once" in request.args,
    )


@blueprint.post("/lists/<kind>")
@guard.allow(*guard.CLINIC)
def take_list(kind: str) -> Response:
    """Read the list in the body and write a run down; it waits for a word. What is wrong with it is said."""
    room = here()
    now = room.clock()
    actor = guard.signed_in().name
    wanted = taking.kind_of(kind)
    if not wanted.has_list:
        raise Trouble("INPUT-005")
    try:
        code = house.chosen(request.args.get("institution", ""))
        run_id = _made(taking.list_run(wanted, actor, now, code), now)
    except Trouble as trouble:
        body = errors.error_body(trouble)
        body["error"]["detail"] = trouble.detail
        return make_response(jsonify(body), errors.status_of(trouble))
    return house.remember(jsonify({"id": run_id}), code)


@blueprint.post("/periods/<kind>")
@guard.allow(*guard.CLINIC)
def take_period(kind: str) -> Response:
    """A run for a month or a period."""
    room = here()
    now = room.clock()
    actor = guard.signed_in().name
    wanted = taking.kind_of(kind)
    if wanted.has_list:
        raise Trouble("INPUT-005")
    code = house.chosen(request.args.get("institution", ""))
    run_id = _made(taking.period_run(wanted, request.form, actor, code), now)
    return house.remember(jsonify({"id": run_id}), code)


def _made(new: NewRun, now: datetime) -> str:
    room = here()
    with room.ledger.together():
        run_id = bulk_runs.create(room.ledger, new, now) or ""
        audit.write(room.ledger, new.made_by, "make-bulk-run", run_id, now)
    return run_id


@blueprint.get("/<run_id>")
@guard.allow(*guard.CLINIC)
def one_run(run_id: str) -> str:
    """One run: its report, how far it is, and its people by urgency."""
    room = here()
    now = room.clock()
    revision = checks.latest_revision(room.ledger)
    run = _run(run_id)
    audit.write(room.ledger, guard.signed_in().name, "open-bulk-run", run_id, now)
    counts = bulk_steps.urgencies(room.ledger, run_id)
    urgency = _urgency(request.args.get("urgency", ""))
    page = max(1, request.args.get("page", 1, type=int))
    people = bulk_steps.people(
        room.ledger, run_id, urgency=urgency, limit=PEOPLE_A_PAGE, offset=PEOPLE_A_PAGE * (page - 1)
    )
    shown = counts.get(urgency, 0) if urgency else run.people
    return render_template(
        "bulk/run.html",
        run=card_of(run, _window(), now, house.names(), line.current(room.ledger)),
        revision=revision,
        counts=[(Urgency(key), URGENCY_LABELS[Urgency(key)], n) for key, n in counts.items()],
        urgency=urgency,
        rows=[row_of(one) for one in people],
        page=page,
        pages=max(1, -(-shown // PEOPLE_A_PAGE)),
        problems=sorted(run.problems, key=lambda one: (one.severity, one.line))[:PROBLEMS_SHOWN],
        more_problems=max(0, len(run.problems) - PROBLEMS_SHOWN),
        opening=spoken_moment(_window().next_opening(now.astimezone(JAPAN)), now),
        now=spoken_moment(now, now),
    )


@blueprint.post("/<run_id>/release")
@guard.allow(*guard.CLINIC)
def release(run_id: str) -> Response:
    """Ask tonight, or now."""
    at_night = request.form.get("when") == "night"
    _run(run_id)
    return _done(run_id, partial(bulk_runs.release, at_night=at_night), "release-bulk-run")


@blueprint.post("/<run_id>/stop")
@guard.allow(*guard.CLINIC)
def stop(run_id: str) -> Response:
    """Ask no more."""
    _run(run_id)
    return _done(run_id, partial(bulk_runs.stop, now=here().clock()), "stop-bulk-run")


@blueprint.post("/<run_id>/repeat")
@guard.allow(*guard.CLINIC)
def repeat(run_id: str) -> Response:
    """Ask again what failed or was stopped."""
    _run(run_id)
    return _done(run_id, bulk_runs.repeat, "repeat-bulk-run")


@blueprint.get("/<run_id>/export")
@guard.allow(*guard.CLINIC)
def export(run_id: str) -> Response:
    """The result as CSV. Its name tells the day and nobody's name."""
    room = here()
    run = _run(run_id)
    encoding = ExportEncoding.SHIFT_JIS if request.args.get("encoding") == "cp932" else ExportEncoding.UTF_8
    audit.write(room.ledger, guard.signed_in().name, "export-bulk-run", run_id, room.clock())
    answer = make_response(as_csv(bulk_steps.people(room.ledger, run_id), encoding))
    charset = "Shift_JIS" if encoding is ExportEncoding.SHIFT_JIS else "UTF-8"
    answer.headers["Content-Type"] = f"text/csv; charset={charset}"
    name = f"ikkatsu-{clinic_day(run.made_at):%Y%m%d}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _window() -> NightWindow:
    settings = here().settings
    return NightWindow.of(settings.bulk_from, settings.bulk_until)


def _run(run_id: str) -> Run:
    found = bulk_runs.find(here().ledger, run_id)
    if found is None:
        raise Trouble("INPUT-005")
    return found


def _urgency(text: str) -> Urgency | None:
    return Urgency(int(text)) if text.isdecimal() and int(text) in set(Urgency) else None


def _done(run_id: str, step: Callable[[Ledger, str], bool], action: str) -> Response:
    room = here()
    with room.ledger.together():
        if not step(room.ledger, run_id):
            raise Trouble("INPUT-006")
        audit.write(room.ledger, guard.signed_in().name, action, run_id, room.clock())
    return jsonify({"id": run_id})
