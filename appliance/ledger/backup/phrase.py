"""The pass phrase of a backup: what is good enough, and the key that is made of it. It is never kept."""

import unicodedata

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble

SHORTEST = 12
FEWEST_KINDS = 6
"""How many different characters it has at least."""
LONGEST = 200
_KEY = 32
# 64 MiB and about half a second: dear for whoever guesses, cheap enough for the box.
_COST, _BLOCK, _TIMES = 2**16, 8, 2


def checked(phrase: str, again: str) -> str:
    """`phrase`, when it was given twice and can bear years of guessing. Raises `Trouble` BACKUP-006, never with its text."""
    plain = _plain(phrase)
    if plain != _plain(again):
        raise Trouble("BACKUP-006", "2つの入力が違います")
    if not SHORTEST <= len(plain) <= LONGEST:
        raise Trouble(
            "BACKUP-006",
            said("{shortest}文字以上、{longest}文字までです", shortest=SHORTEST, longest=LONGEST),
        )
    if len(set(plain)) < FEWEST_KINDS:
        raise Trouble("BACKUP-006", said("{count}種類以上の文字を使ってください", count=FEWEST_KINDS))
    return phrase


def key_of(phrase: str, salt: bytes) -> bytes:
    """The key. Takes its time and memory, on purpose."""
    return Scrypt(salt=salt, length=_KEY, n=_COST, r=_BLOCK, p=_TIMES).derive(_plain(phrase).encode())


def _plain(phrase: str) -> str:
    # Another PC may type the same letters full-width, or a kana as two characters.
    return unicodedata.normalize("NFKC", phrase)
