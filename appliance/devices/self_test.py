"""The test before opening hours: service, readers, cameras and the face model, each looked at without a card or a patient."""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

from smartcard import scard

from appliance.devices.face.camera_probe import probe
from appliance.devices.face.model import STOCK, load_record, verify
from appliance.devices.pcsc import call, succeeded
from appliance.devices.readers import ReaderKey, free_key
from appliance.eligibility.trouble import Trouble
from appliance.ledger import reader_tests, readers
from appliance.ledger.database import Ledger
from appliance.ledger.reader_tests import Standing, Wish
from appliance.ledger.readers import Reader
from appliance.ledger.times import JAPAN, Clock
from appliance.settings import Settings

_log = logging.getLogger(__name__)
_AFTER_START = 30.0
_BETWEEN_LOOKS = 5.0
_AFTER_FAILURE = 30.0
AGAIN = timedelta(minutes=5)
"""After this a test that found something is repeated, so that nobody reads of what is over."""
AGAIN_AT_RETURN = timedelta(seconds=10)
"""The same for a reader that was missing and is there again: its cable was put back, and somebody watches the tile."""
_NO_READERS = 0x8010002E


@dataclass(frozen=True)
class Outcome:
    """What the test found at one reader: codes, none when all is well."""

    reader: Reader
    codes: tuple[str, ...]


def look_at_readers(settings: Settings, ledger: Ledger, clock: Clock) -> tuple[Outcome, ...]:
    """Test every enabled reader and write down what came of it. Takes seconds: the camera and the model's hash do."""
    there = _keys_there()
    model = _model(settings)
    outcomes = []
    for reader in readers.all_readers(ledger):
        codes = (_reader(reader, there), *_face(settings, reader, model))
        found = tuple(code for code in codes if code)
        reader_tests.note(ledger, reader.key, found, clock())
        outcomes.append(Outcome(reader, found))
        _log.log(
            logging.WARNING if found else logging.INFO, "test of reader %s: %s", reader.name, found or "well"
        )
    return tuple(outcomes)


def is_due(at: str, before: Standing, now: datetime) -> bool:
    """Whether to test: the day's test is still to come, `at` (HH:MM in Japan; empty: never) having passed, or it found something."""
    if not at or not before.readers:
        return False
    here, last = now.astimezone(JAPAN), before.oldest
    today = datetime.combine(here.date(), clock_time.fromisoformat(at), JAPAN)
    # One that a clock set back has left in the future says nothing about today.
    if last is None or last < today or last > now:
        return here >= today
    again = AGAIN_AT_RETURN if before.is_back else AGAIN
    return here >= today and before.is_ill and now - last >= again


class DailyTest:
    """Tests the readers once a day, and when a page wishes for it; in a thread of its own, for it takes seconds."""

    def __init__(self, settings: Settings, ledger: Ledger, clock: Clock) -> None:
        self._settings = settings
        self._ledger = ledger
        self._clock = clock
        # Readers that pcscd is still finding after a start are not missing.
        self._not_before = time.monotonic() + _AFTER_START
        self._failed_until = 0.0
        self._testing: threading.Thread | None = None

    def tick(self) -> None:
        """Time has passed."""
        if self._testing is not None and self._testing.is_alive():
            return
        wish = reader_tests.wanted(self._ledger) if time.monotonic() >= self._failed_until else None
        if wish is not None or self._is_due():
            self._testing = threading.Thread(target=self._run, args=(wish,), name="self-test", daemon=True)
            self._testing.start()

    def _is_due(self) -> bool:
        now = time.monotonic()
        if now < self._not_before:
            return False
        self._not_before = now + _BETWEEN_LOOKS
        return is_due(self._settings.reader_test_at, reader_tests.standing(self._ledger), self._clock())

    def close(self) -> None:
        """Wait for a test under way."""
        if self._testing is not None:
            self._testing.join()

    def _run(self, wish: Wish | None) -> None:
        try:
            look_at_readers(self._settings, self._ledger, self._clock)
            # Last of all: a test that was cut off is made again after the next start.
            if wish is not None:
                reader_tests.fulfilled(self._ledger, wish.seq)
        except Exception:
            self._failed_until = time.monotonic() + _AFTER_FAILURE
            _log.exception("the readers were not tested")


def _keys_there() -> frozenset[str] | None:
    """The keys of all readers that pcscd lists; None when it does not answer."""
    hresult, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if not succeeded(hresult):
        return None
    try:
        hresult, names = call(scard.SCardListReaders, context, [])
    finally:
        scard.SCardReleaseContext(context)
    if not succeeded(hresult):
        return frozenset() if hresult & 0xFFFFFFFF == _NO_READERS else None
    keys: list[ReaderKey] = []
    for name in names:
        keys.append(free_key(name, keys))
    return frozenset(str(key) for key in keys)


def _reader(reader: Reader, there: frozenset[str] | None) -> str:
    if there is None:
        return "READER-002"
    return "" if reader.key in there else "READER-001"


def _model(settings: Settings) -> str:
    if not any(settings.face_cameras):
        return ""
    try:
        record = load_record(Path(settings.face_model) if settings.face_model else STOCK)
        for file in (record.embedder, record.landmarks):
            verify(file)
    except Trouble as trouble:
        return trouble.code
    return ""


def _face(settings: Settings, reader: Reader, model: str) -> tuple[str, ...]:
    camera = settings.face_cameras[reader.number - 1] if reader.number <= len(settings.face_cameras) else ""
    if not camera:
        return ()
    # A camera that somebody stands before is held by the visit, and works.
    return (model, "" if reader.visit else probe(camera))
