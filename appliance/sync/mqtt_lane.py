"""The MQTT lane: keeps a connection to the broker, offers results, says states, hears acknowledgements."""

import logging
import threading
import time

from appliance.eligibility.certificate import Standing, standings, worst
from appliance.eligibility.trouble import Trouble
from appliance.ledger import certificates, conditions
from appliance.ledger.bell import EVERYTHING, BellListener, Topic
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.times import Clock
from appliance.rulebook import rulebook_of
from appliance.settings import Box, Settings
from appliance.sync import broker, broker_accounts
from appliance.sync.backoff import delay
from appliance.sync.mqtt_bulk import BulkDesk
from appliance.sync.mqtt_inbox import Inbox
from appliance.sync.mqtt_link import MqttLink
from appliance.sync.mqtt_offers import Offers
from appliance.sync.mqtt_payloads import BoxState
from appliance.sync.mqtt_requests import RequestDesk
from appliance.sync.mqtt_states import StateBoard
from appliance.sync.topics import ANY, Topics

RECONNECT_FIRST = 0.25
RECONNECT_LONGEST = 5.0
_STATES = Topic.READERS | Topic.CONDITIONS
_OWED = Topic.DELIVERIES | Topic.TASKS

_log = logging.getLogger(__name__)


class MqttLane:
    """Runs in its own threads from `start` to `stop`. Needs no broker to start; comes back for ever."""

    def __init__(self, box: Box, settings: Settings, ledger: Ledger, clock: Clock) -> None:
        self._box = box
        self._settings = settings
        self._ledger = ledger
        self._clock = clock
        self._topics = Topics(settings.institution_code)
        self._offers = Offers(settings, ledger, clock)
        self._bulk = BulkDesk(box, settings, ledger, clock)
        self._requests = RequestDesk(box, settings, ledger, clock)
        self._inbox = Inbox(self._topics, ledger, self._offers, self._bulk, self._requests, clock)
        self._board = StateBoard(self._topics, ledger, self._certificate)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mqtt-lane", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._inbox.start()
        self._bulk.start()
        self._requests.start()
        self._thread.start()

    def stop(self) -> None:
        """Say `offline`, leave the broker, end all threads."""
        self._stopping.set()
        self._ledger.ring()
        self._thread.join()
        self._inbox.stop()
        self._bulk.stop()
        self._requests.stop()

    def _run(self) -> None:
        failures = 0
        with self._ledger.listen(_OWED | _STATES) as bell:
            while not self._stopping.is_set():
                began = time.monotonic()
                try:
                    self._connect_and_serve(bell)
                except Exception:
                    # A full disk under the ledger must not end the lane; it starts over until things are well.
                    _log.exception("the MQTT lane starts over")
                # A connection that held for a while makes the next failure a first one.
                failures = 0 if time.monotonic() - began > RECONNECT_LONGEST else failures
                self._stopping.wait(delay(failures, RECONNECT_FIRST, RECONNECT_LONGEST))
                failures += 1

    def _connect_and_serve(self, bell: BellListener) -> None:
        try:
            link = self._connect()
        except Trouble as trouble:
            self._note(LinkState.DOWN, trouble.code)
            return
        try:
            self._bulk.use(link)
            self._requests.use(link)
            self._serve(link, bell)
        finally:
            self._bulk.use(None)
            self._requests.use(None)
            if link.is_up:
                link.close(self._board.at(BoxState.OFFLINE))
            else:
                link.abandon()
        if not self._stopping.is_set():
            self._note(LinkState.DOWN, "BROKER-001")

    def _connect(self) -> MqttLink:
        try:
            endpoint = broker.endpoint(self._box, self._settings)
            password = broker_accounts.box_secret(self._box)
        except OSError as error:
            raise Trouble("BROKER-001", type(error).__name__) from error
        # The name is fixed, so that a new connection throws out a half-dead one of ours.
        link = MqttLink(f"madoguchi-{self._settings.institution_code}", self._inbox.hear, self._ledger.ring)
        topics = self._topics
        words = [topics.ack(ANY), topics.hello(ANY), topics.bulk_request(ANY), topics.request(ANY)]
        link.open(endpoint, password, self._board.at(BoxState.LOST), words)
        return link

    def _serve(self, link: MqttLink, bell: BellListener) -> None:
        self._board.forget()
        self._board.show(link)
        self._note(LinkState.UP, None)
        self._offers.again()
        news = EVERYTHING
        while link.is_up and not self._stopping.is_set():
            # A round leaves behind what is more than a batch, so another follows until nothing is left.
            while news & _OWED and link.is_up and self._offers.offer(link):
                pass
            if news & _STATES:
                self._board.show(link)
            news = bell.news()

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
        if conditions.note(self._ledger, Link.BROKER, state, code, self._clock()):
            _log.info("broker %s %s", state.value, code or "")
