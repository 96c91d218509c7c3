"""What a patient touches: from the page through the hatch to devices. A PIN comes and goes here and leaves no trace."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, jsonify, request

from appliance import hatch
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import (
    NO_CONSENTS,
    Choices,
    ConsentWay,
    Display,
    Language,
    Phase,
    PrescriptionForm,
    Way,
)
from appliance.ledger import readers
from appliance.web import guard
from appliance.web.patient import views
from appliance.web.patient.asked import Asked
from appliance.web.patient.screen import TEXT_VERSION, Screen, screen_of
from appliance.web.patient.views import MAY_SEE
from appliance.web.room import here

_FOUR_DIGITS = re.compile(r"[0-9]{4}")
_ANSWERS = "madoguchi-patient-answers"
_DISPLAY_NAMES = frozenset(field.name for field in fields(Display))
_FOURTEEN_DIGITS = re.compile(r"[0-9]{14}")

Kind = TypeVar("Kind", bound=StrEnum)


class OncePerScreen:
    """Lets one answer through for each screen of a reader, so that a second tap costs no second try. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered: dict[str, str] = {}

    def claim(self, reader: str, key: str) -> None:
        """Take the one answer of the screen `key`. Raises `Trouble` VISIT-001 when it was taken before."""
        with self._lock:
            if self._answered.get(reader) == key:
                raise Trouble("VISIT-001")
            self._answered[reader] = key

    def give_back(self, reader: str) -> None:
        """The answer did not arrive; the patient may try again."""
        with self._lock:
            self._answered.pop(reader, None)


@dataclass(frozen=True)
class Touched:
    """One request: its JSON object and the screen it was touched on."""

    reader: str
    body: Mapping[str, Any]
    screen: Screen


def install(blueprint: Blueprint) -> None:
    """Hang the touches into `blueprint`."""
    blueprint.record(lambda state: state.app.extensions.update({_ANSWERS: OncePerScreen()}))
    blueprint.post("/<reader>/pin")(pin)
    blueprint.post("/<reader>/number")(number)
    blueprint.post("/<reader>/show")(show)
    blueprint.post("/<reader>/phone")(phone)
    blueprint.post("/<reader>/way")(way)
    blueprint.post("/<reader>/back")(back)
    blueprint.post("/<reader>/language")(language)
    blueprint.post("/<reader>/display")(display)
    blueprint.post("/<reader>/consents")(consents)
    blueprint.post("/<reader>/cancel")(cancel)
    blueprint.post("/<reader>/staff")(staff)


@guard.allow(*MAY_SEE)
def pin(reader: str) -> Response:
    """`{visit, pin, screen}`: the typed PIN. Raises `Trouble`: VISIT-001, INPUT-001, BOX-003, or devices' refusal."""
    asked = _asked(reader, Phase.PIN)
    typed = asked.body.get("pin")
    if not isinstance(typed, str) or not _FOUR_DIGITS.fullmatch(typed):
        raise Trouble("INPUT-001")
    return _answer(asked, hatch.TypedPin(reader, asked.screen.visit, typed, asked.screen.tries_left))


@guard.allow(*MAY_SEE)
def number(reader: str) -> Response:
    """`{visit, number, screen}`: the number on the card's face. Raises `Trouble` as `pin` does."""
    asked = _asked(reader, Phase.CARD_NUMBER)
    typed = asked.body.get("number")
    if not isinstance(typed, str) or not _FOURTEEN_DIGITS.fullmatch(typed):
        raise Trouble("INPUT-001")
    return _answer(asked, hatch.TypedCardNumber(reader, asked.screen.visit, typed))


@guard.allow(*MAY_SEE)
def show(reader: str) -> Response:
    """`{visit}`: the card is shown to the camera instead of typing. Raises `Trouble` as `cancel` does."""
    return _pass(hatch.ShowsCard(reader, _asked(reader, Phase.CARD_NUMBER).screen.visit))


@guard.allow(*MAY_SEE)
def phone(reader: str) -> Response:
    """`{visit}`, which is empty: the patient has a phone and no card. Raises `Trouble`: VISIT-001, BOX-003, devices' refusal."""
    asked = _asked(reader, Phase.IDLE, for_anybody=True)
    return _pass(hatch.WantedPhone(reader, asked.screen.visit))


@guard.allow(*MAY_SEE)
def way(reader: str) -> Response:
    """`{visit, way}`: how to go on. Raises `Trouble`: VISIT-001, INPUT-001, BOX-003, or devices' refusal."""
    asked = _asked(reader)
    return _pass(hatch.WantedWay(reader, asked.screen.visit, _one_of(Way, asked.body.get("way"))))


