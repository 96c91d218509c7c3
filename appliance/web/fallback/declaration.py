"""被保険者資格申立書: a sheet to fill in on the page or by hand. What is typed into it never leaves the browser."""

from flask import render_template, request

from appliance.eligibility.ages import AGE_GROUP_LABELS, AgeGroup
from appliance.eligibility.fallback_causes import CAUSES
from appliance.eligibility.outage import SEX_LABELS, Reason
from appliance.eligibility.rules.copayment import CopaymentRow, spoken_percents
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.wording import spoken_day
from appliance.ledger import audit, checks, outage_notes
from appliance.ledger.times import clinic_day
from appliance.rulebook import rulebook_of
from appliance.web import guard
from appliance.web.fallback import words
from appliance.web.fallback.area import blueprint
from appliance.web.fallback.known import Known, known_of, person_of_note
from appliance.web.outage.area import WRITERS
from appliance.web.outage.form import katakana
from appliance.web.room import here
from appliance.web.texts.choice import in_japanese

_CAUSES = {
    Reason.LINE: "line",
    Reason.CENTER: "center",
    Reason.READER: "reader",
    Reason.TERMINAL: "terminal",
    Reason.POWER: "power",
}


@blueprint.get("/declaration")
@guard.allow(*WRITERS)
@in_japanese
def declaration() -> str:
    """The sheet, blank or with what the check `check` or the outage note `note` knows."""
    room = here()
    known, path, cause = _known()
    person = known.person
    day = clinic_day(room.clock())
    return render_template(
        "fallback/declaration.html",
        person=person,
        kana=katakana(person.kana),
        born=spoken_day(person.birth) if person.birth else "",
        sexes={code: label for code, label in SEX_LABELS.items() if code in ("1", "2")},
        schemes=words.SCHEME_CHOICES,
        reasons={one: CAUSES[one].label for one in CAUSES},
        cause=cause,
        day=day,
        today=spoken_day(day),
        shares=_shares(),
        is_blank=not path,
        path=path,
        check_id=request.args.get("check", ""),
        note_id=request.args.get("note", ""),
    )


def _known() -> tuple[Known, str, str]:
    """What is known, the page it is from (empty: blank), and the cause. Raises `Trouble` INPUT-005."""
    room = here()
    check_id, note_id = request.args.get("check", ""), request.args.get("note", "")
    if note_id:
        note = outage_notes.find(room.ledger, note_id)
        if note is None:
            raise Trouble("INPUT-005")
        _note_down(note_id)
        known = Known(person=person_of_note(note.facts))
        return known, f"/outage/notes/{note_id}", _CAUSES.get(note.facts.reason, "")
    if not check_id:
        return Known(), "", ""
    check = checks.find(room.ledger, check_id)
    if check is None:
        raise Trouble("INPUT-005")
    _note_down(check_id)
    known = known_of(room.ledger, check)
    return known, f"/reception/checks/{check_id}", known.cause or ""


def _note_down(subject: str) -> None:
    room = here()
    audit.write(room.ledger, guard.signed_in().name, "open-declaration", subject, room.clock())


def _shares() -> str:
    """The shares of all ages in one line: 「3割、未就学児は2割、70〜74歳は…」."""
    room = here()
    rows = {
        row.group: spoken_percents(row.percents)
        for row in rulebook_of(room.box).on(CopaymentRow, clinic_day(room.clock()))
    }
    others = [f"{AGE_GROUP_LABELS[one]}は{rows[one]}" for one in rows if one is not AgeGroup.STANDARD]
    return "、".join([rows.get(AgeGroup.STANDARD, ""), *others])
