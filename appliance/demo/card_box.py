"""The drawer of cards of one demo: makes any card when it is first laid on a reader, and finds it again."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from appliance.demo import card_applications as applications
from appliance.demo.card_ca import (
    CardKey,
    Holder,
    PrivateKey,
    Purpose,
    Validity,
    open_authority,
    stored_key,
)
from appliance.demo.card_files import FaceKeys, Token
from appliance.demo.card_pins import TryCounters
from appliance.demo.card_signing import sign_payload
from appliance.demo.people import JAPAN, Card, Person, person
from appliance.demo.virtual_card import VirtualCard
from appliance.eligibility.trouble import Trouble

FOREIGN_ATR = bytes.fromhex("3B8180018080")
JUKI_ATR = bytes.fromhex("3B888001000014E0B38191005E")
_CERTIFICATE_YEARS = timedelta(days=5 * 365)


class Oddity(StrEnum):
    """Things people lay on a reader that are no My Number card."""

    FOREIGN = "foreign"
    PHONE = "phone"
    IPHONE = "iphone"
    JUKI = "juki"


def validity(days_left: int, now: datetime) -> Validity:
    """Valid until the end of the day in Japan that lies `days_left` days after `now`."""
    last = now.astimezone(JAPAN).date() + timedelta(days=days_left)
    end = datetime.combine(last, time(23, 59, 59), JAPAN)
    return Validity(end - _CERTIFICATE_YEARS, end)


@dataclass(frozen=True)
class _Pair:
    """A key pair of one card with its certificate, made when first asked for."""

    folder: Path
    purpose: Purpose
    kind: CardKey
    holder: Holder
    validity: Validity
    now: datetime

    @cached_property
    def key(self) -> PrivateKey:
        return stored_key(self.folder / f"{self.purpose}-{self.kind}.key", self.kind)

    @cached_property
    def certificate(self) -> bytes:
        """Issued anew each time the card is made: its dates are relative to today, its serial never changes."""
        authority = open_authority(self.folder.parent, self.purpose, self.now, self.kind)
        return authority.issue(self.key.public_key(), self.holder, self.validity)

    @cached_property
    def authority_certificate(self) -> bytes:
        return open_authority(self.folder.parent, self.purpose, self.now, self.kind).der

    def sign(self, payload: bytes) -> bytes:
        return sign_payload(self.key, payload)

    @property
    def credential(self) -> applications.Credential:
        return applications.Credential(
            lambda: self.certificate, lambda: self.authority_certificate, self.sign
        )


@dataclass(frozen=True)
class _Cardholder:
    """A person with the card in hand, and the folder in which the card's memory lies."""

    person: Person
    card: Card
    folder: Path
    kind: CardKey
    now: datetime

    @property
    def counters(self) -> TryCounters:
        return TryCounters(self.folder / "tries.json", {applications.AUTH_PIN_NAME: self.card.tries_left})

    def pair(self, purpose: Purpose) -> _Pair:
        serial = self.person.certificate_serial
        holder = Holder(
            self.person.certificate_id, serial if purpose is Purpose.AUTHENTICATION else serial + 1
        )
        return _Pair(
            self.folder, purpose, self.kind, holder, validity(self.card.days_left, self.now), self.now
        )

    @property
    def credentials(self) -> tuple[applications.Credential, applications.Credential]:
        return self.pair(Purpose.AUTHENTICATION).credential, self.pair(Purpose.SIGNATURE).credential

    @property
    def face_keys(self) -> FaceKeys:
        """The face is signed by the demo's RSA authority; its key is the one of the 利用者証明用 certificate."""
        issuer = open_authority(self.folder.parent, Purpose.SIGNATURE, self.now)
        public = self.pair(Purpose.AUTHENTICATION).key.public_key()
        encoded = public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return FaceKeys(encoded, issuer.sign_record)


def _my_number_card(holder: _Cardholder) -> VirtualCard:
    auth, sign = holder.credentials
    pin, keys = holder.card.pin, holder.face_keys
    return VirtualCard(
        {
            applications.JPKI_AID: applications.jpki(auth, sign, pin),
            applications.FACE_AID: applications.face(holder.person, keys),
            applications.TEXT_AID: applications.text(holder.person, keys, pin),
            applications.JUKI_AID: applications.juki(pin),
            applications.COMMON_AID: applications.common(holder.person),
        },
        holder.counters,
    )


def _odd_card(oddity: Oddity, holder: _Cardholder) -> VirtualCard:
    if oddity is Oddity.FOREIGN:
        return VirtualCard({}, holder.counters, FOREIGN_ATR)
    auth, sign = holder.credentials
    if oddity is Oddity.JUKI:
        application = applications.old_juki_jpki(sign)
        return VirtualCard({applications.JPKI_AID: application}, holder.counters, JUKI_ATR)
    token = Token.ANDROID if oddity is Oddity.PHONE else Token.IPHONE
    application = applications.phone_jpki(auth, sign, holder.card.pin, token)
    return VirtualCard({applications.JPKI_AID: application}, holder.counters)


class CardBox:
    """All cards of one demo, kept below `folder` (see `paths.cards_folder`); nothing is made before it is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def card(self, who: str, now: datetime, kind: CardKey = CardKey.RSA_2048) -> VirtualCard:
        """The card of the person with id `who`, or one of the `Oddity` names; PIN counters as they were left.

        `now` (aware of its time zone) is the day from which the certificate's remaining days count.
        Raises `Trouble` (DEMO-002) for an unknown name or a person without a card.
        """
        if who in set(Oddity):
            stranger = replace(person("p01"), id=who)
            return _odd_card(Oddity(who), self._holder(stranger, Card(), kind, now))
        owner = person(who)
        if owner.card is None:
            raise Trouble("DEMO-002", f"{who} has no card")
        return _my_number_card(self._holder(owner, owner.card, kind, now))

    def restore_pins(self, who: str) -> None:
        """What the municipal office does: all counters of that card as at the start of the demo."""
        (self._folder / who / "tries.json").unlink(missing_ok=True)

    def _holder(self, owner: Person, card: Card, kind: CardKey, now: datetime) -> _Cardholder:
        folder = self._folder / owner.id
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _Cardholder(owner, card, folder, kind, now)
