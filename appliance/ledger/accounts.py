"""Accounts and sign-ins. Passwords are kept as argon2 hashes, sign-in tokens as SHA-256."""

import functools
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlite_utils import Database

from appliance.eligibility.trouble import Trouble
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

SIGN_IN_LASTS = timedelta(hours=12)
GIVEN_LASTS = timedelta(hours=72)
"""How long a password that somebody else gave can be used to come in and change it."""

_HASHER = PasswordHasher()


class Role(StrEnum):
    """What an account may do. `patient_screen` is a touch display at a reader: it sees the visit and nothing else."""

    RECEPTION = "reception"
    CLINICIAN = "clinician"
    ADMINISTRATOR = "administrator"
    MAINTENANCE = "maintenance"
    PATIENT_SCREEN = "patient_screen"


@dataclass(frozen=True)
class Account:
    """Who is signed in; `is_proven` says whether this sign-in has given its second factor.

    `may_enrol`: it has given the code that its first second factor may be set up with. `is_locked`: nobody has touched its
    pages for a while, and they stay closed until the password is given again. `has_given_password`: somebody else gave the
    password, and its owner has not changed it yet.
    """

    name: str
    role: Role
    is_proven: bool = False
    may_enrol: bool = False
    is_locked: bool = False
    has_given_password: bool = False


def add(
    ledger: Ledger, name: str, role: Role, password: str, now: datetime, *, is_given: bool = False
) -> None:
    """Make an account, or give it a new password and role: who is signed in with the old one is signed out.

    `is_given`: its owner has to change the password at the first sign-in.
    """
    known = hashed(password)
    with ledger.write(Topic.OTHER) as db:
        put(db, name, role, known, now, is_given=is_given)


def put(
    db: Database, name: str, role: Role, password_hash: str, now: datetime, *, is_given: bool = False
) -> None:
    """The same inside a transaction, with what `hashed` made of the password before it began."""
    db.table("accounts").upsert(
        {
            "name": name,
            "role": role,
            "password_hash": password_hash,
            "enabled": 1,
            "created_at": to_text(now),
            "given_at": to_text(now) if is_given else None,
        },
        pk="name",
    )
    db.execute("DELETE FROM sign_ins WHERE account = ?", [name])


def hashed(password: str) -> str:
    """What is kept of a password. Takes its time, on purpose."""
    return _HASHER.hash(password)


def is_known(ledger: Ledger, name: str) -> bool:
    """Whether there is an account of this name, enabled or not."""
    return ledger.read.execute("SELECT 1 FROM accounts WHERE name = ?", [name]).fetchone() is not None


def is_any(ledger: Ledger) -> bool:
    """Whether there is an account at all."""
    return ledger.read.execute("SELECT 1 FROM accounts LIMIT 1").fetchone() is not None


def sign_in(ledger: Ledger, name: str, password: str, now: datetime, device: str = "") -> str:
    """A new sign-in token for the right password. Raises `Trouble` AUTH-001, equally slowly for an unknown name.

    AUTH-018 for the right one that was given too long ago (`GIVEN_LASTS`); a touch display keeps the one it was given.
    `device` says what it is made at, for its owner to know it again.
    """
    check_password(ledger, name, password)
    row = ledger.read.execute("SELECT role, given_at FROM accounts WHERE name = ?", [name]).fetchone()
    is_temporary = row["given_at"] is not None and row["role"] != Role.PATIENT_SCREEN
    if is_temporary and now - from_text(row["given_at"]) > GIVEN_LASTS:
        raise Trouble("AUTH-018")
    with ledger.write(Topic.OTHER) as db:
        return new_sign_in(db, name, now, device)


def check_password(ledger: Ledger, name: str, password: str) -> None:
    """Raises `Trouble` AUTH-001 for another one, equally slowly for an unknown name."""
    row = ledger.read.execute(
        "SELECT password_hash FROM accounts WHERE name = ? AND enabled = 1", [name]
    ).fetchone()
    try:
        _HASHER.verify(row["password_hash"] if row else _nobodys_hash(), password)
    except (VerificationError, InvalidHashError) as error:
        raise Trouble("AUTH-001") from error
    if row is None:
        raise Trouble("AUTH-001")


def new_sign_in(db: Database, name: str, now: datetime, device: str = "") -> str:
    """A token for an account that has shown who it is, inside a transaction; sweeps what is over."""
    token = secrets.token_urlsafe(32)
    db.execute("DELETE FROM sign_ins WHERE expires_at <= ?", [to_text(now)])
    db.table("sign_ins").insert(
        {
            "token_hash": token_hash(token),
            "account": name,
            "device": device,
            "created_at": to_text(now),
            "expires_at": to_text(now + SIGN_IN_LASTS),
        }
    )
    return token


