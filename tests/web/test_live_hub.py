"""The live hub: what a commit brings to every open page, and how a page that was away catches up."""

import json
import queue
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import Phase
from appliance.ledger import accounts, checks, conditions, readers
from appliance.ledger.bell import Bell, Topic
from appliance.ledger.conditions import Link, LinkState
from appliance.web import live
from appliance.web.live import Event, Hub
from tests.web.desk_world import ORIGIN, Client, Desk, client_of


class Stream:
    """An open event stream: its events as (name, id, text), read by a thread of its own so that a test never hangs."""

    def __init__(self, body: Any) -> None:
        self._events: queue.Queue[tuple[str, str, str] | None] = queue.Queue()
        self._body = body
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for chunk in self._body:
            for block in chunk.decode().split("\n\n"):
                if "event: " in block:
                    self._events.put(self._parsed(block))
        self._events.put(None)

    @staticmethod
    def _parsed(block: str) -> tuple[str, str, str]:
        parts = [line.partition(": ") for line in block.splitlines()]
        named = {name: value for name, _, value in parts}
        return (
            named["event"],
            named.get("id", ""),
            "\n".join(text for name, _, text in parts if name == "data"),
        )

    def next(self, name: str) -> tuple[str, str]:
        """Id and text of the next event of this name; earlier ones of other names are passed over."""
        while True:
            event = self._events.get(timeout=10)
            assert event is not None, "the stream has ended"
            if event[0] == name:
                return event[1:]

    def ended(self) -> bool:
        while (self._events.get(timeout=10)) is not None:
            pass
        return True


def test_only_what_ends_a_line_of_an_event_breaks_its_text() -> None:
    """A name with a rare separator in it is still one JSON text to who reads the stream."""
    text = json.dumps({"name": "見本\u2028花子\u0085"}, ensure_ascii=False)
    assert Event("eligibility", text, "7").encode().decode() == f"id: 7\nevent: eligibility\ndata: {text}\n\n"
    assert Event("row", "a\r\nb\rc\n").encode() == b"event: row\ndata: a\ndata: b\ndata: c\n\n"
    assert Event("row", "").encode() == b"event: row\ndata: \n\n"


@pytest.fixture
def board(desk: Desk) -> Iterator[Client]:
    """A signed-in client; its hub is closed at the end, and with it all streams."""
    client = client_of(desk)
    yield client
    client.flask.application.extensions["madoguchi"].hub.close()


def opened(client: Client, after: str = "0", **headers: str) -> Stream:
    answer = client.flask.get(f"/reception/events?after={after}", base_url=ORIGIN, headers=headers)
    assert answer.mimetype == "text/event-stream"
    return Stream(iter(answer.response))


def test_a_commit_reaches_every_open_page(desk: Desk, board: Client) -> None:
    streams = [opened(board), opened(board)]
    for stream in streams:
        stream.next("day")
    check_id = desk.person("p01")
    for stream in streams:
        revision, html = stream.next("row")
        while "有効" not in html:
            revision, html = stream.next("row")
        assert f'id="check-{check_id}"' in html
        assert f'data-revision="{revision}"' in html


def test_a_page_that_was_away_hears_what_it_missed_and_no_more(desk: Desk, board: Client) -> None:
    seen = checks.find(desk.ledger, desk.person("p01"))
    missed = desk.person("p04")
    assert seen is not None
    stream = opened(board, **{"Last-Event-ID": str(seen.revision)})
    _, html = stream.next("row")
    assert missed in html
    revision, day = stream.next("day")
    assert int(revision) == checks.latest_revision(desk.ledger)
    assert day.count("-") == 2


def test_reader_and_link_news(desk: Desk, board: Client) -> None:
    stream = opened(board)
    stream.next("day")
    readers.show(
        desk.ledger, "serial-1", desk.now(), phase=Phase.PIN, visit="v", tries_left=2, staff_called=True
    )
    _, html = stream.next("readers")
    for text in ("暗証番号を入力中", "残り2回", "係員を呼んでいます"):
        assert text in html
    conditions.note(desk.ledger, Link.CENTER, LinkState.DOWN, "LINE-001", desk.now())
    _, html = stream.next("links")
    assert "原因: 回線" in html


