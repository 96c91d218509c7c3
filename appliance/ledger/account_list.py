"""All accounts, and what an administrator does with them. There is always one who can sign in as administrator."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit, password_rules
from appliance.ledger.accounts import Role
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

LONGEST_NAME = 32


@dataclass(frozen=True)
class Listed:
    """One account. `signed_in_at` is when its newest sign-in that has not ended began; None: it is not signed in."""

    name: str
    role: Role
    enabled: bool
    created_at: datetime
    signed_in_at: datetime | None


def listed(ledger: Ledger) -> tuple[Listed, ...]:
    """Every account, those that can sign in first."""
    rows = ledger.read.execute(
        """SELECT name, role, enabled, created_at,
                  (SELECT max(created_at) FROM sign_ins WHERE sign_ins.account = accounts.name) AS signed_in_at
           FROM accounts ORDER BY enabled DESC, name"""
    )
    return tuple(
        Listed(
            name=row["name"],
            role=Role(row["role"]),
            enabled=bool(row["enabled"]),
            created_at=from_text(row["created_at"]),
            signed_in_at=from_text(row["signed_in_at"]) if row["signed_in_at"] else None,
        )
        for row in rows
    )


def roles_in_use(ledger: Ledger) -> frozenset[Role]:
    """The roles that somebody can sign in with."""
    rows = ledger.read.execute("SELECT DISTINCT role FROM accounts WHERE enabled = 1")
    return frozenset(Role(row["role"]) for row in rows)


def role_of(ledger: Ledger, name: str) -> Role | None:
    """The role of an account, enabled or not; None when there is no such account."""
    row = ledger.read.execute("SELECT role FROM accounts WHERE name = ?", [name]).fetchone()
    return Role(row["role"]) if row else None


def check_name(name: str) -> None:
    """Raises `Trouble` INPUT-001 for a name that pages and the audit trail could not show plainly."""
    fits = name and len(name) <= LONGEST_NAME and all(one.isalnum() or one in "-_." for one in name)
    if not fits:
        raise Trouble(
            "INPUT-001",
            said(
                "名前は文字・数字・-_. の{longest_name}文字までです（空白は使えません）",
                longest_name=LONGEST_NAME,
            ),
        )


def check_is_new(ledger: Ledger, name: str) -> None:
    """Raises `Trouble` INPUT-001 for a name that there is."""
    if accounts.is_known(ledger, name):
        raise Trouble("INPUT-001", "その名前のアカウントはもうあります")


def make(
    ledger: Ledger, name: str, role: Role, password: str, by: str, now: datetime, *, with_second: bool = False
) -> None:
    """A new account, whose owner changes the password at the first sign-in.

    Raises `Trouble` INPUT-001 for a name or password that will not do, or a name that is there.
    `with_second`: its role gives a second factor at each sign-in, as `password_rules` wants to know.
    """
    check_name(name)
    password_rules.check(name, password, with_second=with_second)
    check_is_new(ledger, name)
    with ledger.together():
        accounts.add(ledger, name, role, password, now, is_given=True)
        audit.write(ledger, by, "account-made", name, now, role)


def set_password(
    ledger: Ledger, name: str, password: str, by: str, now: datetime, *, with_second: bool = False
) -> None:
    """A new password, which its owner changes at the next sign-in; whoever is signed in with the old one is signed out.

    Raises `Trouble` INPUT-001, INPUT-005.
    """
    password_rules.check(name, password, with_second=with_second)
    hashed = accounts.hashed(password)
    with ledger.write(Topic.OTHER) as db:
        _known(db, name)
        db.execute(
            "UPDATE accounts SET password_hash = ?, given_at = ? WHERE name = ?", [hashed, to_text(now), name]
        )
        db.execute("DELETE FROM sign_ins WHERE account = ?", [name])
        audit.insert(db, by, "account-password", name, now)


def set_role(ledger: Ledger, name: str, role: Role, by: str, now: datetime) -> None:
    """Another role, from the next page on. Raises `Trouble` INPUT-005, ACCOUNT-001 for the last administrator."""
    with ledger.write(Topic.OTHER) as db:
        before = _known(db, name)
        db.execute("UPDATE accounts SET role = ? WHERE name = ?", [role, name])
        _check_administrator(db)
        audit.insert(db, by, "account-role", name, now, f"{before} → {role}")


def enable(ledger: Ledger, name: str, by: str, now: datetime) -> None:
    """Let it sign in again, with the password it had. Raises `Trouble` INPUT-005."""
    with ledger.write(Topic.OTHER) as db:
        _known(db, name)
        db.execute("UPDATE accounts SET enabled = 1 WHERE name = ?", [name])
        audit.insert(db, by, "account-enabled", name, now)


def disable(ledger: Ledger, name: str, by: str, now: datetime) -> None:
    """Sign it out everywhere and let it sign in no more. Raises `Trouble` INPUT-005, ACCOUNT-001 for the last administrator."""
    with ledger.write(Topic.OTHER) as db:
        _known(db, name)
        db.execute("UPDATE accounts SET enabled = 0 WHERE name = ?", [name])
        db.execute("DELETE FROM sign_ins WHERE account = ?", [name])
        _check_administrator(db)
        audit.insert(db, by, "account-disabled", name, now)


def _known(db: Database, name: str) -> str:
    """Its role."""
    row = db.execute("SELECT role FROM accounts WHERE name = ?", [name]).fetchone()
    if row is None:
        raise Trouble("INPUT-005")
    return str(row["role"])


def _check_administrator(db: Database) -> None:
    """Asked after the change, in its transaction: two who disable each other at one moment must not both succeed."""
    left = db.execute("SELECT 1 FROM accounts WHERE enabled = 1 AND role = ?", [Role.ADMINISTRATOR])
    if left.fetchone() is None:
        raise Trouble("ACCOUNT-001")
