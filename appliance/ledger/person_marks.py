"""By what a patient is found again among what reception wrote down: the card, the numbers, name and birth date. Hashes alone."""

import hashlib
from dataclasses import dataclass

from sqlite_utils import Database

from appliance.eligibility.comparing import folded_name
from appliance.eligibility.message import Qualification
from appliance.ledger import answer_text
from appliance.ledger.checks import Check
from appliance.ledger.schema.history import short_mark


@dataclass(frozen=True)
class Mark:
    """One of them. `is_person`: it says name and birth date, so it holds under any insurance and any card."""

    value: bytes
    is_person: bool


def marks_of(db: Database, check: Check) -> tuple[Mark, ...]:
    """The marks of whom `check` is about; none while nobody has said who it is, or where several people were found."""
    one = only_person(check)
    if one is None:
        return ()
    rows = db.execute("SELECT mark FROM histories WHERE seq = ? ORDER BY mark", [check.seq]).fetchall()
    found = [Mark(row["mark"], is_person=False) for row in rows]
    name = person_mark(one.name_kana or one.name or "", one.birthdate or "")
    return (*found, *([Mark(name, is_person=True)] if name else []))


def only_person(check: Check) -> Qualification | None:
    """The one person of a check's answer; None where there is none, or more than one."""
    message = answer_text.read(check.result_xml) if check.result_xml is not None else None
    if message is None:
        return None
    found = message.message_body.result_list
    names = {(folded_name(one.name_kana or one.name or ""), one.birthdate) for one in found}
    return found[0] if len(names) == 1 else None


def person_mark(name: str, birthdate: str) -> bytes | None:
    """The mark of a person by name (kana where there is one) and birth date; None where either is missing."""
    if not name.strip() or not birthdate.strip():
        return None
    said = "\0".join(("person", folded_name(name), birthdate.strip()))
    return short_mark(hashlib.sha256(said.encode()).hexdigest())
