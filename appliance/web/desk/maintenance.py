"""The page where an administrator approves maintenance, for a purpose and a time, and ends it at once."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import account_list, maintenance
from appliance.ledger.accounts import Role
from appliance.web import errors, guard
from appliance.web.desk.area import ADMINISTRATORS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.room import here

_SHOWN = 20
_HOURS_FROM = 2
"""Below, minutes alone are easier to read."""


@dataclass(frozen=True)
class Left:
    """What the person who maintains sees on every page."""

    purpose: str
    until: datetime
    minutes: int


def minutes_left(until: datetime, now: datetime) -> int:
    """Whole minutes, the one that has begun among them."""
    return math.ceil((until - now).total_seconds() / 60)


def _time_left(until: datetime, now: datetime) -> str:
    hours, minutes = divmod(minutes_left(until, now), 60)
    if hours < _HOURS_FROM:
        return said("あと{minutes}分", minutes=60 * hours + minutes)
    return said("あと{hours}時間{minutes}分", hours=hours, minutes=minutes)


@blueprint.get("/desk/maintenance")
@guard.allow(*ADMINISTRATORS)
def maintenance_page() -> str:
    """What is approved now, the form, and what was."""
    return _page(None)


@blueprint.post("/desk/maintenance")
@guard.allow(*ADMINISTRATORS)
def approve_maintenance() -> Response:
    """`name`, `minutes`, `purpose`: let this account sign in for that long."""
    return _done(_approve)


@blueprint.post("/desk/maintenance/end")
@guard.allow(*ADMINISTRATORS)
def end_maintenance() -> Response:
    """`name`: it is out at once."""
    return _done(lambda name, by: maintenance.end(here().ledger, name, by, here().clock()))


def _approve(name: str, by: str) -> None:
    minutes = request.form.get("minutes", "")
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= 4):
        raise Trouble("INPUT-001", "時間は15分から12時間までです")
    purpose = request.form.get("purpose", "")
    lasts = timedelta(minutes=int(minutes))
    maintenance.approve(here().ledger, name, purpose, lasts, by, here().clock())


def _done(act: Callable[[str, str], None]) -> Response:
    try:
        act(request.form.get("name", ""), guard.signed_in().name)
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(trouble), errors.status_of(trouble))
    return make_response(redirect(url_for("desk.maintenance_page"), 303))


def _page(trouble: Trouble | None) -> str:
    room, now = here(), here().clock()
    names = [
        one.name for one in account_list.listed(room.ledger) if one.enabled and one.role is Role.MAINTENANCE
    ]
    open_now = [found for name in names if (found := maintenance.current(room.ledger, name, now))]
    return render_template(
        "desk/maintenance.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        names=names,
        open_now=open_now,
        before=[one for one in maintenance.latest(room.ledger, _SHOWN) if one not in open_now],
        usual=int(maintenance.USUAL.total_seconds() // 60),
        least=int(maintenance.LEAST.total_seconds() // 60),
        most=int(maintenance.MOST.total_seconds() // 60),
        longest=maintenance.LONGEST_PURPOSE,
        form=request.form,
        moment=moment,
        time_left=_time_left,
        now=now,
    )


@blueprint.app_context_processor
def _left() -> dict[str, object]:
    """For the person who maintains: the window, which base.html shows on every page."""
    return {"maintenance_window": _mine}


def _mine() -> Left | None:
    account, now = guard.account(), here().clock()
    if account is None or account.role is not Role.MAINTENANCE:
        return None
    found = maintenance.current(here().ledger, account.name, now)
    return Left(found.purpose, found.until, minutes_left(found.until, now)) if found else None
