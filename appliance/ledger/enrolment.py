"""Codes that an administrator hands over, so that a password alone sets up nobody's first second factor.

Each is for one account, good once, for `LASTS`, and ends after `MOST_FAILURES` others were typed. The ledger keeps a hash.
"""

import hmac
from datetime import datetime, timedelta

from sqlite_utils import Database

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit, typed_codes
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

MOST_FAILURES = 10
LASTS = timedelta(days=3)
_LENGTH = 12


def new_code(ledger: Ledger, account: str, by: str, now: datetime) -> str:
    """A code for `account`, to be shown once; the one before ends. Raises `Trouble` INPUT-005 for no such account."""
    if not accounts.is_known(ledger, account):
        raise Trouble("INPUT-005")
    code = typed_codes.new(_LENGTH)
    with ledger.write(Topic.OTHER) as db:
        row = {"account": account, "hash": _hash(account, code), "made_at": to_text(now), "failures": 0}
        db.table("enrolment_codes").upsert(row, pk="account")
        audit.insert(db, by, "enrolment-code-made", account, now)
    return code


def give(ledger: Ledger, account: str, typed: str, token: str, now: datetime) -> None:
    """The sign-in of `token` may set up its first second factor: it has the code, which ends. Raises `Trouble` AUTH-010."""
    with ledger.write(Topic.OTHER) as db:
        is_right = _is_right(db, account, typed, now)
        if is_right:
            db.execute("DELETE FROM enrolment_codes WHERE account = ?", [account])
            accounts.enrolment_given(db, token, now)
            audit.insert(db, account, "enrolment-code", account, now)
        else:
            _failed(db, account, now)
    if not is_right:
        raise Trouble("AUTH-010")


def _is_right(db: Database, account: str, typed: str, now: datetime) -> bool:
    row = db.execute("SELECT * FROM enrolment_codes WHERE account = ?", [account]).fetchone()
    if row is None or not timedelta() <= now - from_text(row["made_at"]) < LASTS:
        return False
    return hmac.compare_digest(row["hash"], _hash(account, typed))


def _failed(db: Database, account: str, now: datetime) -> None:
    db.execute("UPDATE enrolment_codes SET failures = failures + 1 WHERE account = ?", [account])
    db.execute("DELETE FROM enrolment_codes WHERE account = ? AND failures >= ?", [account, MOST_FAILURES])
    audit.insert(db, account, "enrolment-code-refused", account, now)


def _hash(account: str, code: str) -> str:
    return typed_codes.hashed(f"enrolment\0{account}", code)
