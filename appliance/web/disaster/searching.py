"""Searching somebody without the card: the form with its purpose notice, and those found."""

from dataclasses import dataclass, field

from flask import Response, make_response, redirect, render_template, request

from appliance.eligibility import center_reading, disaster, disaster_reading
from appliance.eligibility.catalogue import Entry
from appliance.eligibility.disaster import (
    CONSENT_LABELS,
    KIND_LABELS,
    SEX_LABELS,
    WAY_LABELS,
    Consent,
    Keys,
    Way,
)
from appliance.eligibility.eras import parse_date
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, disaster_searches
from appliance.ledger import disaster as ledger_disaster
from appliance.ledger.disaster_searches import NewSearch
from appliance.ledger.times import clinic_day
from appliance.web import errors, guard
from appliance.web.disaster.area import blueprint
from appliance.web.disaster.asking import answer_to, check_line, mine
from appliance.web.disaster.words import found as found_words
from appliance.web.disaster.words import moment
from appliance.web.room import here


@dataclass(frozen=True)
class Form:
    """The form as filled in. `consent` is empty until it is chosen, and the purpose has to be accepted each time anew."""

    way: Way = Way.IDENTITY
    keys: Keys = field(default_factory=Keys)
    consent: str = ""


@blueprint.get("/disaster")
@guard.medical
def form() -> str:
    """The form, or that the mode is not on."""
    return _page(Form())


@blueprint.post("/disaster/searches")
@guard.medical
def search() -> Response:
    """Write a search down and go where its answer will be; or the form again with what is wrong. Nothing goes into the address."""
    filled = _filled()
    room = here()
    wrong = disaster.errors(filled.way, filled.keys, clinic_day(room.clock()))
    if wrong:
        return make_response(_page(filled, wrong=wrong), 422)
    try:
        search_id = _begin(filled)
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(filled, entry=trouble.entry), errors.status_of(trouble))
    return make_response(redirect(f"/disaster/searches/{search_id}", 303))


@blueprint.get("/disaster/searches/<search_id>")
@guard.medical
def found(search_id: str) -> str:
    """Those found, or that it is still being asked, or why it cannot be."""
    made = mine(search_id)
    answer = answer_to(search_id, made.check_id)
    if answer.data is None:
        return waiting_page(answer.trouble, answer.seconds, "/disaster")
    try:
        matches = disaster_reading.read_matches(answer.data)
    except Trouble as trouble:
        return waiting_page(trouble.entry, 0, "/disaster")
    room = here()
    now = room.clock()
    audit.write(room.ledger, guard.signed_in().name, "disaster-found", search_id, now, f"{len(matches)}")
    opened = {(one.place, one.kind) for one in disaster_searches.openings_of(room.ledger, search_id)}
    return render_template(
        "disaster/found.html",
        search=made,
        consent=CONSENT_LABELS[made.consent],
        people=[found_words(place, match, now) for place, match in enumerate(matches)],
        kinds=KIND_LABELS,
        opened=opened,
    )


def waiting_page(trouble: Entry | None, seconds: int, back: str) -> str:
    """That an answer is waited for, or will not come because of `trouble`."""
    return render_template("disaster/waiting.html", entry=trouble, seconds=seconds, back=back)


def _page(filled: Form, *, wrong: dict[str, str] | None = None, entry: Entry | None = None) -> str:
    room = here()
    return render_template(
        "disaster/form.html",
        mode=ledger_disaster.current(room.ledger, room.clock()),
        filled=filled,
        wrong=wrong or {},
        entry=entry,
        ways=WAY_LABELS,
        consents=CONSENT_LABELS,
        sexes=SEX_LABELS,
        moment=moment,
    )


def _filled() -> Form:
    way = request.form.get("way", "")
    consent = request.form.get("consent", "")
    return Form(
        way=Way(way) if way in set(Way) else Way.IDENTITY,
        keys=disaster.keys_of(request.form),
        consent=consent if consent in set(Consent) else "",
    )


def _begin(filled: Form) -> str:
    if not filled.consent or request.form.get("purpose") != "1":
        raise Trouble("DISASTER-007")
    room = here()
    code = room.settings.institution_code
    search_id = disaster_searches.new_id()
    keys = filled.keys.of(filled.way)
    message = disaster_reading.search_request(
        filled.way,
        keys,
        parse_date(keys.birthdate),
        Consent(filled.consent),
        institution_code=code,
        identifier=center_reading.identifier(search_id),
    )
    new = NewSearch(
        by=guard.signed_in().name,
        institution_code=code,
        way=filled.way,
        keys=keys.used,
        consent=Consent(filled.consent),
        request=message,
        id=search_id,
    )
    check_line()
    disaster_searches.search(room.ledger, new, room.clock())
    return search_id
