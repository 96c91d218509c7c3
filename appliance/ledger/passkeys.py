"""Passkeys as the ledger keeps them: public keys alone. What is asked and judged at a page is `web/second/passkey.py`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

LONGEST_NAME = 32
MOST = 10
CHALLENGE_LASTS = timedelta(minutes=5)


@dataclass(frozen=True)
class Passkey:
    """One key of an account. `rp_id` is the name under which the box was reached; it works under no other."""

    id: str
    account: str
    name: str
    rp_id: str
    public_key: bytes
    sign_count: int
    made_at: datetime
    used_at: datetime | None


def of(ledger: Ledger, account: str) -> tuple[Passkey, ...]:
    """The keys of an account, the oldest first."""
    rows = ledger.read.execute("SELECT * FROM passkeys WHERE account = ? ORDER BY made_at, id", [account])
    return tuple(
        Passkey(
            id=row["id"],
            account=row["account"],
            name=row["name"],
            rp_id=row["rp_id"],
            public_key=row["public_key"],
            sign_count=row["sign_count"],
            made_at=from_text(row["made_at"]),
            used_at=from_text(row["used_at"]) if row["used_at"] else None,
        )
        for row in rows
    )


def add(ledger: Ledger, key: Passkey, token: str, now: datetime) -> None:
    """Keep a key that was judged; the sign-in of `token` has given its second factor with it.

    Raises `Trouble` INPUT-001 when the account has as many as it may, AUTH-011 for a key that is somebody's already.
    """
    with ledger.write(Topic.OTHER) as db:
        count = db.execute("SELECT count(*) FROM passkeys WHERE account = ?", [key.account]).fetchone()[0]
        if count >= MOST:
            raise Trouble("INPUT-001", "パスキーは10個までです")
        if db.execute("SELECT 1 FROM passkeys WHERE id = ?", [key.id]).fetchone():
            raise Trouble("AUTH-011")
        db.table("passkeys").insert(
            {
                "id": key.id,
                "account": key.account,
                "name": key.name,
                "rp_id": key.rp_id,
                "public_key": key.public_key,
                "sign_count": key.sign_count,
                "made_at": to_text(now),
            }
        )
        accounts.second_given(db, token, now)
        audit.insert(db, key.account, "passkey-set", key.account, now)


def used(ledger: Ledger, key: Passkey, sign_count: int, token: str, now: datetime) -> None:
    """The sign-in of `token` was completed with this key. Raises `Trouble` AUTH-011 when it was removed meanwhile."""
    with ledger.write(Topic.OTHER) as db:
        found = db.execute(
            "UPDATE passkeys SET sign_count = ?, used_at = ? WHERE id = ? AND account = ?",
            [sign_count, to_text(now), key.id, key.account],
        )
        if not found.rowcount:
            raise Trouble("AUTH-011")
        accounts.second_given(db, token, now)
        audit.insert(db, key.account, "second-factor", key.account, now, "passkey")


def remove(db: Database, account: str, key_id: str, now: datetime) -> None:
    """Forget a key. Raises `Trouble` INPUT-005 when the account has no such key."""
    if not db.execute("DELETE FROM passkeys WHERE id = ? AND account = ?", [key_id, account]).rowcount:
        raise Trouble("INPUT-005")
    audit.insert(db, account, "passkey-removed", account, now)


def ask(ledger: Ledger, token: str, challenge: bytes, now: datetime) -> None:
    """Remember what the browser of a sign-in is to sign; what it was asked before counts no more."""
    with ledger.write(Topic.OTHER) as db:
        accounts.challenged(db, token, challenge, now)


def take_challenge(ledger: Ledger, token: str, now: datetime) -> bytes:
    """What the browser was asked, once. Raises `Trouble` AUTH-011 when it was asked nothing, or too long ago."""
    with ledger.write(Topic.OTHER) as db:
        asked = accounts.take_challenge(db, token)
    if asked is None or not timedelta() <= now - asked[1] < CHALLENGE_LASTS:
        raise Trouble("AUTH-011")
    return asked[0]
