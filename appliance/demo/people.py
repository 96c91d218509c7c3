"""The demo's fictitious people: who they are, what card they carry and what the center knows of them.

The data is `people.toml`. Texts beginning with `@` there stand for dates near today, see `_MARKERS`.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from appliance.eligibility.card_face import CardFace
from appliance.eligibility.layout import Kind, Slot, layout
from appliance.eligibility.message import Block, Qualification
from appliance.eligibility.trouble import Trouble

Value = str | Mapping[str, str] | tuple[Mapping[str, str], ...]

DEMO_PIN = "1234"
_DATA = Path(__file__).with_name("people.toml")
JAPAN = timezone(timedelta(hours=9))


@dataclass(frozen=True)
class Card:
    """A person's card. `days_left` counts from today to the end of the 利用者証明用 certificate, negative = expired.

    `tries_left` is the 利用者証明用 PIN counter when the card is used for the first time in a demo, 0 to 3.
    """

    days_left: int = 1200
    tries_left: int = 3
    pin: str = DEMO_PIN


@dataclass(frozen=True)
class Person:
    """One fictitious person.

    `results` are the qualifications the center answers with, keyed by the interface's element names in
    snake_case: a text, a mapping for a group of elements (`limit_application_certificate_related_info`), a tuple of
    mappings for a list (`specific_diseases_certificate_list`, `public_expense_result_list`). What depends on the
    patient's consents (限度額, 特定疾病) is there in full; the center leaves it out where the consent is missing.
    `qualifications` is the same as message blocks. `medical_information` names what the center could show with
    consent: `drugs`, `diagnosis`, `operation`, `checkups`. `shows` says in Japanese why the person exists.
    """

    id: str
    shows: str
    name: str
    name_kana: str
    sex: str
    birthdate: date
    post_number: str
    address: str
    qualification_validity: str
    results: tuple[Mapping[str, Value], ...]
    card: Card | None
    medical_information: tuple[str, ...]

    @property
    def certificate_id(self) -> str:
        """The common name of the card certificates: letters and digits, the same in every demo."""
        return f"DEMO{_digest(self.id).hex()[:16].upper()}13A"

    @property
    def certificate_serial(self) -> int:
        """The serial number (発行番号) of the 利用者証明用 certificate: a function of the id alone."""
        return certificate_serial(self.id)

    @property
    def phone_serial(self) -> int:
        """The serial number of the certificate on this person's phone, which is another one than the card's."""
        return certificate_serial(f"{self.id} phone")

    @property
    def qualifications(self) -> tuple[Qualification, ...]:
        """`results` as blocks of the result message."""
        return tuple(_block(Qualification, result) for result in self.results)

    @property
    def security_code(self) -> str:
        """The four digits printed below the photo of the card."""
        return f"{int.from_bytes(_digest(self.id)[-4:], 'big') % 10000:04d}"

    @property
    def face_expires_on(self) -> date:
        """The end of validity printed on the card face."""
        return date(2035, self.birthdate.month, min(self.birthdate.day, 28))

    @property
    def verification_number_b(self) -> str:
        """照合番号B, 14 digits: birth date in 和暦 YYMMDD, expiry year YYYY, security code."""
        return CardFace(self.birthdate, self.face_expires_on, self.security_code).number_b


def _digest(identity: str) -> bytes:
    return hashlib.sha256(f"madoguchi demo card {identity}".encode()).digest()


def certificate_serial(identity: str) -> int:
    """The certificate serial number that belongs to a person id (or to a special card), 1 to 2^31 - 1."""
    return int.from_bytes(_digest(identity)[:4], "big") >> 1 | 1


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _insurance_year(day: date) -> int:
    """Certificates of the elderly and ceilings run from August to July."""
    return day.year if day.month >= 8 else day.year - 1


_MARKERS = {
    "@month": lambda day: f"{day:%Y%m}",
    "@month-start": lambda day: f"{day:%Y%m}01",
    "@month-end": lambda day: f"{_month_end(day):%Y%m%d}",
    "@last-month-end": lambda day: f"{day.replace(day=1) - timedelta(days=1):%Y%m%d}",
    "@august": lambda day: f"{_insurance_year(day)}0801",
    "@july": lambda day: f"{_insurance_year(day) + 1}0731",
}


def _resolved(value: Any, today: date) -> Any:
    if isinstance(value, dict):
        return {key: _resolved(item, today) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_resolved(item, today) for item in value)
    return _MARKERS[value](today) if str(value).startswith("@") else str(value)


def _block(kind: type[Block], values: Mapping[str, Any]) -> Any:
    slots = {slot.name: slot for slot in layout(kind)}
    return kind(**{name: _slot_value(slots[name], value) for name, value in values.items()})


def _slot_value(slot: Slot, value: Any) -> Any:
    if slot.kind is Kind.TEXT or slot.block is None:
        return value
    if slot.kind is Kind.BLOCK:
        return _block(slot.block, value)
    return tuple(_block(slot.block, item) for item in value)


def _person(row: dict[str, Any], today: date) -> Person:
    birthdate = str(row["birthdate"])
    personal = {
        "name": row["name"],
        "name_kana": row["name_kana"],
        "sex1": row["sex"],
        "birthdate": birthdate,
        "post_number": row["post_number"],
        "address": row["address"],
    }
    return Person(
        id=row["id"],
        shows=row["shows"],
        name=row["name"],
        name_kana=row["name_kana"],
        sex=row["sex"],
        birthdate=date(int(birthdate[:4]), int(birthdate[4:6]), int(birthdate[6:])),
        post_number=row["post_number"],
        address=row["address"],
        qualification_validity=row["qualification_validity"],
        results=tuple({**personal, **_resolved(result, today)} for result in row.get("results", ())),
        card=Card(**row["card"]) if "card" in row else None,
        medical_information=tuple(row.get("medical_information", ())),
    )


@lru_cache(maxsize=4)
def people_on(today: date) -> tuple[Person, ...]:
    """Everybody, in order of id, with the dates that move resolved for `today`."""
    rows = tomllib.loads(_DATA.read_text(encoding="utf-8"))["person"]
    return tuple(_person(row, today) for row in rows)


def people() -> tuple[Person, ...]:
    """Everybody, as of today in Japan."""
    return people_on(datetime.now(JAPAN).date())


def person(identity: str) -> Person:
    """The person with that id. Raises `Trouble` (DEMO-002) when there is none."""
    for candidate in people():
        if candidate.id == identity:
            return candidate
    raise Trouble("DEMO-002", f"no such person: {identity[:20]}")
