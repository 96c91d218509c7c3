"""The MQTT lane: keeps a connection to one broker (the box's own, or a cluster upstream), offers results, says states, hears acknowledgements."""

import logging
import time

from appliance.eligibility.certificate import Standing, standings, worst
from appliance.eligibility.trouble import Trouble
from appliance.ledger import certificates, conditions
from appliance.ledger.bell import EVERYTHING, Topic
from appliance.ledger.conditions import LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.payloads import SHOWN_LINKS, BoxState
from appliance.ledger.times import Clock
from appliance.rulebook import rulebook_of
from appliance.settings import Box, Settings
from appliance.sync.backoff import delay
from appliance.sync.lane import ListeningLane
from appliance.sync.mqtt_bulk import BulkDesk
from appliance.sync.mqtt_inbox import Inbox
from appliance.sync.mqtt_link import Heard, MqttLink
from appliance.sync.mqtt_offers import Offers
from appliance.sync.mqtt_place import OwnBroker, Place
from appliance.sync.mqtt_requests import RequestDesk
from appliance.sync.mqtt_states import StateBoard
from appliance.sync.topics import ANY, Topics

RECONNECT_FIRST = 0.25
RECONNECT_LONGEST = 5.0
_STATES = Topic.READERS | Topic.CONDITIONS
_OWED = Topic.DELIVERIES | Topic.TASKS

_log = logging.getLogger(__name__)


class MqttLane(ListeningLane):
    """Runs in its own threads from `start` to `stop`. Needs no broker to start; comes back for ever."""

    def __init__(
        self, box: Box, settings: Settings, ledger: Ledger, clock: Clock, place: Place | None = None
    ) -> None:
        self._place = place or OwnBroker(box, settings)
        super().__init__(f"mqtt-lane-{self._place.link}", ledger, _OWED | _STATES)
        self._box = box
        self._settings = settings
        self._clock = clock
        self._topics = Topics(settings.institution_code)
        self._offers = Offers(settings, ledger, clock, self._place.serves)
        self._bulk = BulkDesk(box, settings, ledger, clock, self._place.serves)
        self._requests = RequestDesk(box, settings, ledger, clock)
        self._inbox = Inbox(
            self._place, self._topics, ledger, self._offers, self._bulk, self._requests, clock
        )
        self._board = StateBoard(
            self._topics, ledger, self._certificate, (*SHOWN_LINKS, *self._place.tells_of)
        )
        self._failures = 0
        self._began = 0.0

    def start(self) -> None:
        """Begin; returns at once."""
        self._inbox.start()
        self._bulk.start()
        self._requests.start()
        super().start()

    def stop(self) -> None:
        """Say `offline`, leave the broker, end all threads."""
        super().stop()
        self._inbox.stop()
        self._bulk.stop()
        self._requests.stop()

    def _failed(self, error: Exception) -> None:
        _log.error("the MQTT lane starts over", exc_info=error)

    def _rest(self) -> None:
        # A connection that held for a while makes the next failure a first one.
        failures = 0 if time.monotonic() - self._began > RECONNECT_LONGEST else self._failures
        self._failures = failures + 1
        self._stopping.wait(delay(failures, RECONNECT_FIRST, RECONNECT_LONGEST))

    def _turn(self) -> None:
        """One connection, from the attempt to its end."""
        self._began = time.monotonic()
        try:
            link = self._connect()
        except Trouble as trouble:
            self._place.pass_on()
            self._note(LinkState.DOWN, trouble.code)
            return
        try:
            self._bulk.use(link)
            self._requests.use(link)
            self._serve(link)
        finally:
            self._bulk.use(None)
            self._requests.use(None)
            if link.is_up:
                link.close(self._board.at(BoxState.OFFLINE))
            else:
                link.abandon()
        if not self._stopping.is_set():
            self._place.pass_on()
            self._note(LinkState.DOWN, self._place.unreachable)

    def _connect(self) -> MqttLink:
        link = MqttLink(self._place.access(), self._hear, self._ledger.ring)
        topics = self._topics
        words = [topics.ack(ANY), topics.hello(ANY), topics.bulk_request(ANY), topics.request(ANY)]
        if self._place.hears_itself:
            words.append(topics.box_state)
        link.open(self._board.at(BoxState.LOST), words)
        return link

    def _hear(self, heard: Heard) -> None:
        if heard.topic != self._topics.box_state:
            self._inbox.hear(heard)
        elif heard.payload == self._board.at(BoxState.LOST).payload:
            self._place.greeted.set()
            self._ledger.ring()

    def _serve(self, link: MqttLink) -> None:
        self._board.forget()
        self._board.show(link)
        self._note(LinkState.UP, None)
        self._offers.again()
        news = EVERYTHING
        while link.is_up and not self._stopping.is_set():
            # A round leaves behind what is more than a batch, so another follows until nothing is left.
            while news & _OWED and link.is_up and self._offers.offer(link):
                pass
            if self._place.has_greeted():
                self._board.forget()
                self._board.show(link)
            elif news & _STATES:
                self._board.show(link)
            news = self._bell.news()

    def _certificate(self) -> Standing | None:
        return worst(
            standings(
                self._settings.institution_codes,
                certificates.held(self._ledger),
                rulebook_of(self._box),
                self._clock(),
                needed=self._settings.needs_certificate,
            )
        )

    def _note(self, state: LinkState, code: str | None) -> None:
        if conditions.note(self._ledger, self._place.link, state, code, self._clock()):
            _log.info("%s %s %s", self._place.link.value, state.value, code or "")
