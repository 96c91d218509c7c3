"""The hands of a patient in the demo: lay the card, type the PIN, consent, all through the same ways a patient uses."""

from collections.abc import Callable
from datetime import datetime, timedelta

from appliance.demo.cards import Cards
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import ALL_CONSENTS, Phase
from appliance.hatch import GivenConsents, TypedPin, pass_through
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


def lay_card_and_consent(box: Box, ledger: Ledger, person: str, number: int, pin: str) -> Check:
    """One whole visit up to the check, which is returned as it stands then; the card stays on the reader.

    Raises `Trouble` with the code the patient's visit ended with: CARD-004 for a wrong PIN, CARD-002, …
    """
    before = _reader(ledger, number)
    started = utc_now()
    Cards(box.root).insert(number, person)
    at_pin = _wait(ledger, number, lambda at: at.visit != before.visit and at.phase is Phase.PIN)
    visit = at_pin.visit or ""
    pass_through(box.hatch_socket, TypedPin(str(number), visit, pin))
    at_consents = _wait(ledger, number, lambda at: at.phase is Phase.CONSENTS or _is_refused(at, at_pin))
    if at_consents.phase is not Phase.CONSENTS:
        raise Trouble(at_consents.trouble_code or "CARD-004", f"残り{at_consents.tries_left}回")
    pass_through(box.hatch_socket, GivenConsents(str(number), visit, ALL_CONSENTS))
    _wait(ledger, number, lambda at: at.phase in _OPENED or at.trouble_code == "VISIT-004")
    return _newest_check(ledger, number, started)


def _is_refused(at: Reader, before: Reader) -> bool:
    return at.phase is Phase.PIN and at.changed_at > before.changed_at and at.trouble_code is not None


def _reader(ledger: Ledger, number: int) -> Reader:
    found = readers.find(ledger, str(number))
    if found is None:
        raise Trouble("READER-001", f"リーダー{number}")
    return found


def _wait(ledger: Ledger, number: int, is_there: Callable[[Reader], bool]) -> Reader:
    """The reader as soon as `is_there`. Raises the visit's own trouble when it failed, VISIT-002 after `PATIENCE`."""
    deadline = utc_now() + PATIENCE
    started = utc_now()
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
