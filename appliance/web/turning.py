"""Characters that turn the text after them around, made visible in every page: a name must not rewrite the line it stands in."""

import re

from flask import Flask, Response

_TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BYTES = re.compile(b"\xd8\x9c|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
"""The same in UTF-8: a page is looked through as it leaves, and nearly none has one."""


def install(app: Flask) -> None:
    """Look through every page of `app`. Files, streams and what programs get are left as they are."""
    app.after_request(_look_through)


def visible(text: str) -> str:
    """`text` with the code of each such character in its place."""
    return _TURNING.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def _look_through(response: Response) -> Response:
    if response.mimetype == "text/html" and not response.is_streamed and not response.direct_passthrough:
        data = response.get_data()
        if _BYTES.search(data):
            response.set_data(visible(data.decode()))
    return response
