"""What is only under way is held back for a moment; what is decided goes out at once."""

import queue
import threading
from collections.abc import Iterator

import pytest

from appliance.eligibility.visit import Phase
from appliance.ledger import readers
from appliance.ledger.bell import EVERYTHING, Bell, Topic
from appliance.web.live import Event, Hub
from appliance.web.patient.feed import ReaderFeed
from appliance.web.patient.screen import Screen
from appliance.web.reception.feed import BoardFeed
from tests.web.desk_world import Desk, client_of

ANSWER = Topic.CHECKS | Topic.DELIVERIES


@pytest.fixture
def board(desk: Desk) -> BoardFeed:
    return BoardFeed(desk.ledger, desk.now, client_of(desk).flask.application.jinja_env)


def names(events: list[Event]) -> list[str]:
    return [event.name for event in events]


def shown(desk: Desk, phase: Phase) -> None:
    readers.show(desk.ledger, "serial-1", desk.now(), phase=phase, visit="v", tries_left=3)


def test_a_readers_tile_waits_until_everything_is_told(desk: Desk, board: BoardFeed) -> None:
    shown(desk, Phase.PIN)
    assert board.news(Topic.READERS) == []
    assert board.is_behind
    assert board.news(Topic.CONDITIONS) == []
    assert board.is_behind
    assert names(board.news(EVERYTHING)) == ["readers"]
    assert not board.is_behind


def test_a_check_being_asked_waits_and_its_result_does_not(desk: Desk, board: BoardFeed) -> None:
    check_id = desk.typed()
    assert board.news(Topic.CHECKS) == []
    assert board.is_behind
    desk.answered(check_id, "1")
    (event,) = board.news(ANSWER)
    assert (event.name, check_id in event.data) == ("row", True)
    assert board.news(EVERYTHING) == []


def test_a_check_that_is_asked_for_long_is_shown(desk: Desk, board: BoardFeed) -> None:
    check_id = desk.typed()
    assert board.news(Topic.CHECKS) == []
    (event,) = board.news(EVERYTHING)
    assert (event.name, check_id in event.data) == ("row", True)
    assert not board.is_behind


@pytest.fixture
def screens(desk: Desk) -> ReaderFeed:
    def render(screen: Screen) -> str:
        return screen.phase

    return ReaderFeed(desk.ledger, "1", render)


def test_a_screen_with_only_waiting_is_passed_over_when_the_next_is_there(
    desk: Desk, screens: ReaderFeed
) -> None:
    shown(desk, Phase.READING)
    assert screens.news(Topic.READERS) == []
    assert screens.is_behind
    shown(desk, Phase.PIN)
    (event,) = screens.news(Topic.READERS)
    assert '"html": "pin"' in event.data
    assert not screens.is_behind


def test_a_screen_with_only_waiting_is_shown_when_it_lasts(desk: Desk, screens: ReaderFeed) -> None:
    shown(desk, Phase.READING)
    assert screens.news(Topic.READERS) == []
    (event,) = screens.news(EVERYTHING)
    assert '"html": "reading"' in event.data
    assert screens.news(EVERYTHING) == []


class Holding:
    """A feed that holds back whatever it may."""

    def __init__(self) -> None:
        self.is_behind = False
        self.asked: queue.Queue[Topic] = queue.Queue()

    def opening(self, _last_seen: str) -> list[Event]:
        return []

    def news(self, topics: Topic) -> list[Event]:
        self.asked.put(topics)
        self.is_behind = topics != EVERYTHING
        return []


@pytest.fixture
def hub(desk: Desk) -> Iterator[Hub]:
    found = Hub(desk.box.bell_dir)
    yield found
    found.close()


def test_the_hub_comes_back_for_what_was_held(desk: Desk, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    # Long enough that everything asked for in time can only be what was held back.
    monkeypatch.setattr("appliance.ledger.bell.LONGEST_WAIT", 3600.0)
    monkeypatch.setattr("appliance.web.live.LONGEST_WAIT", 3600.0)
    feed, bell = Holding(), Bell(desk.box.bell_dir)
    body = hub.response("holding", lambda: feed, "", lambda: True).response
    threading.Thread(target=lambda: [None for _ in body], daemon=True).start()
    bell.ring(Topic.CHECKS)
    while feed.asked.get(timeout=10) == EVERYTHING:
        bell.ring(Topic.CHECKS)
    assert feed.asked.get(timeout=10) == EVERYTHING
    bell.close()
