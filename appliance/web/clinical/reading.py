"""One patient's drugs, treatments and checkups: asked for, read and printed, each of these written down."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, redirect, render_template, request

from appliance.eligibility import medical_questions as messages
from appliance.eligibility.catalogue import CATALOGUE, Entry
from appliance.eligibility.medical_access import ITEM_LABELS, Item
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, conditions, line, medical_patients, medical_questions
from appliance.ledger.checks import OPEN_STATES, CheckState
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.medical_patients import Patient
from appliance.ledger.medical_questions import Question
from appliance.web import guard
from appliance.web.clinical.area import TAB_LABELS, TAB_NOTES, Tab, blueprint, check_reach, tab_of
from appliance.web.clinical.listing import person_of
from appliance.web.medical import shown
from appliance.web.medical.waiting import soon_closed
from appliance.web.room import here


@dataclass(frozen=True)
class Page:
    """What is shown of whom: `items` is what of the tab may be seen now."""

    patient: Patient
    tab: Tab
    items: tuple[Item, ...]
    now: datetime

    @property
    def until(self) -> datetime:
        """When the first of it ends."""
        return self.patient.access.until(self.items, self.now)


@blueprint.post("/clinical/patients/<check_id>/<tab>/open")
@guard.medical
def open_tab(check_id: str, tab: str) -> Response:
    """Ask for it, unless it was asked for already, and go where it will be. `again` asks anew."""
    check_reach()
    page = page_of(check_id, tab)
    if page.items:
        room = here()
        medical_questions.ask(
            room.ledger,
            page.patient,
            page.tab.ask,
            guard.signed_in().name,
            page.now,
            again=request.form.get("again") == "1",
        )
    return make_response(redirect(f"/clinical/patients/{check_id}/{page.tab}", 303))


@blueprint.get("/clinical/patients/<check_id>/<tab>")
@guard.medical
def read(check_id: str, tab: str) -> str:
    """The tables; or that it is still being asked, why it cannot be had, that nobody has agreed to it."""
    page = page_of(check_id, tab)
    if not page.items:
        return _render("clinical/no_consent.html", page)
    asked = medical_questions.of_patient(here().ledger, check_id, page.tab.ask)
    if asked is None:
        return _render("clinical/ask.html", page)
    check = soon_closed(asked.check_id)
    if check.state in OPEN_STATES:
        return _waiting(page, asked)
    if check.state is CheckState.WITHDRAWN or check.result_xml is None:
        return _failed(page, CATALOGUE[check.trouble_code or "QUEUE-001"])
    if check.trouble_code and check.trouble_code.startswith("MEDICAL-"):
        return _failed(page, CATALOGUE[check.trouble_code])
    try:
        tables = tables_of(page, medical_questions.answer(here().ledger, asked, check))
    except Trouble as trouble:
        return _failed(page, trouble.entry, trouble.detail)
    _write_down("medical-view", page)
    return _render("clinical/record.html", page, asked=asked, note=TAB_NOTES[page.tab], **tables)


@blueprint.post("/clinical/patients/<check_id>/<tab>/print")
@guard.medical
def printed(check_id: str, tab: str) -> Response:
    """The browser is about to print what is shown."""
    page = page_of(check_id, tab)
    if not page.items:
        raise Trouble("MEDICAL-001")
    _write_down("medical-print", page)
    return make_response("", 204)


def page_of(check_id: str, tab: str) -> Page:
    """What may be seen of a patient now. Raises `Trouble`: MEDICAL-001 for nothing, INPUT-005 for no such tab."""
    room = here()
    now = room.clock()
    known = tab_of(tab)
    patient = medical_patients.find(room.ledger, check_id, now)
    open_now = patient.access.open_at(now)
    return Page(patient, known, tuple(item for item in known.items if item in open_now), now)


def tables_of(page: Page, answer: bytes) -> dict[str, object]:
    """What the template of the page's tab wants. Raises `Trouble` for an answer that cannot be read."""
    match page.tab:
        case Tab.DRUGS:
            return shown.drugs(messages.read_records(answer), page.now)
        case Tab.TREATMENTS:
            return shown.treatments(messages.read_records(answer), page.items, page.now)
        case Tab.CHECKUPS:
            sex = page.patient.person.sex1 if page.patient.person else None
            return shown.checkups_of(messages.read_checkups(answer), page.now, sex or "")


def _waiting(page: Page, asked: Question) -> str:
    room = here()
    is_down = conditions.get(room.ledger, Link.CENTER).state is LinkState.DOWN or line.is_held(room.ledger)
    seconds = max(0, int((page.now - asked.asked_at).total_seconds()))
    return _render("clinical/waiting.html", page, is_down=is_down, seconds=seconds)


def _failed(page: Page, entry: Entry, detail: str = "") -> str:
    return _render("clinical/failed.html", page, entry=entry, detail=detail)


def _render(template: str, page: Page, **more: object) -> str:
    open_now: Collection[Item] = page.patient.access.open_at(page.now)
    return render_template(
        template,
        check_id=page.patient.check.id,
        person=person_of(page.patient, page.now),
        tab=page.tab,
        tabs={one: (label, any(item in open_now for item in one.items)) for one, label in TAB_LABELS.items()},
        missing=[ITEM_LABELS[item] for item in page.tab.items if item not in page.items],
        until=page.until,
        left=max(0, int((page.until - page.now).total_seconds())),
        now=page.now,
        **more,
    )


def _write_down(action: str, page: Page) -> None:
    """Who, of whom, which kind, which part of it, when, from where."""
    said = " ".join(
        one for one in (page.tab.value, shown.period_words(), f"from {request.remote_addr}") if one
    )
    audit.write(here().ledger, guard.signed_in().name, action, page.patient.check.id, page.now, said)
