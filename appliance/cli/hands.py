"""The hands of a patient in the demo: lay the card, type the PIN or show the face, consent; all as a patient does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from appliance.demo import people
from appliance.demo.camera_client import CameraKnobs
from appliance.demo.cards import Cards
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import ALL_CONSENTS, ConsentWay, Hint, Phase, Way
from appliance.hatch import (
    GivenConsents,
    JudgedHolder,
    ShowsCard,
    TypedCardNumber,
    TypedPin,
    WantedPhone,
    WantedWay,
    pass_through,
)
from appliance.ledger import checks, readers
from appliance.ledger.bell import Topic
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.ledger.readers import Reader
from appliance.ledger.times import utc_now
from appliance.settings import Box

PATIENCE = timedelta(seconds=30)
_OVER = (Phase.FAILED, Phase.OFFLINE)
_OPENED = (Phase.ASKING, Phase.DONE, Phase.DEFERRED)
_FIRST = (Phase.CHOOSE, Phase.PIN)
_YAW: dict[Hint | None, float] = {Hint.TURN_LEFT: 37.0, Hint.TURN_RIGHT: -37.0}


def lay_card_and_consent(box: Box, ledger: Ledger, person: str, number: int, pin: str) -> Check:
    """One whole visit up to the check, which is returned as it stands then; the card stays on the reader.

    Raises `Trouble` with the code the patient's visit ended with: CARD-004 for a wrong PIN, CARD-002, …
    """
    before = _reader(ledger, number)
    started = utc_now()
    Cards(box.root).insert(number, person)
    first = _wait(ledger, number, lambda at: at.visit != before.visit and at.phase in _FIRST)
    visit = first.visit or ""
    if first.phase is Phase.CHOOSE:
        pass_through(box.hatch_socket, WantedWay(str(number), visit, Way.PIN))
    at_pin = _wait(ledger, number, lambda at: at.visit == visit and at.phase is Phase.PIN)
    pass_through(box.hatch_socket, TypedPin(str(number), visit, pin))
    _consents_or_refusal(ledger, number, at_pin)
    return _consent(box, ledger, number, visit, started)


def hold_phone_and_consent(box: Box, ledger: Ledger, person: str, number: int, make: str, pin: str) -> Check:
    """One whole visit with a phone held to reader `number`, up to the check; the phone is put away again.

    Raises `Trouble` as `lay_card_and_consent`, and INPUT-005 when that reader reads no phones.
    """
    second = _reader(ledger, number)
    at_first = readers.find_by_key(ledger, second.phone_of)
    if at_first is None:
        raise Trouble("INPUT-005", "スマートフォン用のリーダーではありません（madoguchi reader set）")
    first, started = at_first.number, utc_now()
    _wait(ledger, first, lambda at: at.phase is Phase.IDLE and at.manner.phone)
    touched = utc_now()
    pass_through(box.hatch_socket, WantedPhone(str(first), ""))
    visit = _wait(ledger, first, lambda at: at.phase is Phase.CHOOSE).visit or ""
    pass_through(box.hatch_socket, WantedWay(str(first), visit, Way(make)))
    at_pin = _wait(ledger, first, lambda at: at.phase is Phase.PIN, touched)
    pass_through(box.hatch_socket, TypedPin(str(first), visit, pin))
    _wait(ledger, first, lambda at: at.phase is Phase.PHONE)
    cards = Cards(box.root)
    cards.hold_phone(number, person, make)
    try:
        _consents_or_refusal(ledger, first, at_pin)
    finally:
        cards.remove(number)
    return _consent(box, ledger, first, visit, started)


def _consents_or_refusal(ledger: Ledger, number: int, at_pin: Reader) -> None:
    at_consents = _wait(ledger, number, lambda at: at.phase is Phase.CONSENTS or _is_refused(at, at_pin))
    if at_consents.phase is not Phase.CONSENTS:
        raise Trouble(at_consents.trouble_code or "CARD-004", f"残り{at_consents.tries_left}回")


def lay_card_and_show_face(
    box: Box, ledger: Ledger, person: str, number: int, *, camera_number: bool = False
) -> Check:
    """One whole visit by face up to the check: whoever is at reception says that it is the holder, where that is asked.

    With `camera_number` the card is lifted, held up to the camera and laid back; otherwise its number is typed.

    Raises `Trouble` as `lay_card_and_consent`.
    """
    before = _reader(ledger, number)
    started = utc_now()
    camera = CameraKnobs(box.root)
    camera.show(person)
    Cards(box.root).insert(number, person)
    at_choice = _wait(ledger, number, lambda at: at.visit != before.visit and at.phase is Phase.CHOOSE)
    visit = at_choice.visit or ""
    pass_through(box.hatch_socket, WantedWay(str(number), visit, Way.FACE))
    _wait(ledger, number, lambda at: at.phase is Phase.CARD_NUMBER)
    if camera_number:
        pass_through(box.hatch_socket, ShowsCard(str(number), visit))
        _show_card(box, ledger, person, number)
    else:
        number_b = people.person(person).verification_number_b
        pass_through(box.hatch_socket, TypedCardNumber(str(number), visit, number_b))
    _turn_as_asked(ledger, camera, number)
    if _reader(ledger, number).phase is Phase.GLANCE:
        pass_through(box.hatch_socket, JudgedHolder(str(number), visit, "uketsuke", same=True))
    return _consent(box, ledger, number, visit, started)


def _show_card(box: Box, ledger: Ledger, person: str, number: int) -> None:
    """Lift the card, hold it up until it is read or given up, lay it back and look up."""
    _wait(ledger, number, lambda at: at.phase is Phase.SHOW_CARD)
    cards, camera = Cards(box.root), CameraKnobs(box.root)
    cards.remove(number)
    camera.hold_card(person)
    _wait(ledger, number, lambda at: at.phase is Phase.LAY_BACK)
    camera.show(person)
    cards.insert(number, person)
    _wait(ledger, number, lambda at: at.phase is not Phase.LAY_BACK)


def _asks_otherwise(asked: Hint | None, at: Reader) -> bool:
    return at.phase is not Phase.FACE or at.manner.hint != asked


def _turn_as_asked(ledger: Ledger, camera: CameraKnobs, number: int) -> None:
    _wait(ledger, number, lambda at: at.phase is not Phase.CARD_NUMBER)
    asked = None
    while True:
        at = _wait(ledger, number, partial(_asks_otherwise, asked))
        if at.phase is not Phase.FACE:
            return
        asked = at.manner.hint
        camera.turn(_YAW.get(asked, 0.0))


def _consent(box: Box, ledger: Ledger, number: int, visit: str, started: datetime) -> Check:
    _wait(ledger, number, lambda at: at.phase is Phase.CONSENTS)
    pass_through(box.hatch_socket, GivenConsents(str(number), visit, ALL_CONSENTS, ConsentWay.ALL, "demo"))
    _wait(ledger, number, lambda at: at.phase in _OPENED or at.trouble_code == "VISIT-004")
    return _newest_check(ledger, number, started)


def _is_refused(at: Reader, before: Reader) -> bool:
    return at.phase is Phase.PIN and at.changed_at > before.changed_at and at.trouble_code is not None


def _reader(ledger: Ledger, number: int) -> Reader:
    found = readers.find(ledger, str(number))
    if found is None:
        raise Trouble("READER-001", f"リーダー{number}")
    return found


def _wait(
    ledger: Ledger, number: int, is_there: Callable[[Reader], bool], since: datetime | None = None
) -> Reader:
    """The reader as soon as `is_there`.

    Raises the visit's own trouble when it has failed after `since` (or now), VISIT-002 after `PATIENCE`.
    """
    deadline = utc_now() + PATIENCE
    started = since or utc_now()
    with ledger.listen(Topic.READERS) as ear:
        while utc_now() < deadline:
            at = _reader(ledger, number)
            if is_there(at):
                return at
            if at.phase in _OVER and at.trouble_code and at.changed_at > started:
                raise Trouble(at.trouble_code)
            ear.wait()
    raise Trouble("VISIT-002", f"{PATIENCE.total_seconds():.0f}秒待ちました")


def _newest_check(ledger: Ledger, number: int, since: datetime) -> Check:
    for check in checks.recent(ledger, 50):
        if check.reader == str(number) and check.received_at >= since - timedelta(seconds=1):
            return check
    raise Trouble("INPUT-005")
