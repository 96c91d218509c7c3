"""The drawer of cards of one demo: makes any card when it is first laid on a reader, and finds it again."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from appliance.demo import card_applications as applications
from appliance.demo.card_ca import (
    PHONE_POLICY,
    CardAuthority,
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
MUTE_ATR = bytes.fromhex("00")
JUKI_ATR = bytes.fromhex("3B888001000014E0B38191005E")
_CERTIFICATE_YEARS = timedelta(days=5 * 365)


class Oddity(StrEnum):
    """Things people lay on a reader that are no My Number card."""

    FOREIGN = "foreign"
    PHONE = "phone"
    IPHONE = "iphone"
    JUKI = "juki"
    MUTE = "mute"
    """A card whose chip says nothing sensible when it gets power: broken, or no chip card at all."""


class Phone(StrEnum):
    """Phones that can hold a person's certificates."""

    ANDROID = "android"
    IPHONE = "iphone"


_TOKENS = {Phone.ANDROID: Token.ANDROID, Phone.IPHONE: Token.IPHONE}


def validity(days_left: int, now: datetime) -> Validity:
    """Valid until the end of the day in Japan that lies `days_left` days after `now`."""
    last = now.astimezone(JAPAN).date() + timedelta(days=days_left)
    end = datetime.combine(last, time(23, 59, 59), JAPAN)
    return Validity(end - _CERTIFICATE_YEARS, end)


class _Pair:
    """A key pair of one card with its certificate, made when first asked for.

    The certificate is issued anew each time the card comes out of the drawer: its dates are relative to today,
    its serial never changes.
    """

    def __init__(self, folder: Path, holder: Holder, validity: Validity, authority: CardAuthority) -> None:
        self._path = folder / f"{authority.purpose}-{authority.kind}.key"
        self._holder = holder
        self._validity = validity
        self._authority = authority

    @cached_property
    def key(self) -> PrivateKey:
        return stored_key(self._path, self._authority.kind)

    @cached_property
    def certificate(self) -> bytes:
        return self._authority.issue(self.key.public_key(), self._holder, self._validity)

    @property
    def credential(self) -> applications.Credential:
        return applications.Credential(
            certificate=lambda: self.certificate,
            authority=lambda: self._authority.der,
            sign=lambda payload: sign_payload(self.key, payload),
        )


@dataclass(frozen=True)
class _Parts:
    """What one card is made of."""

    person: Person
    card: Card
    counters: TryCounters
    auth: _Pair
    sign: _Pair
    face_issuer: CardAuthority

    @property
    def face_keys(self) -> FaceKeys:
        """The face shows the public key of the 利用者証明用 certificate and is signed by the demo's issuer."""
        public = self.auth.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return FaceKeys(public, self.face_issuer.sign_record)


def _my_number_card(parts: _Parts) -> VirtualCard:
    pin, keys = parts.card.pin, parts.face_keys
    return VirtualCard(
        {
            applications.JPKI_AID: applications.jpki(parts.auth.credential, parts.sign.credential, pin),
            applications.FACE_AID: applications.face(parts.person, keys),
            applications.TEXT_AID: applications.text(parts.person, keys, pin),
            applications.JUKI_AID: applications.juki(pin),
            applications.COMMON_AID: applications.common(parts.person),
        },
        parts.counters,
    )


def _odd_card(oddity: Oddity, parts: _Parts) -> VirtualCard:
    if oddity is Oddity.FOREIGN:
        return VirtualCard({}, parts.counters, FOREIGN_ATR)
    if oddity is Oddity.MUTE:
        return VirtualCard({}, parts.counters, MUTE_ATR)
    if oddity is Oddity.JUKI:
        application = applications.old_juki_jpki(parts.sign.credential)
        return VirtualCard({applications.JPKI_AID: application}, parts.counters, JUKI_ATR)
    token = Token.ANDROID if oddity is Oddity.PHONE else Token.IPHONE
    auth, sign = parts.auth.credential, parts.sign.credential
    application = applications.phone_jpki(auth, sign, parts.card.pin, token)
    return VirtualCard({applications.JPKI_AID: application}, parts.counters)


class CardBox:
    """All cards of one demo, kept below `folder` (see `paths.cards_folder`); nothing is made before it is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authorities: dict[tuple[Purpose, CardKey], CardAuthority] = {}

    def card(self, who: str, now: datetime, kind: CardKey = CardKey.RSA_2048) -> VirtualCard:
        """The card of the person with id `who`, or one of the `Oddity` names; PIN counters as they were left.

        `now` (aware of its time zone) is the day from which the certificate's remaining days count.
        Raises `Trouble` (DEMO-002) for an unknown name or a person without a card.
        """
        if who in set(Oddity):
            return _odd_card(Oddity(who), self._parts(replace(person("p01"), id=who), Card(), kind, now))
        owner = person(who)
        if owner.card is None:
            raise Trouble("DEMO-002", f"{who} has no card")
        parts = self._parts(owner, owner.card, kind, now)
        _ = parts.auth.certificate  # so that the first reading is no slower than the second
        return _my_number_card(parts)

    def phone(self, who: str, make: Phone, now: datetime) -> VirtualCard:
        """The phone of the person with id `who`, with certificates, keys and PIN counters of its own. Raises as `card`."""
        owner = person(who)
        if owner.card is None:
            raise Trouble("DEMO-002", f"{who} has no card")
        card = replace(owner.card, tries_left=3)
        holder = Holder(owner.certificate_id, owner.phone_serial, PHONE_POLICY)
        parts = self._parts(owner, card, CardKey.RSA_2048, now, self._folder / who / make, holder)
        auth, sign = parts.auth.credential, parts.sign.credential
        _ = parts.auth.certificate
        application = applications.phone_jpki(auth, sign, card.pin, _TOKENS[make])
        return VirtualCard({applications.JPKI_AID: application}, parts.counters)

    def restore_pins(self, who: str) -> None:
        """Put all PIN counters of that card, and of its holder's phones, back to where they were when the demo was new."""
        for place in (self._folder / who, *(self._folder / who / make for make in Phone)):
            (place / "tries.json").unlink(missing_ok=True)

    def _authority(self, purpose: Purpose, kind: CardKey, now: datetime) -> CardAuthority:
        if (purpose, kind) not in self._authorities:
            self._authorities[purpose, kind] = open_authority(self._folder, purpose, now, kind)
        return self._authorities[purpose, kind]

    def _parts(
        self,
        owner: Person,
        card: Card,
        kind: CardKey,
        now: datetime,
        place: Path | None = None,
        holder: Holder | None = None,
    ) -> _Parts:
        folder = place or self._folder / owner.id
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        whose = holder or Holder(owner.certificate_id, owner.certificate_serial)
        valid = validity(card.days_left, now)

        def pair(purpose: Purpose, number: int) -> _Pair:
            return _Pair(folder, replace(whose, serial=number), valid, self._authority(purpose, kind, now))

        return _Parts(
            person=owner,
            card=card,
            counters=TryCounters(folder / "tries.json", {applications.AUTH_PIN_NAME: card.tries_left}),
            auth=pair(Purpose.AUTHENTICATION, whose.serial),
            sign=pair(Purpose.SIGNATURE, whose.serial + 1),
            face_issuer=self._authority(Purpose.SIGNATURE, CardKey.RSA_2048, now),
        )