@guard.allow(*MAY_SEE)
def back(reader: str) -> Response:
    """`{visit}`: back to the choice of a way. Raises `Trouble` as `cancel` does."""
    return _pass(hatch.WentBack(reader, _asked(reader).screen.visit))


@guard.allow(*MAY_SEE)
def language(reader: str) -> Response:
    """`{visit, language}`; `visit` may be empty while nobody has laid a card. Raises `Trouble` as `way` does."""
    asked = _asked(reader, for_anybody=True)
    wanted = _one_of(Language, asked.body.get("language"))
    return _pass(hatch.WantedLanguage(reader, asked.screen.visit, wanted))


@guard.allow(*MAY_SEE)
def display(reader: str) -> Response:
    """`{visit, display: {big, contrast, voice}}`; `visit` as in `language`. Raises `Trouble` as `way` does."""
    asked = _asked(reader, for_anybody=True)
    wanted = asked.body.get("display")
    if not isinstance(wanted, dict) or set(wanted) != _DISPLAY_NAMES:
        raise Trouble("INPUT-001")
    if not all(isinstance(value, bool) for value in wanted.values()):
        raise Trouble("INPUT-001")
    return _pass(hatch.WantedDisplay(reader, asked.screen.visit, Display(**wanted)))


@guard.allow(*MAY_SEE)
def consents(reader: str) -> Response:
    """`{visit, consents: {name: bool}, pressed, choices: {name: value}, screen}`: what is asked today, exactly once.

    Raises `Trouble` as `pin` does.
    """
    asked = _asked(reader, Phase.CONSENTS)
    today = views.asked(here())
    given = asked.body.get("consents")
    if not isinstance(given, dict) or set(given) != set(today.items):
        raise Trouble("INPUT-001")
    if not all(isinstance(value, bool) for value in given.values()):
        raise Trouble("INPUT-001")
    pressed = _one_of(ConsentWay, asked.body.get("pressed", ConsentWay.EACH))
    agreed = replace(NO_CONSENTS, **given)
    choices = _choices(today, asked.body.get("choices", {}))
    touch = hatch.GivenConsents(
        reader, asked.screen.visit, agreed, pressed, TEXT_VERSION, choices, asked.screen.language
    )
    return _answer(asked, touch)


@guard.allow(*MAY_SEE)
def cancel(reader: str) -> Response:
    """`{visit}`: the patient stops. Raises `Trouble`: VISIT-001, BOX-003, or devices' refusal."""
    return _pass(hatch.Cancelled(reader, _asked(reader).screen.visit))


@guard.allow(*MAY_SEE)
def staff(reader: str) -> Response:
    """`{visit}`: the patient calls for staff. Raises `Trouble` as `cancel` does."""
    return _pass(hatch.StaffCalled(reader, _asked(reader).screen.visit))


def _choices(today: Asked, made: object) -> Choices:
    if not isinstance(made, dict) or set(made) != set(today.choices):
        raise Trouble("INPUT-001")
    prescription = PrescriptionForm.NOT_ASKED
    if "prescription" in made:
        prescription = _one_of(PrescriptionForm, made["prescription"] or None)
    subsidy = made.get("medical_subsidy")
    if "medical_subsidy" in made and not isinstance(subsidy, bool):
        raise Trouble("INPUT-001")
    return Choices(prescription, subsidy)


def _one_of(kind: type[Kind], value: object) -> Kind:
    if not isinstance(value, str):
        raise Trouble("INPUT-001")
    try:
        return kind(value)
    except ValueError:
        raise Trouble("INPUT-001") from None


def _asked(reader: str, phase: Phase | None = None, *, for_anybody: bool = False) -> Touched:
    """The request, when it belongs to what the reader shows right now; a page may lag behind by one screen."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        raise Trouble("INPUT-001") from None
    if not isinstance(body, dict):
        raise Trouble("INPUT-001")
    found = readers.find(here().ledger, reader)
    if found is None:
        raise Trouble("INPUT-005")
    screen = screen_of(found)
    is_somebody = for_anybody or screen.visit != ""
    fits = is_somebody and body.get("visit") == screen.visit and body.get("screen", screen.key) == screen.key
    if not fits or phase not in (None, screen.phase):
        raise Trouble("VISIT-001")
    return Touched(reader, body, screen)


def _answer(asked: Touched, touch: hatch.Touch) -> Response:
    answers: OncePerScreen = current_app.extensions[_ANSWERS]
    answers.claim(asked.reader, asked.screen.key)
    try:
        return _pass(touch)
    except Trouble:
        answers.give_back(asked.reader)
        raise


def _pass(touch: hatch.Touch) -> Response:
    hatch.pass_through(here().box.hatch_socket, touch)
    return jsonify({"ok": True})
