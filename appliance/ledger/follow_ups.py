"""Questions asked again about a patient who was here: which check follows which, and how the first one was resolved."""

from datetime import datetime
from enum import StrEnum

from sqlite_utils import Database

from appliance.eligibility import message_xml
from appliance.eligibility.after_outage import VALID, Assumed, compare
from appliance.eligibility.message import ResultBody
from appliance.eligibility.request_families import Family
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.trouble import Trouble
from appliance.ledger import assumptions, checks, findings, tasks
from appliance.ledger.bell import Topic
from appliance.ledger.checks import NewCheck
from appliance.ledger.database import Ledger
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import clinic_day, from_text, to_text


class How(StrEnum):
    """How a check whose answer was of no use was resolved."""

    FOUND = "found"
    """A later question found a valid insurance."""
    CLAIMED = "claimed"
    """A person: claimed without (旧資格 or 不詳)."""
    PAID = "paid"
    """A person: the patient paid in full, nothing is claimed."""
    ELSEWHERE = "elsewhere"
    """A person: confirmed in another way."""
    NOT_NEEDED = "not-needed"
    """A person: there is nothing to claim."""


BY_PERSON = {
    How.ELSEWHERE: "資格がわかった（ほかの方法で）",
    How.CLAIMED: "旧資格・不詳のまま請求した",
    How.PAID: "自費のままにした",
    How.NOT_NEEDED: "請求するものがない",
}
"""How a person may close a visit, in reception's words."""


def open_after(ledger: Ledger, new: NewCheck, of: str, now: datetime) -> str:
    """Open a check that asks again about the patient of the check `of`; its random id."""
    with ledger.write(Topic.QUESTIONS | Topic.CHECKS) as db:
        check_id = checks.insert(db, new, now)
        follow_in(db, check_id, of)
        return check_id


def follow_in(db: Database, check_id: str, of: str) -> None:
    """`link` for a check that a person had asked: the rows of those before it say from now on that it stands for them."""
    link(db, check_id, of)
    for row in db.execute(_CHAIN, {"of": first_of(db, of)}).fetchall():
        if row["id"] != check_id:
            checks.touch(db, row["id"])


_CHAIN = """SELECT id, seq FROM checks WHERE id = :of
            UNION SELECT id, seq FROM checks JOIN follow_ups ON check_id = id WHERE of = :of AND origin != 'follow-up'"""
"""What was asked about one patient one after the other at the desk, but not what the box asked days later."""


def newest_of(ledger: Ledger, check_id: str) -> str:
    """The last check that a person had asked about the patient of `check_id`: itself unless it was asked again."""
    first = first_of(ledger.read, check_id)
    row = ledger.read.execute(
        f"SELECT id FROM ({_CHAIN}) ORDER BY seq DESC LIMIT 1", {"of": first}
    ).fetchone()
    return str(row["id"]) if row else check_id


def link(db: Database, check_id: str, of: str) -> None:
    """Note that the new check `check_id` asks again about the patient of `of`; inside the transaction that opens it."""
    db.execute("INSERT INTO follow_ups VALUES (?, ?)", [check_id, first_of(db, of)])


def first_of(db: Database, check_id: str) -> str:
    """The check that a patient's questions began with: `check_id` itself unless it follows another."""
    row = db.execute("SELECT of FROM follow_ups WHERE check_id = ?", [check_id]).fetchone()
    return str(row["of"]) if row else check_id


def resolve(
    db: Database, check_id: str, how: How, now: datetime, *, by: str | None, answer: str | None
) -> bool:
    """Ask no more about a check, and settle its task of the month's end; False when it was resolved already."""
    done = db.execute(
        "INSERT OR IGNORE INTO resolutions VALUES (?, ?, ?, ?, ?)", [check_id, how, answer, by, to_text(now)]
    )
    tasks.settle_in(db, TaskKind.UNRESOLVED, check_id, now)
    return bool(done.rowcount)


def answered_in(db: Database, check_id: str, xml: bytes, validity: str | None, now: datetime) -> None:
    """An answer came: resolve what it follows, and raise a task where it is another than the patient was received by.

    For the transaction that takes the answer, which must ring `Topic.TASKS`: so each answer is compared once, with what
    was known before it.
    """
    row = db.execute("SELECT family, deferred FROM checks WHERE id = ?", [check_id]).fetchone()
    if row["family"] != Family.SINGLE:
        return
    first = first_of(db, check_id)
    is_later = first != check_id
    if is_later and (
        validity not in VALID or not resolve(db, first, How.FOUND, now, by=None, answer=check_id)
    ):
        return
    said = assumptions.of_check_in(db, first)
    if said is not None:
        _compare(db, first, said.assumed, check_id, xml, now)
    elif not is_later and row["deferred"]:
        _compare(db, first, Assumed(known=assumptions.last_known(db, first)), check_id, xml, now)


def _compare(db: Database, first: str, assumed: Assumed, answer: str, xml: bytes, now: datetime) -> None:
    received = db.execute("SELECT received_at FROM checks WHERE id = ?", [first]).fetchone()["received_at"]
    finding = compare(packaged_book(), assumed, _body(xml), clinic_day(from_text(received)))
    if finding is not None:
        findings.write(db, first, finding, answer, now)


def _body(xml: bytes) -> ResultBody | None:
    try:
        return message_xml.read_result(xml).message_body
    except Trouble:
        return None
