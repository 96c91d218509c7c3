"""The list of all there is to print, and the sheets that depend on little: posters, slips, the help card, the questionnaire."""

from datetime import date

from flask import render_template

from appliance.eligibility.rules.accepted import Acceptance, DocumentRow
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import Language, Phase
from appliance.rulebook import rulebook_of
from appliance.web import guard
from appliance.web.patient.languages import WORDS
from appliance.web.printing import phrases, words
from appliance.web.printing.area import blueprint, long_day, shown_day
from appliance.web.room import here
from appliance.web.texts.choice import in_japanese

_NOT_SHOWN = ("card", "card-certificate-grace", "smartphone", "ticket", "known_data", "declaration")
"""What an outage takes away, or what is no document that somebody could be asked to bring."""

SLIPS = 4
STEPS = (Phase.IDLE, Phase.CHOOSE, Phase.CONSENTS, Phase.DONE)
"""The pages of the patient screen that the help card shows."""


@blueprint.get("")
@guard.allow(*guard.CLINIC)
def start() -> str:
    """Everything there is to print."""
    return render_template("printing/start.html", posters=words.POSTERS.values(), listed=words.LISTED)


@blueprint.get("/posters/<key>")
@guard.allow(*guard.CLINIC)
@in_japanese
def poster(key: str) -> str:
    """One poster; its text can be changed on the page before it is printed. Raises `Trouble` INPUT-005."""
    found = words.POSTERS.get(key)
    if found is None:
        raise Trouble("INPUT-005")
    day = shown_day()
    return render_template(
        "printing/poster.html",
        poster=found,
        points=documents_of(rulebook_of(here().box), day) if found.names_documents else found.points,
        day=long_day(day),
        chosen=day,
    )


def documents_of(book: Rulebook, day: date) -> tuple[str, ...]:
    """The documents that a patient without the reader can show on `day`, one line for each way they count."""
    rows = [row for row in book.on(DocumentRow, day) if row.document not in _NOT_SHOWN and row.scheme is None]
    ways = {
        Acceptance.ALONE: "これだけで受け付けます",
        Acceptance.WITH_CARD: "マイナンバーカードと一緒にお見せください",
        Acceptance.AFTER_LOOKUP: "番号を確かめて受け付けます",
    }
    return tuple(f"{row.label}（{ways[way]}）" for way in ways for row in rows if row.accepted is way)


@blueprint.get("/reminder")
@guard.allow(*guard.CLINIC)
@in_japanese
def reminder() -> str:
    """Four equal slips to cut, that ask for the card next time."""
    return render_template("printing/reminder.html", slip=words.REMINDER, copies=SLIPS)


@blueprint.get("/card")
@guard.allow(*guard.CLINIC)
@in_japanese
def card() -> str:
    """How to use the reader, one sheet a language, with phrases to point at."""
    return render_template(
        "printing/card.html",
        languages=phrases.LANGUAGE_LABELS,
        ja=Language.JAPANESE,
        titles=phrases.TITLES,
        talking=phrases.TALKING,
        steps=[(phase, {one: WORDS[one].phases[phase] for one in Language}) for phase in STEPS],
        said=(("staff", phrases.STAFF), ("patient", phrases.PATIENT)),
    )


@blueprint.get("/questionnaire")
@guard.allow(*guard.CLINIC)
@in_japanese
def questionnaire() -> str:
    """The questions of a first visit, on one sheet."""
    return render_template("printing/questionnaire.html", questions=words.QUESTIONS)
