"""The devices process: the watcher, a desk for each reader, the hatch; everything else is in the ledger."""

import logging
import queue
import signal
import threading

from appliance.devices.desk import Desk
from appliance.devices.events import (
    CardGone,
    CardPresent,
    ReaderArrived,
    ReaderGone,
    ServiceDown,
    ServiceUp,
    WatcherEvent,
)
from appliance.devices.ladder import Pauses
from appliance.devices.paper.reader import PaperReader
from appliance.devices.phone_readers import PhoneReaders
from appliance.devices.recovery import Recovery
from appliance.devices.self_test import DailyTest
from appliance.devices.site_ways import ways_of
from appliance.devices.visit_events import CardTaken, ReaderBack, ReaderLost
from appliance.devices.watcher import ReaderWatcher
from appliance.eligibility.papers import PaperReading
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import Phase
from appliance.hatch import HatchServer, Touch
from appliance.ledger import conditions, readers, settings_in_use
from appliance.ledger.bell import Topic
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock, clinic_day, utc_now
from appliance.paper_hatch import PaperHatch
from appliance.service_manager import ServiceManager
from appliance.settings import Box, Settings

_log = logging.getLogger(__name__)

_TICK = 1.0


class DevicesService:
    """Desks for all readers that come. A context manager; `dispatch` and `touch` may be called from any thread."""

    def __init__(
        self, box: Box, settings: Settings, ledger: Ledger, clock: Clock, pauses: Pauses | None = None
    ) -> None:
        self._box = box
        self._settings = settings
        self._ledger = ledger
        self._clock = clock
        self._desks: dict[str, Desk] = {}
        self._phones = PhoneReaders(ledger, clock, self._desks)
        self._names: dict[str, str] = {}
        self._events: queue.SimpleQueue[WatcherEvent | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._hangs = False
        self._manager = ServiceManager()
        conditions.forget(ledger, (Link.CARD_SERVICE,), clock())
        for reader in readers.all_readers(ledger):
            readers.show(ledger, reader.key, clock(), phase=Phase.OFFLINE)
        self._dispatcher = threading.Thread(target=self._dispatch_all, name="dispatcher", daemon=True)
        self._ear = threading.Thread(target=self._listen, name="ear", daemon=True)
        self._paper_reader = PaperReader()
        self._hatch = HatchServer(box.hatch_socket, self._touch)
        self._papers = PaperHatch(box.paper_socket, self._read_paper)
        self._watcher = ReaderWatcher(self._events.put)
        self._recovery = Recovery(box, ledger, clock, self._watcher.renew, pauses)
        self._daily = DailyTest(settings, ledger, clock)
        for thread in (self._dispatcher, self._ear):
            thread.start()
        self._watcher.start()

    def close(self) -> None:
        """Stop watching, end every visit, leave every card reset."""
        self._stopping.set()
        self._watcher.stop()
        self._hatch.close()
        self._papers.close()
        self._events.put(None)
        self._dispatcher.join()
        self._daily.close()
        for desk in self._desks.values():
            desk.close()
        for reader in readers.all_readers(self._ledger):
            readers.show(self._ledger, reader.key, self._clock(), phase=Phase.OFFLINE)
        self._ear.join()

    def _read_paper(self, picture: bytes) -> PaperReading:
        return self._paper_reader.read(picture, clinic_day(self._clock()))

    def _touch(self, touch: Touch) -> None:
        reader = readers.find(self._ledger, touch.reader)
        desk = self._desks.get(reader.key) if reader else None
        if desk is None:
            raise Trouble("READER-001")
        desk.touch(touch)

    def _dispatch_all(self) -> None:
        while True:
            try:
                event = self._events.get(timeout=_TICK)
                if event is None:
                    return
                self._dispatch(event)
            except queue.Empty:
                pass
            except Exception:
                _log.exception("an event was not taken")
            self._pass_time()

    def _pass_time(self) -> None:
        self._manager.beat()
        try:
            self._follow_switches()
            self._renew_parts()
            self._recovery.tick(self._watcher.silent_for)
            self._note_hanging(self._recovery.hangs)
            self._daily.tick()
        except Exception:
            _log.exception("the readers were not looked after")

    def _dispatch(self, event: WatcherEvent) -> None:
        match event:
            case ServiceUp():
                self._recovery.service_up()
                conditions.note(self._ledger, Link.CARD_SERVICE, LinkState.UP, None, self._clock())
            case ServiceDown():
                self._recovery.service_down()
                conditions.note(self._ledger, Link.CARD_SERVICE, LinkState.DOWN, "READER-002", self._clock())
            case ReaderArrived(key, name):
                self._names[str(key)] = name
                self._arrived(str(key))
            case _:
                self._happened(str(event.key), event)

    def _happened(self, key: str, event: CardPresent | CardGone | ReaderGone) -> None:
        desk = self._desks.get(key)
        if isinstance(event, ReaderGone):
            self._names.pop(key, None)
            if desk is not None or key in self._phones:
                self._recovery.gone(key)
        if key in self._phones:
            self._phones.pass_on(event)
        elif desk is not None:
            _pass_on(desk, event)

    def _renew_parts(self) -> None:
        """Take up what was said meanwhile of which reader reads phones for which."""
        for reader in readers.all_readers(self._ledger):
            is_said = self._phones.first_of(reader.key) == reader.phone_of
            if is_said or reader.key not in self._names:
                continue
            if reader.key in self._phones:
                self._phones.give_up(reader.key)
            if reader.key in self._desks:
                self._desks.pop(reader.key).close()
            self._arrived(reader.key)

    def _follow_switches(self) -> None:
        """End the desk of a reader that was taken out of service, open one where a reader was taken in."""
        in_service = {reader.key for reader in readers.all_readers(self._ledger)}
        for key in self._desks.keys() - in_service:
            self._desks.pop(key).close()
            self._recovery.forget(key)
            readers.show(self._ledger, key, self._clock(), phase=Phase.OFFLINE)
        for key in self._names.keys() - in_service:
            if key in self._phones:
                self._phones.give_up(key)
                self._recovery.forget(key)
        for key in (self._names.keys() & in_service) - self._desks.keys():
            if key not in self._phones:
                self._arrived(key)

    def _note_hanging(self, hangs: bool) -> None:
        """A service that answers nobody tells nobody that it is lost; no screen may go on asking for a card."""
        if hangs == self._hangs:
            return
        self._hangs = hangs
        if hangs:
            conditions.note(self._ledger, Link.CARD_SERVICE, LinkState.DOWN, "READER-002", self._clock())
        elif self._recovery.answers:
            conditions.note(self._ledger, Link.CARD_SERVICE, LinkState.UP, None, self._clock())
        for key, desk in self._desks.items():
            if hangs:
                desk.tell(ReaderLost("READER-002"))
            elif self._recovery.is_there(key):
                desk.tell(ReaderBack())

    def _arrived(self, key: str) -> None:
        reader = readers.adopt(self._ledger, key, self._clock())
        if not reader.enabled:
            return
        if reader.phone_of:
            self._phones.take(key, reader.phone_of, self._names[key])
            self._recovery.back(key)
            return
        if key not in self._desks:
            ways = ways_of(self._settings, reader, self._clock)
            self._desks[key] = Desk(
                self._box, self._settings, self._ledger, self._clock, reader, ways, self._recovery
            )
            self._phones.tell(key)
        self._recovery.back(key)
        self._desks[key].tell(ReaderBack())

    def _listen(self) -> None:
        with self._ledger.listen(Topic.CHECKS) as ear:
            while not self._stopping.is_set():
                ear.wait()
                for desk in tuple(self._desks.values()):
                    desk.look()


def _pass_on(desk: Desk, event: CardPresent | CardGone | ReaderGone) -> None:
    match event:
        case CardPresent(name=name):
            desk.card_laid(name)
        case CardGone():
            desk.tell(CardTaken())
        case ReaderGone():
            desk.tell(ReaderLost("READER-001"))


def run(box: Box) -> None:
    """Run until SIGTERM or SIGINT. Raises `Trouble` BOX-001 for unusable settings."""
    settings = box.load()
    ledger = Ledger.of(box)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings_in_use.begun(ledger, "devices", settings, utc_now())
    service = DevicesService(box, settings, ledger, utc_now)
    manager = ServiceManager()
    manager.ready()
    stop.wait()
    manager.ending()
    service.close()
    ledger.close()
