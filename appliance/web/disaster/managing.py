"""The administrator's page: opening the mode in two steps, extending and ending it, and who looked how often."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, make_response, redirect, render_template, request

from appliance.eligibility.catalogue import Entry
from appliance.eligibility.disaster import area_codes, covers
from appliance.eligibility.trouble import Trouble
from appliance.ledger import disaster, disaster_forgetting
from appliance.ledger.disaster import LONGEST, Mode, NewMode
from appliance.ledger.disaster_forgetting import Looks
from appliance.web import errors, guard
from appliance.web.disaster.area import KEEPERS, blueprint
from appliance.web.disaster.words import ended, field_moment, moment, moment_in, opened_words, state_of
from appliance.web.room import here

_PAST_MODES = 6
_USUAL = timedelta(days=7)


@dataclass(frozen=True)
class Review:
    """One mode that was or is, with who looked."""

    mode: Mode
    looks: tuple[Looks, ...]


@blueprint.get("/desk/disaster")
@guard.allow(*KEEPERS)
def manage() -> str:
    """How the mode stands, what can be done, and the review."""
    return _page()


@blueprint.post("/desk/disaster/check")
@guard.allow(*KEEPERS)
def check() -> Response:
    """The second look: what will be opened and what that means. Nothing is written down yet."""
    try:
        new = _new_mode()
    except Trouble as trouble:
        return _refused(trouble)
    code = here().settings.institution_code
    return make_response(
        render_template(
            "disaster/confirm.html",
            new=new,
            form=request.form,
            moment=moment,
            prefecture=code[:2],
            is_elsewhere=not covers(new.codes, code),
        )
    )


@blueprint.post("/desk/disaster/open")
@guard.allow(*KEEPERS)
def open_mode() -> Response:
    """Open it, once it is confirmed."""
    room = here()
    try:
        _check_confirmed()
        disaster.open_mode(room.ledger, _new_mode(), guard.signed_in().name, room.clock())
    except Trouble as trouble:
        return _refused(trouble)
    return _back()


@blueprint.post("/desk/disaster/extend")
@guard.allow(*KEEPERS)
def extend() -> Response:
    """Let it end at another time."""
    room = here()
    try:
        _check_confirmed()
        mode_id, ends_at = request.form.get("mode", ""), _moment("ends_at")
        disaster.extend(room.ledger, mode_id, ends_at, guard.signed_in().name, room.clock())
    except Trouble as trouble:
        return _refused(trouble)
    return _back()


@blueprint.post("/desk/disaster/end")
@guard.allow(*KEEPERS)
def end() -> Response:
    """End it now; what was found is forgotten at once. A second time changes nothing."""
    room = here()
    now = room.clock()
    disaster.end(room.ledger, request.form.get("mode", ""), guard.signed_in().name, now)
    disaster_forgetting.forget_due(room.ledger, now)
    return _back()


def _page(entry: Entry | None = None, detail: str = "") -> str:
    room = here()
    now = room.clock()
    mode = disaster.latest(room.ledger)
    word, tone = state_of(mode, now)
    is_open = mode is not None and mode.ended_at is None and now < mode.ends_at
    return render_template(
        "disaster/manage.html",
        mode=mode,
        word=word,
        tone=tone,
        is_open=is_open,
        reviews=[
            Review(one, disaster_forgetting.looks(room.ledger, one.id))
            for one in disaster.history(room.ledger, _PAST_MODES)
        ],
        entry=entry,
        detail=detail,
        form=request.form,
        begins_at=field_moment(now),
        ends_at=field_moment((mode.ends_at if is_open and mode else now) + _USUAL),
        longest=LONGEST.days,
        moment=moment,
        ended=ended,
        opened_words=opened_words,
    )


def _refused(trouble: Trouble) -> Response:
    if not errors.wants_page():
        raise trouble
    return make_response(_page(trouble.entry, trouble.detail), errors.status_of(trouble))


def _new_mode() -> NewMode:
    try:
        codes = area_codes(request.form.get("codes", ""))
    except ValueError as error:
        raise Trouble("DISASTER-008", str(error)) from error
    new = NewMode(
        area=_text("area"),
        codes=codes,
        reason=_text("reason"),
        notice=_text("notice"),
        begins_at=_moment("begins_at"),
        ends_at=_moment("ends_at"),
    )
    disaster.check(new, here().clock())
    return new


def _text(name: str) -> str:
    return request.form.get(name, "").strip()[:200]


def _moment(name: str) -> datetime:
    try:
        return moment_in(request.form.get(name, ""))
    except ValueError as error:
        raise Trouble("DISASTER-008", "始まりと終わりの日時を入れてください") from error


def _check_confirmed() -> None:
    if request.form.get("confirmed") != "1":
        raise Trouble("DISASTER-008", "通知を確かめた印を付けてください")


def _back() -> Response:
    return make_response(redirect("/desk/disaster", 303))
