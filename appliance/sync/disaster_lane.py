"""The disaster lane: ends 災害時モード by the clock, and has forgotten in time what was searched and found.

What the clinical viewer has asked for lies under the same kind of keys, so its time is watched here too.
"""

from appliance.ledger import disaster_forgetting, medical_questions
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.sync.lane import ListeningLane


class DisasterLane(ListeningLane):
    """There is one in a box."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        super().__init__("disaster-lane", ledger, Topic.OTHER)
        self._clock = clock
        self._clean = disaster_forgetting.NO_MARKS

    def _turn(self) -> None:
        self.turn()

    def turn(self) -> None:
        """Do what is due. What was forgotten is gone from the disk once the write-ahead log is empty, which may take several turns."""
        now = self._clock()
        disaster_forgetting.drop_unasked(self._ledger, now)
        disaster_forgetting.forget_due(self._ledger, now)
        medical_questions.forget_due(self._ledger, now)
        marks = disaster_forgetting.marks(self._ledger)  # pages and commands forget as well
        if marks != self._clean and self._ledger.empty_log():
            self._clean = marks
