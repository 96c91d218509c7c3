"""Updates of the system: which version runs, a new one uploaded in pieces, when to restart into it, and how that went.

The pages' process changes nothing of the system itself. It drops the file and a wish (`appliance/updates/drop.py`), and root's answer is the
record that is shown here.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for

from appliance.eligibility.catalogue import CATALOGUE, Entry
from appliance.eligibility.said import joined, said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit
from appliance.updates import drop, record
from appliance.updates.drop import Drop
from appliance.updates.record import Record, State
from appliance.web import guard
from appliance.web.desk.area import ADMINISTRATORS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.room import here

NOW = "now"
"""Said by the button; the other one sends the hour."""
_PARTS = {
    "reader": "カードリーダーのサービス",
    "web": "画面",
    "broker": "電子カルテとの連携（MQTT）",
    "ledger": "記録",
    "queue": "照会の待ち",
    "sync": "照会と連携の処理",
    "confirm": "点検そのもの",
    "interrupted": "書き込み（途中で電源が切れました）",
}
_WORDS = {
    State.NONE: ("更新はありません", "mute"),
    State.INSTALLING: ("書き込んでいます", "busy"),
    State.INSTALLED: ("再起動を待っています", "wait"),
    State.REFUSED: ("入れませんでした", "stop"),
    State.ARMED: ("次の起動で新しい版になります", "wait"),
    State.TRYING: ("新しい版を点検しています", "busy"),
    State.GOING_BACK: ("元の版に戻しています", "busy"),
    State.CONFIRMED: ("成功しました", "good"),
    State.ROLLED_BACK: ("元に戻しました", "stop"),
    State.UNWELL: ("点検に通らず、戻る版もありません", "stop"),
}


@dataclass(frozen=True)
class Standing:
    """How the update stands, in words. `is_waiting` while root has something to do."""

    word: str
    tone: str
    is_waiting: bool
    at: str
    failed: str
    entry: Entry | None


@blueprint.get("/desk/update")
@guard.allow(*ADMINISTRATORS)
def update() -> str:
    """What runs, what waits, and the forms. On a machine without two slots it says so."""
    try:
        where = record.place()
    except Trouble as trouble:
        return render_template("desk/update.html", entry=trouble.entry, detail="", now=None)
    now = record.read(where)
    return render_template(
        "desk/update.html",
        entry=None,
        detail="",
        now=now,
        stands=_standing(now, Drop(where.drop)),
        may_restart=now.state is State.INSTALLED and not now.restart_at,
        is_planned=now.state is State.ARMED or bool(now.restart_at),
        largest=drop.LARGEST,
    )


@blueprint.get("/desk/update/state")
@guard.allow(*ADMINISTRATORS)
def update_state() -> Response:
    """How far it is, for the page that waits."""
    where = record.place()
    now = record.read(where)
    stands = _standing(now, Drop(where.drop))
    return jsonify({"waiting": stands.is_waiting, "state": now.state, "percent": now.percent})


@blueprint.post("/desk/update/begin")
@guard.allow(*ADMINISTRATORS)
def begin_update() -> Response:
    """Where to go on with this file, and how large a piece may be."""
    size = request.form.get("size", "")
    if not size.isascii() or not size.isdigit() or len(size) > len(str(drop.LARGEST)):
        raise Trouble("UPDATE-006")
    _expect_idle()
    begun = _drop().begin(int(size), request.form.get("mark", "")[:80])
    return jsonify({"have": begun.have, "piece": drop.PIECE})


@blueprint.post("/desk/update/piece")
@guard.allow(*ADMINISTRATORS)
def take_piece() -> Response:
    """The next piece of the file."""
    request.max_content_length = drop.PIECE
    offset = request.args.get("offset", "")
    if not offset.isascii() or not offset.isdigit() or len(offset) > len(str(drop.LARGEST)):
        raise Trouble("UPDATE-007")
    return jsonify({"have": _drop().add(int(offset), request.get_data()).have})


@blueprint.post("/desk/update/finish")
@guard.allow(*ADMINISTRATORS)
def finish_update() -> Response:
    """The file is complete: root looks at its signature and writes it into the other slot."""
    _expect_idle()
    _drop().finish()
    _note("update-uploaded", "")
    return jsonify({"ok": True})


@blueprint.post("/desk/update/restart")
@guard.allow(*ADMINISTRATORS)
def restart_into_update() -> Response:
    """Restart into the new version now or at an hour."""
    now = record.read(record.place())
    when = request.form.get("when", NOW)
    hour = request.form.get("hour", "")
    if now.state is not State.INSTALLED:
        raise Trouble("UPDATE-009")
    try:
        wish = drop.RESTART if when == NOW else drop.restart_at(hour)
    except ValueError as error:
        raise Trouble("INPUT-001", "時刻") from error
    _drop().wish(wish)
    _note("update-restart", f"{now.to_version} {'' if when == NOW else hour}".strip())
    return _back()


@blueprint.post("/desk/update/cancel")
@guard.allow(*ADMINISTRATORS)
def cancel_restart() -> Response:
    """Stay with the present version for now."""
    _drop().wish(drop.CANCEL)
    _note("update-cancel", record.read(record.place()).to_version)
    return _back()


def _standing(now: Record, folder: Drop) -> Standing:
    word, tone = _WORDS[now.state]
    is_waiting = folder.is_waiting() or now.state in record.UNDER_WAY
    if now.restart_at:
        word = said("{hour} に再起動します", hour=now.restart_at)
    failed = joined("、", [_PARTS.get(one, one) for one in now.failed])
    at = moment(datetime.fromisoformat(now.at)) if now.at else ""
    return Standing(word, tone, is_waiting, at, failed, CATALOGUE.get(now.reason))


def _expect_idle() -> None:
    """Raises `Trouble` UPDATE-009 while root writes, or while the box is on its way from one version to the other."""
    if record.read(record.place()).state in record.UNDER_WAY or _drop().is_waiting():
        raise Trouble("UPDATE-009")


def _drop() -> Drop:
    return Drop(record.place().drop)


def _note(action: str, detail: str) -> None:
    room = here()
    audit.write(room.ledger, guard.signed_in().name, action, "web", room.clock(), detail)


def _back() -> Response:
    return make_response(redirect(url_for("desk.update"), 303))
