"""Tokens of the HTTP API: shown once, kept as a hash, good until somebody revokes them."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit
from appliance.ledger.bell import Topic
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

_NOBODY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Token:
    """What may be known of a token. Without a `consumer` it opens the figures of the box and nothing else."""

    id: str
    consumer: str | None
    made_by: str
    made_at: datetime


def make(ledger: Ledger, consumer: str | None, by: str, now: datetime) -> str:
    """A new token for `consumer`, beside those it has, or (None) for the figures; its text, which nobody can see again.

    Raises `Trouble` INPUT-005 when no consumer of the API has that name.
    """
    token_id, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    with ledger.write(Topic.OTHER) as db:
        if consumer is not None and not _is_served(db, consumer):
            raise Trouble("INPUT-005", "その名前の、APIで受け取る相手先はありません")
        db.execute(
            "INSERT INTO api_tokens (id, consumer, secret_hash, made_by, made_at) VALUES (?, ?, ?, ?, ?)",
            [token_id, consumer, _hash(secret), by, to_text(now)],
        )
        audit.insert(db, by, "make-token", consumer or "metrics", now, token_id)
    return f"{token_id}.{secret}"


def find(ledger: Ledger, text: str) -> Token | None:
    """The token with this text; None for an unknown or revoked one, or when its consumer is served no more.

    Which of them it is takes the same time to say: the secret is compared whole, with nobody's when there is none.
    """
    token_id, _, secret = text.partition(".")
    row = ledger.read.execute(
        "SELECT * FROM api_tokens WHERE id = ? AND revoked_at IS NULL", [token_id]
    ).fetchone()
    is_same = hmac.compare_digest(_hash(secret), row["secret_hash"] if row else _NOBODY)
    if row is None or not is_same:
        return None
    if row["consumer"] is not None and not _is_served(ledger.read, row["consumer"]):
        return None
    return _token(row)


def is_good(ledger: Ledger, token: Token) -> bool:
    """Whether a token that was found before still opens what it did."""
    row = ledger.read.execute(
        "SELECT 1 FROM api_tokens WHERE id = ? AND revoked_at IS NULL", [token.id]
    ).fetchone()
    return row is not None and (token.consumer is None or _is_served(ledger.read, token.consumer))


def all_tokens(ledger: Ledger) -> tuple[Token, ...]:
    """Every token that is good, oldest first."""
    rows = ledger.read.execute("SELECT * FROM api_tokens WHERE revoked_at IS NULL ORDER BY made_at, id")
    return tuple(_token(row) for row in rows)


def revoke(ledger: Ledger, token_id: str, by: str, now: datetime) -> bool:
    """Let a token open nothing more, from the next request on; False when no good one has that id."""
    with ledger.write(Topic.OTHER) as db:
        row = db.execute(
            "UPDATE api_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING consumer",
            [to_text(now), token_id],
        ).fetchone()
        if row is not None:
            audit.insert(db, by, "revoke-token", row["consumer"] or "metrics", now, token_id)
        return row is not None


def revoke_all(ledger: Ledger, consumer: str, by: str, now: datetime) -> int:
    """Revoke every token of `consumer`; how many. One who comes back under its name must not come with an old token."""
    found = [one.id for one in all_tokens(ledger) if one.consumer == consumer]
    return sum(revoke(ledger, token_id, by, now) for token_id in found)


def _is_served(db: Database, consumer: str) -> bool:
    row = db.execute(
        "SELECT 1 FROM consumers WHERE name = ? AND kind = ? AND enabled = 1", [consumer, ConsumerKind.API]
    )
    return row.fetchone() is not None


def _hash(secret: str) -> str:
    # A plain hash suffices for 256 random bits: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(row: Any) -> Token:
    return Token(row["id"], row["consumer"], row["made_by"], from_text(row["made_at"]))
