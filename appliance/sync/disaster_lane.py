"""The disaster lane: ends 災害時モード by the clock, and has forgotten in time what was searched and found.

What the clinical viewer has asked for lies under the same kind of keys, so its time is watched here too.
"""

import logging
import threading
import traceback

from appliance.ledger import disaster_forgetting, medical_questions
from appliance.ledger.bell import LONGEST_WAIT, Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock

_log = logging.getLogger(__name__)


class DisasterLane:
    """Runs in a thread of its own from `start` to `stop`. There is one in a box."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._clean = disaster_forgetting.NO_MARKS
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="disaster-lane", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the step under way and end."""
        self._stopping.set()
        self._ledger.ring()
        self._thread.join()

    def _run(self) -> None:
        with self._ledger.listen(Topic.OTHER) as bell:
            while not self._stopping.is_set():
                self._guarded_turn()
                bell.wait(LONGEST_WAIT)

    def _guarded_turn(self) -> None:
        try:
            self.turn()
        except Exception as error:
            # Its text may quote a message; kind and place do not.
            place = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("BOX-005 %s %s:%s", type(error).__name__, place.filename, place.lineno)

    def turn(self) -> None:
        """Do what is due. What was forgotten is gone from the disk once the write-ahead log is empty, which may take several turns."""
        now = self._clock()
        disaster_forgetting.drop_unasked(self._ledger, now)
        disaster_forgetting.forget_due(self._ledger, now)
        medical_questions.forget_due(self._ledger, now)
        marks = disaster_forgetting.marks(self._ledger)  # pages and commands forget as well
        if marks != self._clean and self._ledger.empty_log():
            self._clean = marks
