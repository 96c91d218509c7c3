"""The bulk desk: lists of people that consumers hand in over MQTT become runs, are answered, and their progress is said.

In a thread of its own, because reading ten thousand people takes a second, and acknowledgements must not wait for it.
No name, number or message of a consumer is ever logged here.
"""

import contextlib
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from appliance.eligibility.list_text import MOST_BYTES
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.trouble import Trouble
from appliance.ledger import bulk_payloads as payloads
from appliance.ledger import bulk_runs, bulk_steps, consumers
from appliance.ledger.bulk_runs import Run, RunState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.list_desk import ListDesk, Taken
from appliance.ledger.times import Clock, clinic_day
from appliance.rulebook import rulebook_of
from appliance.settings import Box, Settings
from appliance.sync.mqtt_link import Heard, MqttLink
from appliance.sync.topics import Topics, answer_topic

LONGEST_QUEUE = 8
"""Requests that wait to be read; each may be as large as a list may be."""

PROGRESS_EVERY = 1.0
_REMEMBERED = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_Standing = tuple[RunState, int, int]

_log = logging.getLogger(__name__)


class BulkDesk:
    """Runs in a thread of its own from `start` to `stop`. `hear` and `hello` never block."""

    def __init__(
        self,
        box: Box,
        settings: Settings,
        ledger: Ledger,
        clock: Clock,
        serves: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._serves = serves
        self._box = box
        self._settings = settings
        self._ledger = ledger
        self._clock = clock
        self._topics = Topics(settings.institution_code)
        self._desk = ListDesk(settings, ledger)
        self._queue: queue.Queue[tuple[str, Heard | None, Trouble | None]] = queue.Queue(LONGEST_QUEUE)
        self._heard_at: dict[str, deque[datetime]] = {}
        self._said: dict[str, _Standing] = {}
        self._link: MqttLink | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mqtt-bulk", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the request under way and end; the others are repeated by who sent them."""
        self._stopping.set()
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(("", None, None))
        self._thread.join()

    def use(self, link: MqttLink | None) -> None:
        """Answer over this connection from now on, and say all progress anew; None: there is none."""
        self._said = {}
        self._link = link

    def hear(self, consumer: str, heard: Heard) -> None:
        """Take in one request. With a full queue it is dropped: what is not answered is sent again."""
        trouble = None
        if len(heard.payload) > MOST_BYTES:
            trouble = Trouble("BULK-004", f"{MOST_BYTES // 1024 // 1024}MBまでです")
        elif self._is_too_often(consumer):
            trouble = Trouble("BULK-012")
        self._put(consumer, replace(heard, payload=b"") if trouble else heard, trouble)

    def hello(self, consumer: str) -> None:
        """Say to `consumer` how its runs stand: it may have missed the last word."""
        self._put(consumer, None, None)

    def _put(self, consumer: str, heard: Heard | None, trouble: Trouble | None) -> None:
        try:
            self._queue.put_nowait((consumer, heard, trouble))
        except queue.Full:
            _log.warning("a bulk request of consumer %s is dropped: too many at once", consumer)

    def _is_too_often(self, consumer: str) -> bool:
        now = self._clock()
        known = self._heard_at.setdefault(consumer, deque())
        while known and not now - _MINUTE < known[0] <= now:
            known.popleft()
        if len(known) >= self._settings.bulk_requests_a_minute:
            return True
        known.append(now)
        return False

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
            except Exception as error:
                # Its text may quote a message.
                _log.error("the bulk desk goes on after %s", type(error).__name__)

    def _turn(self) -> None:
        try:
            consumer, heard, trouble = self._queue.get(timeout=PROGRESS_EVERY)
        except queue.Empty:
            pass
        else:
            if heard is None:
                self._forget(consumer)
            else:
                self._answer(consumer, heard, trouble)
        self._say_progress()

    def _answer(self, consumer: str, heard: Heard, trouble: Trouble | None) -> None:
        said = payloads.answer(None, trouble=trouble) if trouble else self._taken_in(consumer, heard.payload)
        if self._link is not None:
            topic = answer_topic(self._topics.bulk_answer(consumer), heard.response_topic)
            self._link.publish(topic, said, correlation=heard.correlation)

    def _taken_in(self, name: str, payload: bytes) -> bytes:
        try:
            values = payloads.opened(payload)
        except Trouble as trouble:
            taken = Taken(trouble=trouble)
        else:
            now = self._clock()
            insurers = laws(rulebook_of(self._box), LawSide.INSURER, clinic_day(now))
            taken = self._desk.take(name, values, insurers, now)
        if taken.trouble is not None:
            _log.warning("a bulk request of consumer %s is refused: %s", name, taken.trouble.code)
        return payloads.answer(
            taken.request_id,
            taken.run,
            repeated=taken.repeated,
            starts_at=taken.starts_at,
            trouble=taken.trouble,
            problems=taken.problems,
        )

    def _forget(self, consumer: str) -> None:
        for run in self._runs():
            if run.consumer == consumer:
                self._said.pop(run.id, None)

    def _runs(self) -> tuple[Run, ...]:
        return bulk_runs.of_consumers(self._ledger, self._clock() - _REMEMBERED)

    def _say_progress(self) -> None:
        link, said = self._link, self._said
        runs = self._runs() if link is not None else ()
        if link is None or not runs:
            return
        known = consumers.all_consumers(self._ledger)
        names = {
            one.name
            for one in known
            if one.enabled and one.kind is ConsumerKind.MQTT and self._serves(one.name)
        }
        for run in runs:
            if run.consumer in names and said.get(run.id) != _standing(run):
                counts = bulk_steps.urgencies(self._ledger, run.id)
                topic = self._topics.bulk_progress(run.consumer or "")
                if link.publish(topic, payloads.progress(run, counts, self._clock())):
                    said[run.id] = _standing(run)


def _standing(run: Run) -> _Standing:
    """What is news when it changes. Each look for a result is none: that goes on every few seconds for hours."""
    state = RunState.ACCEPTED if run.state is RunState.FETCHING else run.state
    return state, run.answered, run.chunks_closed
