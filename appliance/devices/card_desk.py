"""The card's side of a visit: opens it, reads it, proves its holder. One at a reader, used by its desk's thread only."""

import hashlib
from datetime import datetime
from pathlib import Path

from appliance.devices.certificate import TrustStore, check_chain
from appliance.devices.connection import CardConnection
from appliance.devices.evidence import read_evidence
from appliance.devices.holder_ways import FaceWay, WithoutPin
from appliance.devices.mynumber import MyNumberSession
from appliance.devices.pcsc import open_card
from appliance.devices.pin import Pin
from appliance.eligibility.evidence import CardEvidence, HolderVerification
from appliance.eligibility.trouble import Trouble


class CardDesk:
    """Holds the card exclusively from the first read until the holder is proved, then leaves it reset."""

    def __init__(self, trust_dir: Path) -> None:
        self._trust_dir = trust_dir
        self._connection: CardConnection | None = None
        self._session: MyNumberSession | None = None
        self._trust = TrustStore(())
        self._mark = b""

    @property
    def mark(self) -> bytes:
        """Tells the card read last from every other one: a digest of its certificate, kept in memory only."""
        return self._mark

    def read(self, reader_name: str, now: datetime, *, cold: bool = False) -> int:
        """Open the card and look at its certificate; the tries its PIN has left. `cold` after it failed. Raises `Trouble`."""
        self.let_go()
        self._connection = open_card(reader_name, cold=cold)
        self._session = MyNumberSession(self._connection)
        self._session.require_wanted()
        self._trust = TrustStore.load(self._trust_dir)
        certificate = self._session.certificate()
        check_chain(certificate, self._trust, now)
        self._mark = hashlib.sha256(certificate).digest()
        return self._session.tries_left()

    def read_photo(self, face: FaceWay, number: str) -> None:
        """Let `face` take the photo from the card. Raises `Trouble`, `WrongNumber` among them."""
        connection, session = self._open()
        try:
            face.read_photo(connection, number)
        finally:
            session.come_back()

    def prove_holder(self, pin: Pin, institution_code: str, now: datetime) -> CardEvidence:
        """Evidence by `pin`, verified, for one institution. Raises `Trouble`, `WrongPin` among them."""
        _, session = self._open()
        by = HolderVerification.PIN
        return read_evidence(session, lambda: session.verify_pin(pin), by, self._trust, now, institution_code)

    def prove_without_pin(
        self, unlock: WithoutPin, by: HolderVerification, institution_code: str, now: datetime
    ) -> CardEvidence:
        """Evidence after a face or a look by staff, verified, for one institution. Raises `Trouble`."""
        connection, session = self._open()
        return read_evidence(session, lambda: unlock(connection), by, self._trust, now, institution_code)

    def _open(self) -> tuple[CardConnection, MyNumberSession]:
        if self._connection is None or self._session is None:
            raise Trouble("CARD-003", "カードとの接続がありません")
        return self._connection, self._session

    def let_go(self) -> None:
        """Leave the card, reset. Harmless when there is none."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._session = None
