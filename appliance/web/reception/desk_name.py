"""What people call the desk of this browser: 受付1. It stands in a cookie of its own and says nothing of a patient."""

import unicodedata
from urllib.parse import unquote

from flask import request

from appliance.web import guard

COOKIE = "__Host-madoguchi-desk"
LONGEST_NAME = 12


def desk_name() -> str:
    """What this browser's desk is called; whoever is signed in, where nobody has given it a name."""
    return clean_name(unquote(request.cookies.get(COOKIE, ""))) or guard.signed_in().name


def clean_name(text: str) -> str:
    """A name as it is shown: one line, not too long; empty for what is none."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    return plain if plain.isprintable() and len(plain) <= LONGEST_NAME else ""
