"""What a consumer gets beside the results: by default nothing, each thing given to it by a person, and taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, consumers, notices
from appliance.ledger.bell import Topic
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.notices import NoticeKind
from appliance.ledger.times import from_text, to_text

LONGEST_PURPOSE = 200

PURPOSE_NOTICE = (
    "患者さんが同意した薬剤・診療・健診の情報を、同意から24時間だけこの相手に渡します。"
    "医院で掲げている利用目的に含まれることを確かめ、何に使うかを書いてください。渡すたびに記録が残ります。"
)
"""What whoever gives medical information has to know."""


class Extra(StrEnum):
    """One thing that may be given."""

    TASKS = "tasks"
    """What a person has to do, and when it is done."""
    RAW = "raw"
    """The center's XML beside each result."""
    MEDICAL = "medical"
    """薬剤・診療・健診, inside the patient's consent."""


class Scope(StrEnum):
    """Which medical information: what the consumer itself has asked for, or what doctors ask for on the pages too."""

    OWN = "own"
    ALL = "all"


@dataclass(frozen=True)
class Given:
    """One thing that was given. `scope` and `purpose` are those of medical information, else None and empty."""

    extra: Extra
    scope: Scope | None
    purpose: str
    given_by: str
    given_at: datetime


def of_all(ledger: Ledger) -> Mapping[str, Mapping[Extra, Given]]:
    """What each consumer has that has anything."""
    found: dict[str, dict[Extra, Given]] = {}
    rows = [row for row in ledger.read.execute("SELECT * FROM consumer_extras") if row["extra"] in set(Extra)]
    for row in sorted(rows, key=lambda row: list(Extra).index(row["extra"])):
        found.setdefault(row["consumer"], {})[Extra(row["extra"])] = _given(row)
    return found


def of(ledger: Ledger, consumer: str) -> Mapping[Extra, Given]:
    """What `consumer` has."""
    return of_all(ledger).get(consumer, {})


def give(
    ledger: Ledger,
    consumer: str,
    extra: Extra,
    by: str,
    now: datetime,
    *,
    scope: Scope | None = None,
    purpose: str = "",
) -> None:
    """Let `consumer` have `extra` from now on; of tasks also those that are open, and with less scope no more of what it is owed.

    Raises `Trouble`: INPUT-005 for a consumer that is not served, INPUT-001 for one with a folder, and for medical information
    without a scope or the purpose it is used for.
    """
    one = consumers.find(ledger, consumer)
    if one is None:
        raise Trouble("INPUT-005", "その名前の相手先はありません")
    if one.kind is ConsumerKind.FOLDER:
        raise Trouble("INPUT-001", "共有フォルダの相手先には渡せません")
    purpose = purpose.strip()
    if extra is Extra.MEDICAL and (scope is None or not 0 < len(purpose) <= LONGEST_PURPOSE):
        raise Trouble("INPUT-001", said("利用目的を{count}字までで書いてください", count=LONGEST_PURPOSE))
    with ledger.write(Topic.DELIVERIES | Topic.TASKS) as db:
        db.execute(
            "INSERT OR REPLACE INTO consumer_extras VALUES (?, ?, ?, ?, ?, ?)",
            [consumer, extra, scope or "", purpose, by, to_text(now)],
        )
        detail = " ".join(filter(None, (extra, scope, purpose)))
        audit.insert(db, by, "consumer-extra-given", consumer, now, detail)
        if extra is Extra.TASKS:
            notices.owe_open_tasks_in(db, consumer, now)
        if scope is Scope.OWN:
            notices.give_up_of_others_in(db, consumer)


def take_back(ledger: Ledger, consumer: str, extra: Extra, by: str, now: datetime) -> bool:
    """Let `consumer` have `extra` no more, nor what of it is still owed; False when it has not."""
    with ledger.write(Topic.DELIVERIES) as db:
        done = db.execute("DELETE FROM consumer_extras WHERE consumer = ? AND extra = ?", [consumer, extra])
        if not done.rowcount:
            return False
        if extra in _NOTICES:
            notices.give_up_in(db, consumer, _NOTICES[extra])
        audit.insert(db, by, "consumer-extra-taken-back", consumer, now, extra)
        return True


_NOTICES = {Extra.TASKS: NoticeKind.TASK, Extra.MEDICAL: NoticeKind.MEDICAL}


def has_in(db: Database, consumer: str, extra: Extra) -> bool:
    """Whether `consumer` has `extra`."""
    found = db.execute("SELECT 1 FROM consumer_extras WHERE consumer = ? AND extra = ?", [consumer, extra])
    return found.fetchone() is not None


def _given(row: Any) -> Given:
    return Given(
        Extra(row["extra"]),
        Scope(row["scope"]) if row["scope"] else None,
        row["purpose"],
        row["given_by"],
        from_text(row["given_at"]),
    )
