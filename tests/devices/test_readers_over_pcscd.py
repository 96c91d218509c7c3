"""Sessions and the watch through the real pcscd, with virtual cards behind it."""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from appliance.demo import paths
from appliance.demo.card_ca import CardKey, trust_anchors
from appliance.demo.cards import CardWorldHandle, start_card_world
from appliance.demo.people import person
from appliance.devices.certificate import TrustStore
from appliance.devices.connection import CardConnection
from appliance.devices.events import (
    CardGone,
    CardPresent,
    ReaderArrived,
    ReaderGone,
    ServiceDown,
    ServiceUp,
    WatcherEvent,
)
from appliance.devices.evidence import read_evidence
from appliance.devices.mynumber import MyNumberSession, WrongPin
from appliance.devices.pcsc import open_card
from appliance.devices.pin import Pin
from appliance.devices.watcher import ReaderWatcher
from appliance.eligibility.evidence import CardEvidence, HolderVerification
from appliance.eligibility.trouble import Trouble
from tests.pcsc_socket import point_at

READERS = 4
PATIENCE = 15
CODE = "1311234567"
FIRST = "Madoguchi Demo Reader (DEMO0001) 00"
THIRD = "Madoguchi Demo Reader (DEMO0002) 00"
PIN = Pin("1234")


class Watch:
    """A running watch whose events can be waited for."""

    def __init__(self) -> None:
        self.events: queue.Queue[WatcherEvent] = queue.Queue()
        self.seen: list[WatcherEvent] = []

    def until(self, wanted: Callable[[WatcherEvent], bool]) -> WatcherEvent:
        """The next event that is wanted; fails when it does not come."""
        while True:
            event = self.events.get(timeout=PATIENCE)
            self.seen.append(event)
            if wanted(event):
                return event

    def card(self, key: str) -> CardPresent:
        """The card that comes to the reader with that key."""
        event = self.until(lambda event: isinstance(event, CardPresent) and str(event.key) == key)
        assert isinstance(event, CardPresent)
        return event

    def cards(self, count: int) -> dict[str, str]:
        """The next `count` cards that come: reader key to PC/SC name."""
        events = [self.until(lambda event: isinstance(event, CardPresent)) for _ in range(count)]
        return {str(event.key): event.name for event in events if isinstance(event, CardPresent)}

    def gone(self, key: str) -> None:
        self.until(lambda event: isinstance(event, CardGone) and str(event.key) == key)

    def kind(self, kind: type[WatcherEvent]) -> None:
        self.until(lambda event: isinstance(event, kind))


@pytest.fixture(scope="module")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cards' keys, kept from world to world because RSA keys take their time."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def world(box_dir: Path, keys_folder: Path) -> Iterator[CardWorldHandle]:
    """A world of its own for each test, with nothing on its readers: pcscd sees a removal only after a while."""
    paths.cards_folder(box_dir).parent.mkdir()
    paths.cards_folder(box_dir).symlink_to(keys_folder)
    handle = start_card_world(box_dir, READERS)
    for who in ("p01", "p31"):
        handle.restore_pins(who)
    yield handle
    handle.stop()


@pytest.fixture
def watch(world: CardWorldHandle) -> Iterator[Watch]:
    watching = Watch()
    with ReaderWatcher(watching.events.put):
        yield watching


@pytest.fixture
def trust(world: CardWorldHandle, tmp_path: Path) -> TrustStore:
    for name, pem in trust_anchors(paths.cards_folder(world.state_folder), datetime.now(UTC)).items():
        (tmp_path / name).write_bytes(pem)
    return TrustStore.load(tmp_path)


def serial_of(connection: CardConnection) -> int:
    return x509.load_der_x509_certificate(MyNumberSession(connection).certificate()).serial_number


def proved(session: MyNumberSession, trust: TrustStore) -> CardEvidence:
    by = HolderVerification.PIN
    return read_evidence(session, lambda: session.verify_pin(PIN), by, trust, datetime.now(UTC), CODE)


