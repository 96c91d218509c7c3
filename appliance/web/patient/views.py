"""The pages of the patient screen and its live stream."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from appliance.eligibility.trouble import Trouble
from appliance.ledger import readers
from appliance.ledger.accounts import Role
from appliance.ledger.times import clinic_day
from appliance.rulebook import rulebook_of
from appliance.web import guard
from appliance.web.patient.asked import Asked, asked_on
from appliance.web.patient.feed import LAST_SEEN, ReaderFeed
from appliance.web.patient.languages import WORDS
from appliance.web.patient.screen import Screen, screen_of, words_of
from appliance.web.room import Room, here

MAY_SEE = (*guard.CLINIC, Role.PATIENT_SCREEN)
_STAGE = "patient/stage.html"


def install(blueprint: Blueprint) -> None:
    """Hang the pages into `blueprint`."""
    blueprint.get("")(choose)
    blueprint.get("/<reader>")(page)
    blueprint.get("/<reader>/events")(events)


def asked(room: Room) -> Asked:
    """What the box asks its patients today."""
    return asked_on(rulebook_of(room.box), clinic_day(room.clock()), room.settings)


@guard.allow(*MAY_SEE)
def choose() -> str:
    """The readers to choose from, for setting a touch display up; one that reads phones has no screen of its own."""
    found = [reader for reader in readers.all_readers(here().ledger) if not reader.phone_of]
    return render_template("patient/choose.html", readers=found)


@guard.allow(*MAY_SEE)
def page(reader: str) -> str | BaseResponse:
    """The screen at `reader`, for one that reads phones that of the reader it belongs to.

    Raises `Trouble` INPUT-005 when there is no such reader.
    """
    found = readers.find(here().ledger, reader)
    if found is None:
        raise Trouble("INPUT-005")
    first = readers.find_by_key(here().ledger, found.phone_of)
    if first is not None:
        return redirect(url_for(".page", reader=first.name))
    screen = screen_of(found)
    return render_template(
        "patient/page.html",
        reader=reader,
        words=words_of(screen),
        languages=WORDS,
        screen=screen,
        asked=asked(here()),
        is_shuffled=here().settings.pin_shuffled,
    )


@guard.allow(*MAY_SEE)
def events(reader: str) -> Response:
    """Every new screen at `reader`, as server-sent events. Raises `Trouble` INPUT-005 as `page` does."""
    room = here()
    if readers.find(room.ledger, reader) is None:
        raise Trouble("INPUT-005")
    template = current_app.jinja_env.get_template(_STAGE)

    def render(screen: Screen) -> str:
        return template.render(
            screen=screen,
            words=words_of(screen),
            languages=WORDS,
            asked=asked(room),
            is_shuffled=room.settings.pin_shuffled,
        )

    return room.hub.response(
        f"patient/{reader}",
        lambda: ReaderFeed(room.ledger, reader, render),
        request.headers.get(LAST_SEEN, ""),
        guard.is_welcome(),
    )
