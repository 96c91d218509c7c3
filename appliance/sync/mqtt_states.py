"""The retained states: what the box and its readers are doing, published whenever that changes."""

from collections.abc import Callable

from appliance.eligibility.certificate import Standing
from appliance.ledger import conditions, health, line_checks, payloads, readers
from appliance.ledger.conditions import Link
from appliance.ledger.database import Ledger
from appliance.ledger.payloads import SHOWN_LINKS, BoxState
from appliance.sync.mqtt_link import MqttLink, Will
from appliance.sync.topics import Topics


class StateBoard:
    """Remembers what was said on one connection, so that only news is published."""

    def __init__(
        self,
        topics: Topics,
        ledger: Ledger,
        certificate: Callable[[], Standing | None] = lambda: None,
        links: tuple[Link, ...] = SHOWN_LINKS,
    ) -> None:
        self._links = links
        self._certificate = certificate
        self._topics = topics
        self._ledger = ledger
        self._said: dict[str, bytes] = {}

    def forget(self) -> None:
        """A new connection: the broker may have forgotten everything. Readers that are gone stay known."""
        self._said = dict.fromkeys(self._said, b"")

    def show(self, link: MqttLink) -> None:
        """Publish every state that is news."""
        states = self._states()
        for topic, payload in states.items():
            if self._said.get(topic) != payload and link.publish(topic, payload, retain=True):
                self._said[topic] = payload
        for topic in [topic for topic in self._said if topic not in states]:
            # An empty retained message makes the broker forget a reader that was taken out of use.
            if link.publish(topic, b"", retain=True):
                del self._said[topic]

    def at(self, state: BoxState) -> Will:
        """The box's state without links, as last will and as farewell."""
        return Will(self._topics.box_state, payloads.box_state(self._topics.institution_code, state))

    def _states(self) -> dict[str, bytes]:
        code = self._topics.institution_code
        links = [conditions.get(self._ledger, link) for link in self._links]
        states = {
            self._topics.box_state: payloads.box_state(
                code,
                BoxState.ONLINE,
                links,
                self._certificate(),
                line_checks.best_known(self._ledger),
                health.standing(self._ledger),
            )
        }
        for reader in readers.all_readers(self._ledger):
            states[self._topics.reader_state(reader.name)] = payloads.reader_state(code, reader)
        return states