@pytest.mark.parametrize("kind", list(CardKey))
def test_from_card_event_to_evidence(
    world: CardWorldHandle, watch: Watch, trust: TrustStore, kind: CardKey
) -> None:
    world.insert(1, "p01", kind)
    with open_card(watch.card(FIRST).name) as connection:
        evidence = proved(MyNumberSession(connection), trust)
    certificate = x509.load_der_x509_certificate(evidence.certificate_der)
    assert certificate.serial_number == person("p01").certificate_serial


def test_a_pin_wrong_twice_is_counted_by_the_card_for_good(world: CardWorldHandle, watch: Watch) -> None:
    world.insert(1, "p01")
    with open_card(watch.card(FIRST).name) as connection:
        session = MyNumberSession(connection)
        for left in (2, 1):
            with pytest.raises(WrongPin) as caught:
                session.verify_pin(Pin("7391"))
            assert caught.value.tries_left == left
    world.remove(1)
    watch.gone(FIRST)
    world.insert(1, "p01")
    with open_card(watch.card(FIRST).name) as connection:
        session = MyNumberSession(connection)
        with pytest.raises(Trouble, match="CARD-005"):
            session.verify_pin(PIN)
        assert session.tries_left() == 1


def test_leaving_the_card_takes_the_pin_back(world: CardWorldHandle, watch: Watch) -> None:
    world.insert(1, "p01")
    name = watch.card(FIRST).name
    with open_card(name) as connection:
        session = MyNumberSession(connection)
        session.verify_pin(PIN)
        assert session.sign(b"challenge")
    with open_card(name) as connection, pytest.raises(Trouble, match="6982"):
        MyNumberSession(connection).sign(b"challenge")


def test_a_card_is_held_by_one_alone(world: CardWorldHandle, watch: Watch) -> None:
    world.insert(1, "p01")
    name = watch.card(FIRST).name
    with open_card(name):
        with pytest.raises(Trouble) as caught:
            open_card(name)
        assert caught.value.code == "READER-003"
    with open_card(name) as connection:
        assert MyNumberSession(connection).certificate()


def test_a_card_pulled_mid_read_ends_the_session_and_the_next_one_works(
    world: CardWorldHandle, watch: Watch
) -> None:
    world.insert(1, "p01")
    name = watch.card(FIRST).name
    world.die_after(1, 6)
    with open_card(name) as connection:
        for _ in range(2):
            with pytest.raises(Trouble) as caught:
                MyNumberSession(connection).certificate()
            assert caught.value.code == "CARD-003"
    watch.gone(FIRST)
    world.die_after(1, None)
    world.insert(1, "p02")
    with open_card(watch.card(FIRST).name) as connection:
        assert serial_of(connection) == person("p02").certificate_serial


def test_each_way_of_not_getting_a_card(world: CardWorldHandle, watch: Watch, tmp_path: Path) -> None:
    arrived = watch.until(lambda event: isinstance(event, ReaderArrived) and str(event.key) == FIRST)
    assert isinstance(arrived, ReaderArrived)
    with pytest.raises(Trouble, match="CARD-003"):
        open_card(arrived.name)
    with pytest.raises(Trouble, match="READER-001"):
        open_card("No such reader 00 00")
    point_at(tmp_path / "nothing")
    with pytest.raises(Trouble, match="READER-002"):
        open_card(arrived.name)


def test_several_readers_at_once_each_with_its_own_card(world: CardWorldHandle, watch: Watch) -> None:
    people = ["p01", "p02", "p03", "p04"]
    for reader, who in enumerate(people, start=1):
        world.insert(reader, who)
    names = watch.cards(READERS)
    assert len(names) == READERS

    def read(key: str) -> int:
        with open_card(names[key]) as connection:
            return serial_of(connection)

    with ThreadPoolExecutor(READERS) as pool:
        serials = list(pool.map(read, sorted(names)))
    assert serials == [person(who).certificate_serial for who in people]


