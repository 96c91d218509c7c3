"""The last answer about each card and each set of numbers: what reception sees while nobody can be asked.

An answer that says 無効 takes the place of one that said 有効 before, so that nobody is shown as insured who was not
any more when last asked.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from appliance.eligibility import message_xml
from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.comparing import folded_number
from appliance.eligibility.message import Qualification, ResultMessage, SearchInfo
from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.ledger import history
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

CONFIRMED = (QualificationValidity.VALID, QualificationValidity.VALID_UNREGISTERED)


@dataclass(frozen=True)
class LastAnswer:
    """What the center said when it was last asked, about another check than the one at hand."""

    check_id: str
    qualification_validity: str
    answered_at: datetime
    message: ResultMessage

    @property
    def is_confirmed(self) -> bool:
        """Whether the person was insured then."""
        return self.qualification_validity in CONFIRMED


def learn_in(db: Database, check_id: str, xml: bytes, now: datetime) -> None:
    """Remember the answer of a check, inside the transaction that writes it; one that says nothing changes nothing."""
    row = db.execute("SELECT card_mark, family FROM checks WHERE id = ?", [check_id]).fetchone()
    if row is None or row["family"] != Family.SINGLE:
        return
    try:
        message = message_xml.read_result(xml)
    except Trouble:
        return
    validity = message.message_body.qualification_validity
    if not validity:
        return
    marks = sorted(mark for mark in {row["card_mark"], *_marks_of(message)} if mark)
    history.note_in(db, check_id, marks, validity)
    for mark in marks:
        db.execute(
            """INSERT INTO last_answers VALUES (:mark, :check, :validity, :now)
               ON CONFLICT (mark) DO UPDATE SET check_id = excluded.check_id, answered_at = excluded.answered_at,
                   qualification_validity = excluded.qualification_validity""",
            {"mark": mark, "check": check_id, "validity": validity, "now": to_text(now)},
        )


def of_check(ledger: Ledger, check: Check) -> LastAnswer | None:
    """The last answer for the card of `check`, or else for the numbers it asks for."""
    return of_check_in(ledger.read, check)


def of_check_in(db: Database, check: Check) -> LastAnswer | None:
    """`of_check` inside a transaction."""
    marks = (check.card_mark, _mark_asked(check))
    found = (of_mark(db, mark) for mark in marks if mark)
    return next((one for one in found if one is not None and one.check_id != check.id), None)


def of_mark(db: Database, mark: str) -> LastAnswer | None:
    """The last answer under this mark."""
    row = db.execute(
        """SELECT last_answers.*, xml FROM last_answers JOIN results USING (check_id) WHERE mark = ?""",
        [mark],
    ).fetchone()
    if row is None:
        return None
    try:
        message = message_xml.read_result(row["xml"])
    except Trouble:
        return None
    moment = from_text(row["answered_at"])
    return LastAnswer(row["check_id"], row["qualification_validity"], moment, message)


def numbers_of_card(db: Database, card_mark: str | None) -> SearchInfo | None:
    """The numbers by which the holder of a card can be asked about; None when they were not valid when last heard of."""
    last = of_mark(db, card_mark) if card_mark else None
    if last is None or not last.is_confirmed:
        return None
    return next((_numbers(one) for one in last.message.message_body.result_list if _is_complete(one)), None)


def _numbers(one: Qualification) -> SearchInfo:
    """限度額 would need the patient's word, which a card that is not there any more cannot give."""
    return SearchInfo(
        insurer_number=one.public_expense_number or one.insurer_number,
        insured_card_symbol=one.insured_card_symbol,
        insured_identification_number=one.beneficiary_number or one.insured_identification_number,
        insured_branch_number=one.insured_branch_number,
        birthdate=one.birthdate,
        limit_application_certificate_related_cons_flg="0",
    )


def _is_complete(one: Qualification) -> bool:
    return _mark(_numbers(one)) is not None


def _marks_of(message: ResultMessage) -> Iterator[str | None]:
    echo = message.message_body.qualification_confirm_search_info
    if echo is not None:
        yield _mark(echo)
    # Several are several people; what is lost is listed with its numbers.
    if message.message_body.qualification_validity != QualificationValidity.SEVERAL:
        for one in message.message_body.result_list:
            yield _mark(_numbers(one))


def _mark_asked(check: Check) -> str | None:
    if check.request_xml is None or check.family is not Family.SINGLE:
        return None
    try:
        asked = message_xml.read_request(check.request_xml).message_body.qualification_confirm_search_info
    except Trouble:
        return None
    return _mark(asked)


def _mark(info: SearchInfo) -> str | None:
    """All of it counts, 記号 and 枝番 too: twins share the rest. None when the numbers name nobody."""
    number, birthdate = (info.insured_identification_number or "").strip(), (info.birthdate or "").strip()
    insurer = normal_insurer_number(info.insurer_number or "")
    if not (insurer and number and birthdate):
        return None
    parts = (insurer, info.insured_card_symbol or "", number, info.insured_branch_number or "")
    said = "\0".join(("numbers", *map(folded_number, parts), birthdate))
    return hashlib.sha256(said.encode()).hexdigest()
