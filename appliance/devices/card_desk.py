"""The card's side of a visit: opens it, reads it, proves its holder. One at a reader, used by its desk's thread only."""

from datetime import datetime
from pathlib import Path

from appliance.devices.certificate import TrustStore, check_chain
from appliance.devices.connection import CardConnection
from appliance.devices.evidence import read_evidence
from appliance.devices.mynumber import MyNumberSession
from appliance.devices.pcsc import open_card
from appliance.devices.pin import Pin
from appliance.eligibility.evidence import CardEvidence
from appliance.eligibility.trouble import Trouble


class CardDesk:
    """Holds the card exclusively from the first read until the holder is proved, then leaves it reset."""

    def __init__(self, trust_dir: Path, institution_code: str) -> None:
        self._trust_dir = trust_dir
        self._institution_code = institution_code
        self._connection: CardConnection | None = None
        self._session: MyNumberSession | None = None
        self._trust = TrustStore(())

    def read(self, reader_name: str, now: datetime) -> int:
        """Open the card and look at its certificate; the tries its PIN has left. Raises `Trouble`."""
        self.let_go()
        self._connection = open_card(reader_name)
        self._session = MyNumberSession(self._connection)
        self._session.require_my_number_card()
        self._trust = TrustStore.load(self._trust_dir)
        check_chain(self._session.certificate(), self._trust, now)
        return self._session.tries_left()

    def prove_holder(self, pin: Pin, now: datetime) -> CardEvidence:
        """Verified evidence by `pin`. Raises `Trouble`, `WrongPin` among them."""
        if self._session is None:
            raise Trouble("CARD-003", "カードとの接続がありません")
        return read_evidence(self._session, pin, self._trust, now, self._institution_code)

    def let_go(self) -> None:
        """Leave the card, reset. Harmless when there is none."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._session = None