def account_of(ledger: Ledger, token: str, now: datetime) -> Account | None:
    """Whose sign-in `token` is; None when it is unknown, over, or its account was disabled.

    None too for the role 保守 while no administrator has approved it (`maintenance`).
    """
    row = ledger.read.execute(
        """SELECT name, role, given_at, second_at, enrol_at, locked_at FROM sign_ins JOIN accounts ON accounts.name = sign_ins.account
           WHERE token_hash = ? AND expires_at > ? AND expires_at <= ? AND enabled = 1 AND (role != ? OR EXISTS (
               SELECT 1 FROM maintenance_windows AS one
               WHERE one.account = accounts.name AND one.ended_at IS NULL AND one.begun_at <= ? AND one.until > ?))""",
        # One that lasts too long was made by a clock that has been set back since.
        [
            token_hash(token),
            to_text(now),
            to_text(now + 2 * SIGN_IN_LASTS),
            Role.MAINTENANCE,
            to_text(now),
            to_text(now),
        ],
    ).fetchone()
    if row is None:
        return None
    return Account(
        name=row["name"],
        role=Role(row["role"]),
        is_proven=row["second_at"] is not None,
        may_enrol=row["enrol_at"] is not None,
        is_locked=row["locked_at"] is not None,
        has_given_password=row["given_at"] is not None,
    )


def renew(ledger: Ledger, token: str) -> str:
    """Another token for the same sign-in; the one before opens nothing any more."""
    fresh = secrets.token_urlsafe(32)
    with ledger.write(Topic.OTHER) as db:
        db.execute(
            "UPDATE sign_ins SET token_hash = ? WHERE token_hash = ?", [token_hash(fresh), token_hash(token)]
        )
    return fresh


def second_given(db: Database, token: str, now: datetime) -> None:
    """Note that a sign-in has given its second factor, inside the transaction that has checked it."""
    db.execute("UPDATE sign_ins SET second_at = ? WHERE token_hash = ?", [to_text(now), token_hash(token)])


def enrolment_given(db: Database, token: str, now: datetime) -> None:
    """Note that a sign-in may set up its first second factor, inside the transaction that has checked the code."""
    db.execute("UPDATE sign_ins SET enrol_at = ? WHERE token_hash = ?", [to_text(now), token_hash(token)])


def challenged(db: Database, token: str, challenge: bytes, now: datetime) -> None:
    """Note what the browser of a sign-in is to sign with a passkey."""
    db.execute(
        "UPDATE sign_ins SET challenge = ?, challenge_at = ? WHERE token_hash = ?",
        [challenge, to_text(now), token_hash(token)],
    )


def take_challenge(db: Database, token: str) -> tuple[bytes, datetime] | None:
    """What it was asked and when; nobody gets it a second time."""
    row = db.execute(
        "SELECT challenge, challenge_at FROM sign_ins WHERE token_hash = ?", [token_hash(token)]
    ).fetchone()
    db.execute("UPDATE sign_ins SET challenge = NULL WHERE token_hash = ?", [token_hash(token)])
    if row is None or row["challenge"] is None:
        return None
    return bytes(row["challenge"]), from_text(row["challenge_at"])


def lock(ledger: Ledger, token: str, now: datetime) -> bool:
    """Let a sign-in rest until its password is given again; False when it rested already."""
    with ledger.write(Topic.OTHER) as db:
        done = db.execute(
            "UPDATE sign_ins SET locked_at = ? WHERE token_hash = ? AND locked_at IS NULL",
            [to_text(now), token_hash(token)],
        )
    return bool(done.rowcount)


def unlock(ledger: Ledger, token: str) -> None:
    """Go on with a sign-in whose password was given again."""
    with ledger.write(Topic.OTHER) as db:
        db.execute("UPDATE sign_ins SET locked_at = NULL WHERE token_hash = ?", [token_hash(token)])


def sign_out(ledger: Ledger, token: str) -> None:
    """Forget a sign-in."""
    with ledger.write(Topic.OTHER) as db:
        db.execute("DELETE FROM sign_ins WHERE token_hash = ?", [token_hash(token)])


@functools.cache
def _nobodys_hash() -> str:
    """Made when it is first needed: hashing takes its time, and every command of this box loads this module."""
    return _HASHER.hash(secrets.token_hex(16))


def token_hash(token: str) -> str:
    """What is kept of a sign-in's token."""
    return hashlib.sha256(token.encode()).hexdigest()
