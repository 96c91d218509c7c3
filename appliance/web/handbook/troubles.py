"""The trouble catalogue on a page: by code, by words, by symptom, with the site's own notes."""

from dataclasses import replace

from flask import Response, jsonify, render_template, request

from appliance import own_files
from appliance.eligibility.catalogue import FAULT_LABELS, KIND_LABELS, Entry
from appliance.eligibility.toml_rows import Refusal
from appliance.eligibility.trouble_notes import with_additions
from appliance.eligibility.trouble_search import folded, search
from appliance.eligibility.visit import Language
from appliance.web import guard
from appliance.web.handbook.area import blueprint
from appliance.web.room import here
from appliance.web.texts.choice import in_words, language


@blueprint.get("/troubles")
@guard.allow(*guard.STAFF)
def troubles() -> str:
    """The whole catalogue: it is all on the page, so that it can be searched when the box is gone."""
    entries, refusals = _known()
    return render_template(
        "help/troubles.html",
        entries=entries.values(),
        refusals=refusals,
        faults=FAULT_LABELS,
        kinds=KIND_LABELS,
        text_of=_text,
    )


@blueprint.post("/troubles/search")
@guard.allow(*guard.STAFF)
def find() -> Response:
    """The codes that `words` find, the best first. A POST, because what people type belongs into no address."""
    entries, _refusals = _known()
    words = request.form.get("words", "")
    exact = [entry for entry in entries.values() if folded(entry.code) == folded(words)]
    found = exact or search(words, map(_in_the_words_of_the_page, entries.values()))
    return jsonify({"codes": [entry.code for entry in found]})


def _known() -> tuple[dict[str, Entry], tuple[Refusal, ...]]:
    texts, unreadable = own_files.texts(here().box.trouble_notes_dir)
    entries, refused = with_additions(texts)
    return entries, (*unreadable, *refused)


def _in_the_words_of_the_page(entry: Entry) -> Entry:
    """`entry`, which an English page finds by its English title and advice too."""
    if language() is Language.JAPANESE:
        return entry
    return replace(entry, words=(*entry.words, in_words(entry.title), in_words(entry.reception)))


def _text(known: Entry) -> str:
    """What a page that cannot ask the box looks through."""
    entry = _in_the_words_of_the_page(known)
    notes = [note.text for note in entry.notes]
    return folded(
        " ".join((entry.code, entry.title, FAULT_LABELS[entry.fault], *entry.words, entry.reception, *notes))
    )
