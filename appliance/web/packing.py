"""Answers go out packed where the browser takes it: the board of a full day is 300 KB of rows that are all alike, and 20 packed.

What somebody else's page makes a browser ask for goes as it is, so nobody can tell a secret in a page from how well it packs beside
words of their own. `SameSite=Strict` alone does not see to that: another machine of the clinic's domain is the same site.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

TYPES = frozenset(
    {
        "text/html",
        "text/css",
        "text/csv",
        "text/javascript",
        "application/javascript",
        "application/json",
        "image/svg+xml",
    }
)
"""What gets smaller. Live events are none of it: each has to leave at once."""

LEAST = 1000
LEVEL = 5
_OURS = ("same-origin", "none")
"""Who made the browser ask: our page, or the person. A program says nothing."""

_FILES_KEPT = 200


def install(app: Flask) -> None:
    """Pack every answer of `app` that is worth it."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if response.mimetype not in TYPES:
        return response
    response.vary.add("Accept-Encoding")
    if request.method == "HEAD" or response.status_code != 200 or not request.accept_encodings["gzip"]:
        return response
    if request.headers.get("Sec-Fetch-Site", "none") not in _OURS:
        return response
    is_file = response.direct_passthrough
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) >= LEAST:
        response.set_data(_packed_file(data) if is_file else _packed(data))
        response.content_encoding = "gzip"
        _weaken_tag(response)
    return response


def _weaken_tag(response: Response) -> None:
    """The same file, but not the same bytes."""
    tag, _ = response.get_etag()
    if tag is not None:
        response.set_etag(tag, weak=True)


def _packed(data: bytes) -> bytes:
    # Without a time: the same answer is the same bytes.
    return gzip.compress(data, LEVEL, mtime=0)


_packed_file = lru_cache(maxsize=_FILES_KEPT)(_packed)
