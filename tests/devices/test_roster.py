"""What the watcher tells, from what pcscd reports."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.devices.events import CardGone, CardPresent, ReaderArrived, ReaderGone, WatcherEvent
from appliance.devices.readers import reader_key
from appliance.devices.roster import Roster

A, B = "Model (A) 00 00", "Model (B) 01 00"
KEY_A, KEY_B = reader_key(A), reader_key(B)
EMPTY, PRESENT, IN_USE, MUTE = 0x10, 0x20, 0x100, 0x200


def test_readers_come_and_go() -> None:
    roster = Roster()
    assert roster.readers([A]) == [ReaderArrived(KEY_A, A)]
    assert roster.readers([A, B]) == [ReaderArrived(KEY_B, B)]
    assert roster.readers([B]) == [ReaderGone(KEY_A, A)]
    assert roster.states() == [(B, 0)]


def test_a_card_comes_and_goes() -> None:
    roster = Roster()
    roster.readers([A])
    assert roster.state(A, EMPTY) == []
    assert roster.state(A, 0x10000 | PRESENT) == [CardPresent(KEY_A, A)]
    assert roster.state(A, 0x10000 | PRESENT | IN_USE) == []
    assert roster.state(A, 0x20000 | EMPTY) == [CardGone(KEY_A, A)]


def test_a_silent_card_is_a_card() -> None:
    roster = Roster()
    roster.readers([A])
    assert roster.state(A, PRESENT | MUTE) == [CardPresent(KEY_A, A)]


def test_a_card_swapped_between_two_looks_is_gone_and_come() -> None:
    roster = Roster()
    roster.readers([A])
    roster.state(A, 0x10000 | PRESENT)
    assert roster.state(A, 0x30000 | PRESENT) == [CardGone(KEY_A, A), CardPresent(KEY_A, A)]


def test_a_reader_takes_its_card_along() -> None:
    roster = Roster()
    roster.readers([A, B])
    roster.state(A, PRESENT)
    assert roster.clear() == [CardGone(KEY_A, A), ReaderGone(KEY_A, A), ReaderGone(KEY_B, B)]
    assert roster.clear() == []


def test_a_reader_replugged_under_another_number_keeps_its_key() -> None:
    roster = Roster()
    roster.readers([A, B])
    moved = "Model (A) 05 00"
    assert roster.readers([B, moved]) == [ReaderGone(KEY_A, A), ReaderArrived(KEY_A, moved)]


def test_two_readers_never_share_a_key() -> None:
    keys = [
        event.key
        for event in Roster().readers(["Cheap 00 00", "Cheap 01 00"])
        if isinstance(event, ReaderArrived)
    ]
    assert len(set(keys)) == 2


_reports = st.one_of(
    st.lists(st.sampled_from([A, B, "Model (A) 02 00"]), unique=True),
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from([EMPTY, PRESENT, PRESENT | MUTE])),
)


@given(st.lists(_reports))
def test_whatever_is_reported_every_coming_has_its_going(
    reports: list[list[str] | tuple[int, int, int]],
) -> None:
    roster = Roster()
    events: list[WatcherEvent] = []
    for report in reports:
        if isinstance(report, list):
            events += roster.readers(report)
        elif report[0] < len(names := [name for name, _ in roster.states()]):
            events += roster.state(names[report[0]], report[1] << 16 | report[2])
    events += roster.clear()
    readers: set[str] = set()
    cards: set[str] = set()
    for event in events:
        if isinstance(event, ReaderArrived):
            assert event.name not in readers
            readers.add(event.name)
        elif isinstance(event, CardPresent):
            assert event.name in readers - cards
            cards.add(event.name)
        elif isinstance(event, CardGone):
            cards.remove(event.name)
        elif isinstance(event, ReaderGone):
            assert event.name not in cards
            readers.remove(event.name)
    assert not readers | cards
