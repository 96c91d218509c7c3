"""The second factor: one-time codes of an authenticator (TOTP, RFC 6238), passkeys, and recovery codes for a lost one.

A secret is known to the person's device and, sealed, to the box; nobody is shown it again. A code counts once: a step of
time that was used, or one before it, is never taken again. Recovery codes are kept as hashes and count once each.
"""

import hmac
from datetime import datetime
from enum import StrEnum
from typing import Any

import pyotp
from sqlite_utils import Database

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit, passkeys, typed_codes
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.second_seal import SecondSeal
from appliance.ledger.times import to_text

RECOVERY_CODES = 8
_LENGTH = 16
_SLACK = 1
"""Steps of 30 seconds that a device's clock may be off."""


class How(StrEnum):
    """What a sign-in was completed with."""

    CODE = "code"
    RECOVERY = "recovery"


def is_set(ledger: Ledger, account: str) -> bool:
    """Whether the account has a second factor that was tried once: an authenticator, or a passkey."""
    return _is_set(ledger.read, account)


def has_app(ledger: Ledger, account: str) -> bool:
    """Whether the account has an authenticator that shows one-time codes."""
    return _row(ledger.read, account)["secret"] is not None


def _is_set(db: Database, account: str) -> bool:
    key = db.execute("SELECT 1 FROM passkeys WHERE account = ? LIMIT 1", [account]).fetchone()
    return key is not None or _row(db, account)["secret"] is not None


def begin(ledger: Ledger, seal: SecondSeal, account: str) -> str:
    """A new secret, to be shown now and confirmed by a code; what was set before counts until then."""
    secret = pyotp.random_base32()
    with ledger.write(Topic.OTHER) as db:
        _put(db, account, pending=seal.sealed(account, secret))
    return secret


def pending(ledger: Ledger, seal: SecondSeal, account: str) -> str | None:
    """The secret that was shown and not confirmed yet."""
    found = _row(ledger.read, account)["pending"]
    return None if found is None else seal.unsealed(account, found)


def address(secret: str, account: str, clinic: str) -> str:
    """What a QR code says to an authenticator."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=clinic)


def confirm(
    ledger: Ledger, seal: SecondSeal, account: str, typed: str, token: str, now: datetime
) -> tuple[str, ...]:
    """Set the pending secret up, its device having shown the code `typed`; new recovery codes, which nobody sees again.

    The sign-in of `token` has given its second factor with it. Raises `Trouble` AUTH-007 for another code.
    """
    secret = pending(ledger, seal, account)
    step = _step(secret, typed, now, 0) if secret else None
    if secret is None or step is None:
        raise Trouble("AUTH-007")
    with ledger.write(Topic.OTHER) as db:
        _put(
            db,
            account,
            secret=seal.sealed(account, secret),
            confirmed_at=to_text(now),
            last_step=step,
            pending=None,
        )
        codes = _new_recovery_codes(db, account)
        accounts.second_given(db, token, now)
        audit.insert(db, account, "second-factor-set", account, now)
    return codes


def new_recovery_codes(ledger: Ledger, account: str) -> tuple[str, ...]:
    """New ones in the place of all others, which nobody sees again."""
    with ledger.write(Topic.OTHER) as db:
        return _new_recovery_codes(db, account)


def _new_recovery_codes(db: Database, account: str) -> tuple[str, ...]:
    codes = tuple(typed_codes.new(_LENGTH) for _ in range(RECOVERY_CODES))
    db.execute("DELETE FROM recovery_codes WHERE account = ?", [account])
    for code in codes:
        db.table("recovery_codes").insert({"hash": typed_codes.hashed(account, code), "account": account})
    return codes


def remove_app(ledger: Ledger, account: str, now: datetime) -> None:
    """Forget the authenticator. Raises `Trouble` INPUT-005 without one, ACCOUNT-004 when nothing else would be left."""
    with ledger.write(Topic.OTHER) as db:
        if _row(db, account)["secret"] is None:
            raise Trouble("INPUT-005")
        _put(db, account, secret=None, pending=None)
        _check_left(db, account)
        audit.insert(db, account, "second-factor-removed", account, now)


def remove_passkey(ledger: Ledger, account: str, key_id: str, now: datetime) -> None:
    """Forget a passkey. Raises `Trouble` INPUT-005 for another's, ACCOUNT-004 when nothing else would be left."""
    with ledger.write(Topic.OTHER) as db:
        passkeys.remove(db, account, key_id, now)
        _check_left(db, account)