def test_readers_keep_their_keys_when_plugged_in_another_order(world: CardWorldHandle, watch: Watch) -> None:
    world.insert(1, "p01")
    world.insert(3, "p03")
    assert watch.cards(2).keys() == {FIRST, THIRD}
    world.reorder_readers()
    watch.kind(ServiceDown)
    names = watch.cards(2)
    arrived = [str(event.key) for event in watch.seen if isinstance(event, ReaderArrived)]
    assert arrived.index(FIRST) < arrived.index(THIRD)
    assert arrived[READERS:].index(THIRD) < arrived[READERS:].index(FIRST)
    for key, who in ((FIRST, "p01"), (THIRD, "p03")):
        with open_card(names[key]) as connection:
            assert serial_of(connection) == person(who).certificate_serial


def test_the_watch_outlives_pcscd_twice(world: CardWorldHandle, watch: Watch) -> None:
    world.insert(1, "p01")
    watch.card(FIRST)
    for _ in range(2):
        watch.seen.clear()
        world.kill_pcscd()
        name = watch.card(FIRST).name
        kinds = [type(event) for event in watch.seen]
        lost = [
            kinds.index(kind)
            for kind in (CardGone, ReaderGone, ServiceDown, ServiceUp, ReaderArrived, CardPresent)
        ]
        assert lost == sorted(lost)
        with open_card(name) as connection:
            assert MyNumberSession(connection).certificate()


def test_a_session_whose_pcscd_is_killed_ends_quietly(
    world: CardWorldHandle, watch: Watch, capfd: pytest.CaptureFixture[str]
) -> None:
    world.insert(1, "p01")
    with open_card(watch.card(FIRST).name) as connection:
        session = MyNumberSession(connection)
        session.certificate()
        world.kill_pcscd()
        watch.kind(ServiceDown)
        for _ in range(2):
            with pytest.raises(Trouble, match="READER-002"):
                session.tries_left()
    del connection, session
    assert capfd.readouterr().err == ""


def test_a_card_held_by_a_session_raises_no_further_event(world: CardWorldHandle, watch: Watch) -> None:
    world.insert(1, "p01")
    with open_card(watch.card(FIRST).name) as connection:
        MyNumberSession(connection).certificate()
    world.insert(3, "p03")
    watch.seen.clear()
    watch.card(THIRD)
    assert [event for event in watch.seen if str(getattr(event, "key", "")) == FIRST] == []


def test_a_watch_begun_without_pcscd_finds_it_when_it_comes(box_dir: Path) -> None:
    point_at(paths.pcscd_socket(box_dir))
    watching = Watch()
    with ReaderWatcher(watching.events.put):
        assert watching.until(lambda _: True) == ServiceDown()
        handle = start_card_world(box_dir, 2)
        try:
            assert watching.until(lambda _: True) == ServiceUp()
            handle.insert(2, "foreign")
            watching.card("Madoguchi Demo Reader (DEMO0001) 01")
        finally:
            handle.stop()
        watching.kind(ServiceDown)


@pytest.mark.parametrize("alive", [True, False], ids=["waiting for a card", "waiting for pcscd"])
def test_a_stopped_watch_leaves_no_thread(world: CardWorldHandle, tmp_path: Path, alive: bool) -> None:
    if not alive:
        point_at(tmp_path / "nothing")
    watching = Watch()
    watcher = ReaderWatcher(watching.events.put)
    watcher.start()
    watching.kind(ServiceUp if alive else ServiceDown)
    watcher.stop()
    watcher.stop()
    assert "reader-watcher" not in [thread.name for thread in threading.enumerate()]


def test_a_failing_listener_does_not_end_the_watch(
    world: CardWorldHandle, caplog: pytest.LogCaptureFixture
) -> None:
    watching = Watch()

    def tell(event: WatcherEvent) -> None:
        watching.events.put(event)
        if isinstance(event, ServiceUp):
            raise ValueError("bug in a listener")  # noqa: TRY004

    with ReaderWatcher(tell):
        world.insert(1, "p01")
        watching.card(FIRST)
    assert "the listener failed at ServiceUp" in caplog.text
