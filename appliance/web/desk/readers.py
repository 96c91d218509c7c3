"""The page of the card readers: how each stands, what is known of it, a test now, in service or not."""

from datetime import date

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for

from appliance.eligibility import reader_profiles
from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, reader_tests, readers
from appliance.ledger.readers import Reader
from appliance.ledger.times import clinic_day
from appliance.web import errors, guard, house
from appliance.web.desk import reader_words
from appliance.web.desk.area import KEEPERS, blueprint
from appliance.web.room import here

LONGEST_LABEL = 20


@blueprint.get("/desk/readers")
@guard.allow(*KEEPERS)
def reader_list() -> str:
    """Every reader there ever was, those out of service last."""
    return _page(None, "")


@blueprint.post("/desk/readers/test")
@guard.allow(*KEEPERS)
def test_readers() -> Response:
    """Have devices test all readers; the page says what it found as soon as it has. A second time changes nothing."""
    room = here()
    actor, now = guard.signed_in().name, room.clock()
    with room.ledger.together():
        reader_tests.want(room.ledger, actor, now)
        audit.write(room.ledger, actor, "test-readers", "", now)
    return _back()


@blueprint.get("/desk/readers/test")
@guard.allow(*KEEPERS)
def reader_test_state() -> Response:
    """Whether a test is still wanted, for the page that waits."""
    return jsonify({"waiting": reader_tests.wanted(here().ledger) is not None})


@blueprint.post("/desk/readers/<int:number>")
@guard.allow(*KEEPERS)
def set_up_reader(number: int) -> Response:
    """Say what is known of a reader: its name on the pages, its model, when it came, whose cards it asks about."""
    room, reader = here(), _numbered(number)
    try:
        label, profile, day, code = _label(), _profile(), _delivered_on(), _institution()
    except Trouble as trouble:
        return _refused(trouble, reader.name)
    with room.ledger.together():
        readers.set_up(
            room.ledger,
            reader.key,
            label=label,
            profile=profile,
            delivered_on=day,
            institution_code=code,
        )
        _note("reader-set-up", reader, " ".join(filter(None, (profile, str(day or ""), code))))
    return _back()


@blueprint.post("/desk/readers/<int:number>/enable")
@guard.allow(*KEEPERS)
def enable_reader(number: int) -> Response:
    """Take it into service; devices notices within a second."""
    return _switch(_numbered(number), enabled=True)


@blueprint.post("/desk/readers/<int:number>/disable")
@guard.allow(*KEEPERS)
def disable_reader(number: int) -> Response:
    """Take it out of service, but not from under a patient."""
    reader = _numbered(number)
    if reader.visit is not None:
        return _refused(Trouble("READER-006"), "")
    return _switch(reader, enabled=False)


def _switch(reader: Reader, *, enabled: bool) -> Response:
    room = here()
    with room.ledger.together():
        readers.enable(room.ledger, reader.key, enabled=enabled)
        _note("reader-enabled" if enabled else "reader-disabled", reader)
    return _back()


def _page(trouble: Trouble | None, typed_for: str) -> str:
    room = here()
    cards = reader_words.cards(room.ledger, room.settings, house.names())
    return render_template(
        "desk/readers.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        cards=cards,
        typed_for=typed_for,
        form=request.form,
        wish=reader_tests.wanted(room.ledger),
        waits_long=reader_words.waits_long(reader_tests.wanted(room.ledger), room.clock()),
        test_at=room.settings.reader_test_at,
        models=reader_words.models(),
        houses=house.choices(),
        longest_label=LONGEST_LABEL,
        today=clinic_day(room.clock()),
    )


def _refused(trouble: Trouble, typed_for: str) -> Response:
    if not errors.wants_page():
        raise trouble
    return make_response(_page(trouble, typed_for), errors.status_of(trouble))


def _numbered(number: int) -> Reader:
    found = next((one for one in readers.listed(here().ledger) if one.number == number), None)
    if found is None:
        raise Trouble("INPUT-005")
    return found


def _label() -> str:
    label = " ".join(request.form.get("label", "").split())
    if not 0 < len(label) <= LONGEST_LABEL:
        raise Trouble(
            "INPUT-001", said("呼び名は1文字から{longest_label}文字までです", longest_label=LONGEST_LABEL)
        )
    return label


def _profile() -> str:
    profile = request.form.get("profile", "")
    if profile and reader_profiles.profile(profile) is None:
        raise Trouble("INPUT-001", "一覧にない機種です")
    return profile


def _delivered_on() -> date | None:
    text = request.form.get("delivered_on", "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Trouble("INPUT-001", "納品日を読めません") from error
    if day is not None and day > clinic_day(here().clock()):
        raise Trouble("INPUT-001", "納品日が今日より先になっています")
    return day


def _institution() -> str | None:
    code = house.chosen(request.form.get("institution_code", ""))
    return None if code == here().settings.institution_code else code


def _note(action: str, reader: Reader, detail: str = "") -> None:
    room = here()
    audit.write(room.ledger, guard.signed_in().name, action, reader.name, room.clock(), detail)


def _back() -> Response:
    return make_response(redirect(url_for("desk.reader_list"), 303))
