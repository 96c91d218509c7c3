"""One stream of events by itself: it ends, it is heard of now and then, and it goes on where it is told to."""

from dataclasses import replace

import pytest

from appliance.web.api import events
from appliance.web.api.events import HEARTBEAT, Told
from tests.web.api.vendor import Vendor, vendor_of
from tests.web.desk_world import Desk


@pytest.fixture
def brief(desk: Desk) -> Vendor:
    """A vendor at a box whose streams end at once."""
    desk.settings = replace(desk.settings, api_stream_lasts=0.01)
    return vendor_of(desk)


def names(text: str) -> list[str]:
    return [line.removeprefix("event: ") for line in text.splitlines() if line.startswith("event: ")]


def ids(text: str) -> list[str]:
    return [line.removeprefix("id: ") for line in text.splitlines() if line.startswith("id: ")]


def test_a_stream_ends_and_the_next_goes_on_behind_the_last_event(desk: Desk, brief: Vendor) -> None:
    """API-021, API-023."""
    for number in (1, 2, 3):
        desk.person(f"p0{number}")
    whole = brief.get("/events")
    assert whole.mimetype == "text/event-stream"
    assert names(whole.text) == ["box-state", *["reader-state"] * 2, *["eligibility"] * 3]
    cursors = ids(whole.text)
    assert ids(brief.get("/events", **{"Last-Event-ID": cursors[0]}).text) == cursors[1:]
    assert ids(brief.get(f"/events?after={cursors[1]}").text) == cursors[2:]
    assert ids(brief.get("/events").text) == cursors


def test_a_batch_is_followed_by_the_next(desk: Desk, brief: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "BATCH", 2)
    wanted = [desk.person("p01") for _ in range(5)]
    text = brief.get("/events").text
    assert [check_id for check_id in wanted if check_id in text] == wanted
    assert len(ids(text)) == 5


def test_something_is_heard_every_ten_seconds(desk: Desk) -> None:
    """API-024."""
    seconds = [0.0]
    told = Told(0, lambda: seconds[0])
    with desk.app().test_request_context():
        assert list(told.states()) != []
        said = []
        for now in (1.0, HEARTBEAT, HEARTBEAT + 1, 2 * HEARTBEAT):
            seconds[0] = now
            assert list(told.states()) == []
            said.append(b"".join(told.heartbeat()))
    assert [bool(one) for one in said] == [False, True, False, True]
    assert said[1].startswith(b":")
