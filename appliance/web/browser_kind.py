"""What a person would call the machine that a request comes from: 「Windows のパソコン」. A browser may say what it likes."""

from flask import request

_KINDS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android の端末"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows のパソコン"),
    ("Macintosh", "Mac か iPad"),  # an iPad's browser says it is a Mac unless it is told not to
    ("Linux", "Linux のパソコン"),
)


def spoken() -> str:
    """Of this request; empty where the browser says nothing that is known here."""
    said = request.headers.get("User-Agent", "")
    return next((label for mark, label in _KINDS if mark in said), "")
