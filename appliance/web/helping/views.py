"""The pane of one reader with what reception can do there, and the alarm for cards that were left behind."""

from enum import StrEnum
from typing import TypeVar

from flask import Blueprint, Response, jsonify, render_template, request

from appliance import hatch
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import Language, SightReason, Way
from appliance.ledger import audit, readers
from appliance.ledger.readers import Reader
from appliance.web import guard
from appliance.web.helping.standing import standing_of
from appliance.web.room import here

blueprint = Blueprint(
    "helping",
    __name__,
    url_prefix="/helping",
    template_folder="templates",
    static_folder="static",
)

Kind = TypeVar("Kind", bound=StrEnum)


@blueprint.get("/<reader>")
@guard.allow(*guard.CLINIC)
def pane(reader: str) -> str:
    """How the visit at this reader stands. Raises `Trouble` INPUT-005 when there is no such reader."""
    return render_template("helping/reader.html", standing=standing_of(_reader(reader)))


@blueprint.get("/alarm")
@guard.while_locked
@guard.allow(*guard.STAFF)
def alarm() -> Response:
    """Every reader with a card that was left behind, for all pages of the staff."""
    left = [
        {"reader": reader.name, "label": reader.label}
        for reader in readers.all_readers(here().ledger)
        if reader.manner.card_left
    ]
    return jsonify({"left": left})


@blueprint.post("/<reader>/way")
@guard.allow(*guard.CLINIC)
def way(reader: str) -> Response:
    """`visit`, `way`: go on another way. Raises `Trouble`: VISIT-001, INPUT-001, BOX-003, or devices' refusal."""
    return _pass(hatch.WantedWay(reader, _visit(), _one_of(Way, "way")))


@blueprint.post("/<reader>/language")
@guard.allow(*guard.CLINIC)
def language(reader: str) -> Response:
    """`visit` (may be empty), `language`: the patient's screen speaks another language. Raises as `way` does."""
    return _pass(hatch.WantedLanguage(reader, _visit(), _one_of(Language, "language")))


@blueprint.post("/<reader>/cancel")
@guard.allow(*guard.CLINIC)
def cancel(reader: str) -> Response:
    """`visit`: stop it. Raises as `way` does."""
    return _pass(hatch.Cancelled(reader, _visit()))


@blueprint.post("/<reader>/sight")
@guard.allow(*guard.CLINIC)
def sight(reader: str) -> Response:
    """`visit`, `reason`: begin 目視確認 for this patient alone, by who is signed in. Raises as `way` does."""
    reason = _one_of(SightReason, "reason")
    actor = guard.signed_in().name
    answer = _pass(hatch.BegunSight(reader, _visit(), actor, reason))
    audit.write(here().ledger, actor, "sight.begun", _visit(), here().clock(), reason)
    return answer


@blueprint.post("/<reader>/judge")
@guard.allow(*guard.CLINIC)
def judge(reader: str) -> Response:
    """`visit`, `same` (yes or no): who is signed in has compared patient and card. Raises as `way` does."""
    same = request.form.get("same", "")
    if same not in ("yes", "no"):
        raise Trouble("INPUT-001")
    actor = guard.signed_in().name
    answer = _pass(hatch.JudgedHolder(reader, _visit(), actor, same == "yes"))
    audit.write(here().ledger, actor, f"holder.judged-{same}", _visit(), here().clock())
    return answer


def _reader(name: str) -> Reader:
    found = readers.find(here().ledger, name)
    if found is None:
        raise Trouble("INPUT-005")
    return found


def _visit() -> str:
    return request.form.get("visit", "")


def _one_of(kind: type[Kind], field: str) -> Kind:
    try:
        return kind(request.form.get(field, ""))
    except ValueError:
        raise Trouble("INPUT-001") from None


def _pass(touch: hatch.Touch) -> Response:
    _reader(touch.reader)
    hatch.pass_through(here().box.hatch_socket, touch)
    return jsonify({"ok": True})