def test_what_changes_nothing_on_the_page_is_not_sent(desk: Desk, board: Client) -> None:
    stream = opened(board)
    stream.next("day")
    accounts.add(desk.ledger, "momiji", accounts.Role.RECEPTION, "x", desk.now())
    desk.typed()
    assert stream._events.get(timeout=10) is not None
    assert stream._events.empty()


def test_a_stream_ends_with_the_sign_in(desk: Desk, board: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT", 0.05)
    stream = opened(board)
    stream.next("alive")
    accounts.add(desk.ledger, "reception", accounts.Role.RECEPTION, "a new password", desk.now())
    assert stream.ended()


def test_a_busy_stream_shows_nothing_more_after_the_sign_in_is_over(desk: Desk, board: Client) -> None:
    stream = opened(board)
    stream.next("day")
    accounts.add(desk.ledger, "reception", accounts.Role.RECEPTION, "a new password", desk.now())
    desk.person("p01")
    heard = []
    while (event := stream._events.get(timeout=live.HEARTBEAT / 2)) is not None:
        heard.append(event)
    assert heard == []


class Plain:
    """A feed whose news are what a test put there."""

    is_behind = False

    def __init__(self) -> None:
        self.waiting: list[Event] = []
        self.breaks = False

    def opening(self, last_seen: str) -> list[Event]:
        return [Event("open", last_seen)]

    def news(self, _topics: Topic) -> list[Event]:
        if self.breaks:
            raise ValueError("broken")
        found, self.waiting = self.waiting, []
        return found


@pytest.fixture
def hub(desk: Desk) -> Iterator[Hub]:
    found = Hub(desk.box.bell_dir)
    yield found
    found.close()


def streamed(hub: Hub, feed: Plain) -> Any:
    return hub.response("plain", lambda: feed, "", lambda: True)


def ring(desk: Desk) -> None:
    bell = Bell(desk.box.bell_dir)
    bell.ring()
    bell.close()


def test_text_of_several_lines_stays_one_event() -> None:
    assert Event("row", "a\nb", "7").encode() == b"id: 7\nevent: row\ndata: a\ndata: b\n\n"
    assert Event("day", "").encode() == b"event: day\ndata: \n\n"


def test_a_page_too_slow_to_follow_is_let_go(desk: Desk, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BACKLOG", 2)
    feed = Plain()
    slow, quick = streamed(hub, feed), Stream(iter(streamed(hub, feed).response))
    for place in range(4):
        feed.waiting = [Event("row", str(place))]
        ring(desk)
        quick.next("row")
    # It ends where it stands; its browser comes back and starts from the ledger.
    assert b"row" not in b"".join(slow.response)


def test_a_feed_that_breaks_ends_its_streams_and_not_the_hub(desk: Desk, hub: Hub, caplog: Any) -> None:
    feed = Plain()
    broken = Stream(iter(streamed(hub, feed).response))
    broken.next("open")
    feed.breaks = True
    ring(desk)
    assert broken.ended()
    assert "live feed failed" in caplog.text
    feed.breaks = False
    again = Stream(iter(streamed(hub, feed).response))
    again.next("open")
    feed.waiting = [Event("row", "x")]
    ring(desk)
    assert again.next("row") == ("", "x")


def test_no_more_streams_than_there_are_threads_for(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_STREAMS", 2)
    held = [streamed(hub, Plain()) for _ in range(2)]
    with pytest.raises(Trouble, match="BOX-006"):
        streamed(hub, Plain())
    body = iter(held[0].response)
    next(body)
    held[0].close()
    streamed(hub, Plain())


def test_a_stopped_hub_ends_its_streams_and_opens_none(hub: Hub) -> None:
    stream = Stream(iter(streamed(hub, Plain()).response))
    stream.next("open")
    hub.end_streams()
    assert stream.ended()
    with pytest.raises(Trouble, match="BOX-006"):
        streamed(hub, Plain())


class Ending(Plain):
    """A feed during whose opening the hub is stopped."""

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub

    def opening(self, last_seen: str) -> list[Event]:
        self._hub.end_streams()
        return super().opening(last_seen)


def test_a_stream_that_is_opened_while_the_hub_stops_is_refused(hub: Hub) -> None:
    """Left open, its page would look at an old screen until its own look failed."""
    with pytest.raises(Trouble, match="BOX-006"):
        streamed(hub, Ending(hub))
