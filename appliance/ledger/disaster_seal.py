"""What a disaster search, or a question of the clinical viewer, asks and finds lies in the ledger only under a key of its own:
forget the key, and it is gone.

The rows pass through tables where other rows live for years, and a database leaves copies of what it moves. Under a key
such copies say nothing. The keys have a table of their own, which is emptied and filled anew whenever one is
forgotten, so that no page of it keeps one.
"""

import secrets
from collections.abc import Collection

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlite_utils import Database

from appliance.eligibility.trouble import Trouble

_NONCE = 12


def new_key(db: Database, search_id: str) -> bytes:
    """Make and keep the key of a new search or question; inside the transaction that writes the search."""
    key = AESGCM.generate_key(256)
    db.execute("INSERT INTO disaster_keys VALUES (?, ?)", [search_id, key])
    return key


def key_of(db: Database, search_id: str) -> bytes:
    """The key of a search. Raises `Trouble` DISASTER-005 when it is forgotten."""
    row = db.execute("SELECT key FROM disaster_keys WHERE search_id = ?", [search_id]).fetchone()
    if row is None:
        raise Trouble("DISASTER-005")
    return bytes(row["key"])


def forget_keys(db: Database, search_ids: Collection[str]) -> None:
    """Forget these keys; the others are written anew on clean pages. SQLite overwrites what it frees (`secure_delete`)."""
    kept = [row for row in db.execute("SELECT * FROM disaster_keys") if row["search_id"] not in search_ids]
    db.execute("DELETE FROM disaster_keys")
    for row in kept:
        db.execute("INSERT INTO disaster_keys VALUES (?, ?)", [row["search_id"], row["key"]])


def sealed(key: bytes, check_id: str, data: bytes) -> bytes:
    """`data` for the rows of one check."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, check_id.encode())


def unsealed(key: bytes, check_id: str, data: bytes) -> bytes:
    """What was sealed for that check. Raises `Trouble` DISASTER-005 for anything else."""
    try:
        return AESGCM(key).decrypt(data[:_NONCE], data[_NONCE:], check_id.encode())
    except (InvalidTag, ValueError) as error:
        raise Trouble("DISASTER-005") from error
