"""緊急時の閲覧: one patient's medical information for who may not see it otherwise, for minutes, with a reason, before everybody's eyes.

Whoever comes here gives the own password anew, also one whose second factor is not at hand. Nothing is asked of the center.
"""

from datetime import datetime, timedelta

from flask import Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, checks, emergency, medical_patients, medical_questions
from appliance.ledger.checks import CheckState
from appliance.ledger.emergency import LONGEST_WORDS, SHORTEST_WORDS, WHY_LABELS, Opening, Why
from appliance.web import errors, guard
from appliance.web.clinical.area import TAB_LABELS, TAB_NOTES, Tab, blueprint
from appliance.web.clinical.listing import person_of
from appliance.web.clinical.reading import Page, page_of, tables_of
from appliance.web.medical import shown
from appliance.web.room import here
from appliance.web.session import attempt


@blueprint.get("/emergency")
@guard.before_second
@guard.allow(*guard.CLINIC)
def emergency_page() -> Response:
    """The form for the reason; with one given, the patients to choose the one from; with one chosen, there."""
    _check_may()
    opening = _mine()
    if opening is None:
        return make_response(_form(None))
    if opening.check_id is not None:
        return _to(Tab.DRUGS)
    now = here().clock()
    found = [one for one in medical_patients.patients(here().ledger, now) if one.access.open_at(now)]
    people = [(one.check.id, person_of(one, now)) for one in found]
    return make_response(
        render_template("clinical/emergency_choose.html", people=people, **_shared(opening, now))
    )


@blueprint.post("/emergency")
@guard.before_second
@guard.allow(*guard.CLINIC)
def begin_emergency() -> Response:
    """`why`, `words`, `password`: begin, and tell everybody; or the form again with the reason that it is refused."""
    _check_may()
    room, name = here(), guard.signed_in().name
    try:
        why, words = _why(), emergency.check_words(request.form.get("words", ""))
        attempt.check_again(name, request.form.get("password", ""), "emergency-refused")
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_form(trouble), errors.status_of(trouble))
    lasts = timedelta(minutes=room.settings.emergency_minutes)
    emergency.begin(room.ledger, guard.token(), name, why, words, lasts, room.clock())
    return make_response(redirect(url_for(".emergency_page"), 303))


@blueprint.post("/emergency/patient")
@guard.before_second
@guard.allow(*guard.CLINIC)
def choose_in_emergency() -> Response:
    """`check`: whose information it is. Raises `Trouble`: MEDICAL-005, MEDICAL-001, INPUT-006 for a second patient."""
    _check_may()
    room, opening = here(), _needed()
    found = medical_patients.find(room.ledger, request.form.get("check", ""), room.clock())
    emergency.choose(room.ledger, opening.id, found.check.id, room.clock())
    return _to(Tab.DRUGS)


@blueprint.get("/emergency/<tab>")
@guard.before_second
@guard.allow(*guard.CLINIC)
def read_in_emergency(tab: str) -> Response:
    """The tables, or that the box has none; each look is written down. Raises `Trouble` MEDICAL-005, MEDICAL-001."""
    _check_may()
    opening = _needed()
    if opening.check_id is None:
        return make_response(redirect(url_for(".emergency_page"), 303))
    page = page_of(opening.check_id, tab)
    tables = _tables(page)
    if tables is None:
        return make_response(_record("clinical/emergency_nothing.html", page, opening))
    said = f"{page.tab} {shown.period_words()} from {request.remote_addr}"
    audit.write(here().ledger, opening.account, "emergency-view", opening.check_id, page.now, said)
    return make_response(_record("clinical/emergency_record.html", page, opening, **tables))


@blueprint.post("/emergency/end")
@guard.before_second
@guard.allow(*guard.CLINIC)
def end_emergency() -> Response:
    """It is not needed any more. A second time is no error."""
    opening = _mine()
    if opening is not None:
        emergency.end(here().ledger, opening.id, opening.account, here().clock())
    return make_response(redirect(url_for(".emergency_page", closed="ended"), 303))


@blueprint.app_context_processor
def _announced() -> dict[str, object]:
    """For the banner on every page of the staff, and for the ways here."""
    return {"emergencies": open_emergencies, "has_emergency": lambda: here().settings.emergency_minutes > 0}


def open_emergencies() -> tuple[Opening, ...]:
    """All that is open, for whoever works with patients."""
    account = guard.account()
    if account is None or account.role not in guard.CLINIC:
        return ()
    return emergency.open_now(here().ledger, here().clock())


def _check_may() -> None:
    """Raises `Trouble`: MEDICAL-004 where the clinic has none of this, AUTH-017 with a password that somebody else knows."""
    if here().settings.emergency_minutes <= 0:
        raise Trouble("MEDICAL-004")
    if guard.owes_change(guard.signed_in()):
        raise Trouble("AUTH-017")


def _mine() -> Opening | None:
    return emergency.of_sign_in(here().ledger, guard.token(), here().clock())


def _needed() -> Opening:
    opening = _mine()
    if opening is None:
        raise Trouble("MEDICAL-005")
    return opening


def _why() -> Why:
    try:
        return Why(request.form.get("why", ""))
    except ValueError as error:
        raise Trouble("INPUT-001", "緊急の理由を選んでください") from error


def _tables(page: Page) -> dict[str, object] | None:
    """What the box holds of it already; None when nobody has asked, it was not answered, or is nothing to read."""
    ledger = here().ledger
    asked = medical_questions.of_patient(ledger, page.patient.check.id, page.tab.ask) if page.items else None
    check = checks.find(ledger, asked.check_id) if asked else None
    if asked is None or check is None or check.state is not CheckState.ANSWERED or check.trouble_code:
        return None
    try:
        tables = tables_of(page, medical_questions.answer(ledger, asked, check))
    except Trouble:
        return None
    return {**tables, "asked": asked, "note": TAB_NOTES[page.tab]}


def _form(trouble: Trouble | None) -> str:
    return render_template(
        "clinical/emergency_form.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        form=request.form,
        why=WHY_LABELS,
        minutes=here().settings.emergency_minutes,
        shortest=SHORTEST_WORDS,
        longest=LONGEST_WORDS,
    )


def _record(template: str, page: Page, opening: Opening, **more: object) -> str:
    open_now = page.patient.access.open_at(page.now)
    return render_template(
        template,
        person=person_of(page.patient, page.now),
        tab=page.tab,
        tabs={one: (label, any(item in open_now for item in one.items)) for one, label in TAB_LABELS.items()},
        has_consent=bool(page.items),
        **_shared(opening, page.now),
        **more,
    )


def _shared(opening: Opening, now: datetime) -> dict[str, object]:
    return {
        "opening": opening,
        "now": now,
        "left": max(0, int((opening.until - now).total_seconds())),
    }


def _to(tab: Tab) -> Response:
    return make_response(redirect(url_for(".read_in_emergency", tab=tab.value), 303))
