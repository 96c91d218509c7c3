"""The review of a month's audit trail: what each account did, in figures, and that somebody has gone through it."""

from datetime import date

from flask import Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import account_list, audit
from appliance.ledger.times import clinic_day
from appliance.ledger.trail import heads, reviews
from appliance.ledger.trail.deeds import DEED_LABELS, Deed
from appliance.ledger.trail.reviews import DUE_AFTER, NIGHT_BEGINS, NIGHT_ENDS, NOTE_LONGEST
from appliance.web import errors, guard
from appliance.web.desk.accounts import ROLE_LABELS
from appliance.web.desk.area import ADMINISTRATORS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.room import here

_SHOWN = tuple(deed for deed in Deed if deed is not Deed.TRAIL)


@blueprint.get("/desk/audit/review")
@guard.allow(*ADMINISTRATORS)
def review_page() -> Response:
    """One month, the last one that is over when nothing is said; looking at it is written down."""
    room = here()
    try:
        month = _month()
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(_last_month(), trouble), errors.status_of(trouble))
    audit.write(room.ledger, guard.signed_in().name, "audit-viewed", "", room.clock(), f"{month:%Y-%m}")
    return make_response(_page(month, None))


@blueprint.post("/desk/audit/review")
@guard.allow(*ADMINISTRATORS)
def sign_off_month() -> Response:
    """Somebody has gone through the month."""
    room = here()
    month = _month()
    note = " ".join(request.form.get("note", "").split())
    if len(note) > NOTE_LONGEST:
        raise Trouble("INPUT-001", said("メモは{longest}文字までにしてください", longest=NOTE_LONGEST))
    if any(one.reviewed_at is None for one in reviews.emergencies(room.ledger, month)):
        raise Trouble("INPUT-001", "緊急時の閲覧で、まだ確かめていないものがあります")
    if not reviews.sign_off(room.ledger, month, guard.signed_in().name, note, room.clock()):
        raise Trouble("INPUT-006")
    return make_response(redirect(url_for("desk.review_page", month=f"{month:%Y-%m}"), 303))


def _page(month: date, trouble: Trouble | None) -> str:
    room = here()
    now = room.clock()
    following = reviews.following(month)
    return render_template(
        "desk/audit_review.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        month=month,
        before=reviews.previous(month),
        after=following if following <= clinic_day(now) else None,
        last_day=date.fromordinal(following.toordinal() - 1),
        people=reviews.people(room.ledger, month),
        roles={one.name: ROLE_LABELS[one.role] for one in account_list.listed(room.ledger)},
        shown=_SHOWN,
        labels=DEED_LABELS,
        opened_in_emergency=reviews.emergencies(room.ledger, month),
        review=reviews.of_month(room.ledger, month),
        is_over=following <= clinic_day(now),
        overdue=reviews.overdue(room.ledger, now),
        due_days=DUE_AFTER.days,
        night=(NIGHT_BEGINS, NIGHT_ENDS),
        longest=NOTE_LONGEST,
        head=heads.newest(room.ledger),
        moment=moment,
    )


def _month() -> date:
    text = request.values.get("month", "")
    try:
        found = date.fromisoformat(f"{text}-01") if text else _last_month()
    except ValueError as error:
        raise Trouble("INPUT-001", "月を読めません") from error
    if not date(2000, 1, 1) <= found <= clinic_day(here().clock()):
        raise Trouble("INPUT-001", "まだ来ていない月です" if found.year >= 2000 else "月を読めません")
    return found


def _last_month() -> date:
    return reviews.previous(clinic_day(here().clock()).replace(day=1))
