"""What people do with their own account: another password, and which sign-ins it has."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit, password_rules
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text


@dataclass(frozen=True)
class SignIn:
    """One sign-in that has not ended. `key` names it and opens nothing; `device` is empty where nothing is known."""

    key: str
    since: datetime
    until: datetime
    device: str
    is_locked: bool
    is_this: bool


def sign_ins(ledger: Ledger, name: str, token: str, now: datetime) -> tuple[SignIn, ...]:
    """The sign-ins of account `name`: that of `token` first, then the newest."""
    this = accounts.token_hash(token)
    rows = ledger.read.execute(
        """SELECT token_hash, created_at, expires_at, device, locked_at FROM sign_ins
           WHERE account = ? AND expires_at > ? ORDER BY token_hash != ?, created_at DESC, token_hash""",
        [name, to_text(now), this],
    )
    return tuple(
        SignIn(
            key=row["token_hash"],
            since=from_text(row["created_at"]),
            until=from_text(row["expires_at"]),
            device=row["device"],
            is_locked=row["locked_at"] is not None,
            is_this=row["token_hash"] == this,
        )
        for row in rows
    )


def end_sign_ins(ledger: Ledger, name: str, token: str, keys: Collection[str], now: datetime) -> int:
    """End those of `keys` that are the account's own and not that of `token`; how many there were."""
    this, ended = accounts.token_hash(token), 0
    with ledger.write(Topic.OTHER) as db:
        for key in set(keys) - {this}:
            gone = db.execute("DELETE FROM sign_ins WHERE token_hash = ? AND account = ?", [key, name])
            ended += gone.rowcount
        if ended:
            audit.insert(db, name, "own-sign-ins-ended", name, now, str(ended))
    return ended


def check_new_password(name: str, before: str, password: str, *, with_second: bool) -> None:
    """Raises `Trouble` INPUT-001 for one that will not do, the one before among them."""
    password_rules.check(name, password, with_second=with_second)
    if password == before:
        raise Trouble("INPUT-001", "いまのパスワードと同じです。別のものにしてください")


def change_password(ledger: Ledger, name: str, password: str, token: str, now: datetime) -> None:
    """The owner's own password from now on; every sign-in but that of `token` ends.

    For who has shown the password before, and one that `check_new_password` has let pass.
    """
    hashed = accounts.hashed(password)
    with ledger.write(Topic.OTHER) as db:
        db.execute("UPDATE accounts SET password_hash = ?, given_at = NULL WHERE name = ?", [hashed, name])
        db.execute(
            "DELETE FROM sign_ins WHERE account = ? AND token_hash != ?", [name, accounts.token_hash(token)]
        )
        audit.insert(db, name, "own-password", name, now)
