"""What a late answer differs in from what was assumed: written once, in the transaction that takes the answer."""

import json
from dataclasses import asdict
from datetime import datetime

from sqlite_utils import Database

from appliance.eligibility.after_outage import Finding, Reason
from appliance.eligibility.bulk_outcome import Difference
from appliance.ledger import tasks
from appliance.ledger.tasks import TaskKind
from appliance.ledger.times import to_text


def write(db: Database, check_id: str, finding: Finding, answer: str, now: datetime) -> None:
    """Keep a finding on the check of a patient and raise its task; `answer` is the check whose answer it comes from.

    A later answer to the same patient's question takes the place of the earlier one, and so does its task.
    """
    db.execute(
        """INSERT INTO findings VALUES (?, ?, ?, ?) ON CONFLICT (check_id) DO UPDATE SET
               finding = excluded.finding, answer = excluded.answer, found_at = excluded.found_at""",
        [check_id, json.dumps(asdict(finding), ensure_ascii=False), answer, to_text(now)],
    )
    tasks.settle_in(db, TaskKind.DIFFERENCE, check_id, now)
    tasks.raise_in(db, TaskKind.DIFFERENCE, check_id, finding.reason, now)


def of_check(db: Database, check_id: str) -> Finding | None:
    """The finding on the check of a patient; None when all was as assumed."""
    row = db.execute("SELECT finding FROM findings WHERE check_id = ?", [check_id]).fetchone()
    return _finding(row["finding"]) if row else None


def answer_of(db: Database, check_id: str) -> str | None:
    """The id of the check whose answer the finding comes from."""
    row = db.execute("SELECT answer FROM findings WHERE check_id = ?", [check_id]).fetchone()
    return str(row["answer"]) if row else None


def _finding(text: str) -> Finding:
    values = json.loads(text)
    return Finding(
        **values
        | {
            "reason": Reason(values["reason"]),
            "differences": tuple(Difference(**one) for one in values["differences"]),
        }
    )
