"""The second reader's side of a visit by phone: opens what is held there, looks at it or reads it, and lets it go at once.

A phone is held by a hand and not laid down, so nothing waits for the patient while it is open.
"""

from datetime import datetime
from pathlib import Path

from appliance.devices.certificate import TrustStore
from appliance.devices.codes import CardKind
from appliance.devices.evidence import read_phone_evidence
from appliance.devices.mynumber import MyNumberSession
from appliance.devices.pcsc import open_card
from appliance.devices.pin import Pin
from appliance.eligibility.evidence import CardEvidence
from appliance.eligibility.trouble import Trouble


class PhoneDesk:
    """Used by its desk's thread only, but for `reader`: what pcscd calls the reader for phones, None while there is none."""

    def __init__(self, trust_dir: Path) -> None:
        self._trust_dir = trust_dir
        self.reader: str | None = None

    def look(self) -> int:
        """The tries that the PIN of the phone has left. Raises `Trouble`: PHONE-001 to -003 for what is no Android phone."""
        with open_card(self._name()) as connection:
            return MyNumberSession(connection, CardKind.ANDROID).tries_left()

    def prove_holder(self, pin: Pin, institution_code: str, now: datetime) -> CardEvidence:
        """Evidence by `pin`, verified, for one institution. Raises `Trouble`, `WrongPin` among them."""
        trust = TrustStore.load(self._trust_dir)
        with open_card(self._name()) as connection:
            session = MyNumberSession(connection, CardKind.ANDROID)
            return read_phone_evidence(session, pin, trust, now, institution_code)

    def _name(self) -> str:
        if self.reader is None:
            raise Trouble("READER-001", "スマートフォン用のリーダーがありません")
        return self.reader