def _check_left(db: Database, account: str) -> None:
    """Asked after the change, in its transaction."""
    if not _is_set(db, account):
        raise Trouble("ACCOUNT-004")


def install(ledger: Ledger, seal: SecondSeal, account: str, secret: str, now: datetime) -> None:
    """Set a secret up that its holder knows already: for accounts that a demo makes."""
    with ledger.write(Topic.OTHER) as db:
        _put(
            db,
            account,
            secret=seal.sealed(account, secret),
            confirmed_at=to_text(now),
            last_step=0,
            pending=None,
        )


def prove(ledger: Ledger, seal: SecondSeal, account: str, typed: str, token: str, now: datetime) -> How:
    """Complete the sign-in of `token` with a code or a recovery code.

    Raises `Trouble` AUTH-007 for a wrong code and for one that was used, AUTH-009 when the secret cannot be opened.
    """
    with ledger.write(Topic.OTHER) as db:
        how = _taken(db, seal, account, typed, now)
        if how is None:
            raise Trouble("AUTH-007")
        accounts.second_given(db, token, now)
        audit.insert(db, account, "second-factor", account, now, how)
    return how


def _taken(db: Database, seal: SecondSeal, account: str, typed: str, now: datetime) -> How | None:
    row = _row(db, account)
    used = db.execute(
        "UPDATE recovery_codes SET used_at = ? WHERE hash = ? AND used_at IS NULL",
        [to_text(now), typed_codes.hashed(account, typed)],
    )
    if used.rowcount:
        return How.RECOVERY
    if row["secret"] is None:
        return None
    step = _step(seal.unsealed(account, row["secret"]), typed, now, row["last_step"])
    if step is None:
        return None
    db.execute("UPDATE second_factors SET last_step = ? WHERE account = ?", [step, account])
    return How.CODE


def codes_left(ledger: Ledger, account: str) -> int:
    """How many recovery codes were not used yet."""
    found = ledger.read.execute(
        "SELECT count(*) FROM recovery_codes WHERE account = ? AND used_at IS NULL", [account]
    )
    return int(found.fetchone()[0])


def reset(ledger: Ledger, account: str, by: str, now: datetime) -> bool:
    """Forget the second factor of an account, whose sign-ins end; False when it had none. It is set up anew at the next use."""
    with ledger.write(Topic.OTHER) as db:
        gone = _is_set(db, account)
        db.execute("DELETE FROM second_factors WHERE account = ?", [account])
        db.execute("DELETE FROM passkeys WHERE account = ?", [account])
        db.execute("DELETE FROM recovery_codes WHERE account = ?", [account])
        if gone:
            db.execute("DELETE FROM sign_ins WHERE account = ?", [account])
            audit.insert(db, by, "second-factor-reset", account, now)
    return gone


_NONE: dict[str, Any] = {"secret": None, "pending": None, "last_step": 0}  # nosec B105 - no secret at all


def _row(db: Database, account: str) -> Any:
    row = db.execute("SELECT * FROM second_factors WHERE account = ?", [account]).fetchone()
    return _NONE if row is None else row


def _put(db: Database, account: str, **values: Any) -> None:
    db.table("second_factors").upsert({"account": account, **values}, pk="account")


def _step(secret: str, typed: str, now: datetime, after: int) -> int | None:
    """The step of time whose code was typed; None when it is none of about now, or not later than `after`."""
    totp = pyotp.TOTP(secret)
    this = totp.timecode(now)
    if after > this + _SLACK:
        after = 0  # used while the clock ran ahead: that must not lock anybody out for as long
    code = typed_codes.plain(typed).encode()
    steps = (step for step in range(this - _SLACK, this + _SLACK + 1) if step > after)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code)), None)
