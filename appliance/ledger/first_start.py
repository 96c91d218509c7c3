"""The first start: a box without an administrator lets nobody in but who has its set-up code, once.

The code is shown where somebody has the box in hand (`madoguchi setup-code`), kept as a hash, and written to no log. It ends
with its use, with a newer one, after a day and after `MOST_FAILURES` others were typed.
"""

import hmac
from datetime import datetime, timedelta

from sqlite_utils import Database

from appliance.eligibility.trouble import Trouble
from appliance.ledger import account_list, accounts, audit, password_rules, typed_codes
from appliance.ledger.accounts import Role
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

MOST_FAILURES = 10
LASTS = timedelta(hours=24)
_LENGTH = 12
_PURPOSE = "first start"


def is_needed(ledger: Ledger) -> bool:
    """Whether nobody can sign in as administrator yet."""
    return Role.ADMINISTRATOR not in account_list.roles_in_use(ledger)


def new_code(ledger: Ledger, by: str, now: datetime) -> str:
    """A set-up code, which nobody can read again; one that was made before ends.

    Raises `Trouble` ACCOUNT-002 where there is an administrator.
    """
    code = typed_codes.new(_LENGTH)
    take_code(ledger, code, by, now)
    return code


def take_code(ledger: Ledger, code: str, by: str, now: datetime) -> None:
    """The same with a code that is shown already. Raises `Trouble` ACCOUNT-002."""
    if not is_needed(ledger):
        raise Trouble("ACCOUNT-002")
    with ledger.write(Topic.OTHER) as db:
        row = {
            "id": 1,
            "hash": typed_codes.hashed(_PURPOSE, code),
            "made_at": to_text(now),
            "failures": 0,
        }
        db.table("set_up_code").upsert(row, pk="id")
        audit.insert(db, by, "set-up-code-made", "", now)


def has_code(ledger: Ledger, now: datetime) -> bool:
    """Whether there is one that still opens the box."""
    row = ledger.read.execute("SELECT made_at FROM set_up_code").fetchone()
    return row is not None and _is_in_time(row["made_at"], now)


def begin(
    ledger: Ledger, code: str, name: str, password: str, now: datetime, *, with_second: bool = False
) -> str:
    """Make the first administrator with the box's set-up code, which ends; a sign-in that may set up its second factor.

    Raises `Trouble` INPUT-001 for a name or password that will not do, ACCOUNT-002 where there is an administrator,
    ACCOUNT-003 for another code and when none is good.
    """
    account_list.check_name(name)
    password_rules.check(name, password, with_second=with_second)
    if not is_needed(ledger):
        raise Trouble("ACCOUNT-002")
    account_list.check_is_new(ledger, name)
    if not _is_right(ledger, code, now):
        raise Trouble("ACCOUNT-003")
    hashed = accounts.hashed(password)
    with ledger.write(Topic.OTHER) as db:
        # Of two who have the code at one moment, one finds it gone.
        if not db.execute("DELETE FROM set_up_code WHERE hash = ?", [_hash(code)]).rowcount:
            raise Trouble("ACCOUNT-002")
        accounts.put(db, name, Role.ADMINISTRATOR, hashed, now)
        audit.insert(db, name, "account-made", name, now, Role.ADMINISTRATOR)
        token = accounts.new_sign_in(db, name, now)
        accounts.enrolment_given(db, token, now)
        audit.insert(db, name, "sign-in", "", now)
    return token


def _is_right(ledger: Ledger, code: str, now: datetime) -> bool:
    with ledger.write(Topic.OTHER) as db:
        row = db.execute("SELECT * FROM set_up_code").fetchone()
        if row is None or not _is_in_time(row["made_at"], now):
            return False
        if hmac.compare_digest(row["hash"], _hash(code)):
            return True
        _failed(db, row["failures"] + 1, now)
    return False


def _is_in_time(made_at: str, now: datetime) -> bool:
    return timedelta() <= now - from_text(made_at) < LASTS


def _failed(db: Database, failures: int, now: datetime) -> None:
    db.execute("UPDATE set_up_code SET failures = ?", [failures])
    audit.insert(db, "-", "set-up-code-refused", "", now)
    if failures >= MOST_FAILURES:
        db.execute("DELETE FROM set_up_code")


def _hash(code: str) -> str:
    return typed_codes.hashed(_PURPOSE, code)
