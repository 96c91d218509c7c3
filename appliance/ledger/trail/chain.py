"""The chain through the audit trail: each row carries a hash over itself and the hash of the row before it.

The canonical form is the JSON list [hash before, seq, at, actor, action, subject, detail] without spaces, in UTF-8 and with no
character escaped that JSON does not ask for; its SHA-256 in hexadecimal is the row's `chain`.
"""

import hashlib
import json
from collections.abc import Iterable

BEGINNING = "0" * 64
"""What stands in place of the hash before the first row."""

FIELDS = ("at", "actor", "action", "subject", "detail")


def link(before: str, seq: int, texts: Iterable[str]) -> str:
    """The hash of the row `seq` whose `FIELDS` are `texts`. Raises `UnicodeEncodeError` for half a surrogate."""
    return digest([before, seq, *texts])


def digest(values: list[str | int]) -> str:
    """SHA-256 over the canonical form of a list."""
    return hashlib.sha256(canonical(values).encode()).hexdigest()


def canonical(values: list[str | int]) -> str:
    """The one way in which a list is written here, so that everybody hashes and signs the same bytes."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
