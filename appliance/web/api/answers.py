"""Answers: JSON that was made elsewhere, with an ETag, so that who has it already is told only that."""

import hashlib
from collections.abc import Iterable

from flask import Response, request


def tagged(body: bytes, tag: str = "", status: int = 200) -> Response:
    """`body`, or 304 when the caller has it; with a `tag` of its own where the body says less important things too."""
    response = Response(body, status, mimetype="application/json")
    if tag:
        response.set_etag(tag, weak=True)
    else:
        response.set_etag(tag_of([body]))
    response.make_conditional(request.environ)
    return response


def tag_of(parts: Iterable[bytes]) -> str:
    """A tag that is another one for other parts."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8) + part)
    return found.hexdigest()[:32]


def is_known(tag: str) -> bool:
    """Whether the caller says that it has what this tag stands for."""
    return request.if_none_match.contains_weak(tag)


def listed(name: str, items: Iterable[bytes], rest: bytes = b"") -> bytes:
    """An object with one array of objects that are JSON already; `rest` is more members, with their comma."""
    return b'{"%s":[%s]%s}' % (name.encode(), b",".join(items), rest)
