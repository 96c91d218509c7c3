"""Codes that a person reads from one place and types at another: a recovery code, the code of the first start."""

import hashlib
import secrets
import unicodedata

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what is mistaken for something else on paper: 0 and O, 1 and I."""
_GROUP = 4


def new(length: int) -> str:
    """A code nobody guesses: `length` characters of five bits each, in groups of four."""
    plain = "".join(secrets.choice(_ALPHABET) for _ in range(length))
    return "-".join(plain[at : at + _GROUP] for at in range(0, length, _GROUP))


def plain(typed: str) -> str:
    """As it is compared: full-width digits of a Japanese keyboard, small letters, spaces and hyphens do not matter."""
    return "".join(one for one in unicodedata.normalize("NFKC", typed).upper() if one.isalnum())


def hashed(purpose: str, typed: str) -> str:
    """What is kept of a code. `purpose` says what it is for and whose it is, so that no code opens anything else."""
    return hashlib.sha256(f"{purpose}\0{plain(typed)}".encode()).hexdigest()
