"""運用テスト: a run through everything before a clinic relies on it, with a record to print and sign."""

from urllib.parse import urlsplit

from flask import Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import trials
from appliance.ledger.trials import LONGEST_NOTE, Done, Outcome
from appliance.web import guard
from appliance.web.desk import trial_steps
from appliance.web.desk.area import KEEPERS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.room import here

_SHOWN = 20
_SAYABLE = (Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED)


@blueprint.get("/desk/trial")
@guard.allow(*KEEPERS)
def trial_list() -> str:
    """The runs so far, and the way to begin one."""
    return render_template(
        "desk/trials.html",
        trials=trials.latest(here().ledger, _SHOWN),
        steps=trial_steps.STEPS,
        moment=moment,
    )


@blueprint.post("/desk/trial")
@guard.allow(*KEEPERS)
def begin_trial() -> Response:
    """Begin one, or go on with the one that is not ended."""
    room = here()
    number = trials.begin(room.ledger, _center(), guard.signed_in().name, room.clock())
    return _to(number)


@blueprint.get("/desk/trial/<int:number>")
@guard.allow(*KEEPERS)
def trial(number: int) -> str:
    """One run: its steps while it goes on, its record afterwards."""
    room = here()
    one = trials.find(room.ledger, number)
    steps = trial_steps.shown(room.ledger, one, room.clock())
    return render_template(
        "desk/trial.html",
        trial=one,
        steps=steps,
        passed=sum(step.done.outcome is Outcome.PASSED for step in steps),
        sayable={outcome.value: trial_steps.OUTCOME_LABELS[outcome] for outcome in _SAYABLE},
        codes=room.settings.institution_codes,
        longest=LONGEST_NOTE,
        moment=moment,
    )


@blueprint.post("/desk/trial/<int:number>/steps/<step>")
@guard.allow(*KEEPERS)
def say_step(number: int, step: str) -> Response:
    """How a step went, by who has looked."""
    room = here()
    if step not in trial_steps.BY_KEY:
        raise Trouble("INPUT-005")
    note = " ".join(request.form.get("note", "").split())
    outcome = request.form.get("outcome", "")
    if outcome not in _SAYABLE or len(note) > LONGEST_NOTE:
        raise Trouble(
            "INPUT-001",
            said("結果を選び、メモは{longest_note}文字までにしてください", longest_note=LONGEST_NOTE),
        )
    done = Done(Outcome(outcome), guard.signed_in().name, room.clock(), note)
    trials.say(room.ledger, number, step, done)
    return _to(number, step)


@blueprint.post("/desk/trial/<int:number>/end")
@guard.allow(*KEEPERS)
def end_trial(number: int) -> Response:
    """End it: from now on it is a record."""
    room = here()
    now = room.clock()
    one = trials.find(room.ledger, number)
    seen = trial_steps.seen(room.ledger, one, now)
    trials.end(room.ledger, number, seen, guard.signed_in().name, now)
    return _to(number)


def _center() -> str:
    """Where this box asks. Whether that is a virtual center only a person can know."""
    settings = here().settings
    if not settings.needs_certificate:
        return "資格確認端末"
    return urlsplit(settings.center_url).netloc or "（接続先がまだありません）"


def _to(number: int, step: str | None = None) -> Response:
    return make_response(redirect(url_for("desk.trial", number=number, _anchor=step), 303))
