"""What every lane of sync can rely on: a turn that breaks ends nothing, and `stop` waits for no rest."""

import logging
import queue
from pathlib import Path

import pytest

from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.sync.lane import Lane, ListeningLane

_HOUR = 3600.0
_SECRET = "カナザワ ハナコ"


class Counting(Lane):
    """Tells of each turn, the first of which breaks."""

    def __init__(self, every: float, held_off: float) -> None:
        super().__init__("counting", every, held_off=held_off)
        self.turns: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._number = 0

    def _begin(self) -> None:
        raise ValueError(_SECRET)

    def _turn(self) -> None:
        self._number += 1
        self.turns.put(self._number)
        if self._number == 1:
            raise ValueError(_SECRET)


class Hearing(ListeningLane):
    """Tells of each turn; rests until it hears of a reader."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__("hearing", ledger, Topic.READERS)
        self.turns: queue.SimpleQueue[None] = queue.SimpleQueue()

    def _turn(self) -> None:
        self.turns.put(None)


def test_a_turn_that_breaks_is_logged_without_its_text_and_the_next_one_comes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lane = Counting(every=0.0, held_off=0.0)
    with caplog.at_level(logging.ERROR):
        lane.start()
        assert [lane.turns.get(timeout=5) for _ in range(2)] == [1, 2]
        lane.stop()
    said = [one for one in caplog.records if one.name == __name__]
    assert [one.getMessage().split()[:2] for one in said] == [["BOX-005", "ValueError"]] * 2
    assert _SECRET not in caplog.text


@pytest.mark.parametrize(("every", "held_off"), [(_HOUR, 0.0), (0.0, _HOUR)])
def test_to_stop_cuts_the_rest_and_the_wait_after_a_failure(every: float, held_off: float) -> None:
    lane = Counting(every, held_off)
    lane.start()
    assert lane.turns.get(timeout=5) == 1
    lane.stop()
    assert lane.turns.empty()


def test_a_lane_that_listens_has_an_ear_for_its_topic_as_long_as_it_runs(box_dir: Path) -> None:
    box_dir.joinpath("bell").mkdir()
    ledger = Ledger(box_dir / "ledger.db", box_dir / "bell")
    lane = Hearing(ledger)
    lane.start()
    lane.turns.get(timeout=5)
    (ear,) = (box_dir / "bell").iterdir()
    assert ear.name.endswith(f".{Topic.READERS:02x}.bell")
    lane.stop()
    assert not [*(box_dir / "bell").iterdir()]
    ledger.close()
