"""The stored answer of a check, read. Whoever draws a row asks for it several times, one check after the other."""

from functools import lru_cache

from appliance.eligibility import message_xml
from appliance.eligibility.message import ResultMessage
from appliance.eligibility.trouble import Trouble

_KEPT = 8


@lru_cache(maxsize=_KEPT)
def read(xml: bytes) -> ResultMessage | None:
    """The message; None when it cannot be read."""
    try:
        return message_xml.read_result(xml)
    except Trouble:
        return None
