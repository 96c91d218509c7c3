"""Parameters of a call, read strictly: what is no good is named, never quoted."""

import re

from flask import request

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble

MOST_PER_CALL = 100
LONGEST_WAIT = 60
_WHOLE = re.compile(r"[0-9]{1,18}")


def cursor() -> int:
    """`after`: the turn up to which the consumer has everything. Raises `Trouble` CALL-005."""
    return _whole("after", request.args.get("after", "0"), 0, 10**18)


def last_event() -> int:
    """The cursor by which a stream goes on: the `Last-Event-ID`, else `after`. Raises `Trouble` CALL-005."""
    after, said = cursor(), request.headers.get("Last-Event-ID")
    return after if said is None else _whole("Last-Event-ID", said, 0, 10**18)


def limit() -> int:
    """`limit`: how many at most. Raises `Trouble` CALL-005."""
    return _whole("limit", request.args.get("limit", "50"), 1, MOST_PER_CALL)


def wait() -> int:
    """`wait`: for how many seconds to wait for news. Raises `Trouble` CALL-005."""
    return _whole("wait", request.args.get("wait", "0"), 0, LONGEST_WAIT)


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
        raise Trouble(
            "CALL-005",
            said("{name} は {least} から {most} までの整数です", name=name, least=least, most=most),
        )
    return int(text)
