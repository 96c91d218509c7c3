"""The PIN while it is on its way to the card: a value that nothing can print."""

import re
from typing import NoReturn

from appliance.eligibility.trouble import Trouble

_FOUR_DIGITS = re.compile(r"[0-9]{4}")


class Pin:
    """Four digits that show in no `repr`, log, pickle or comparison.

    Raises `Trouble("INPUT-001")` when `text` is not four ASCII digits; the card is then never asked.
    """

    __slots__ = ("_digits",)

    def __init__(self, text: str) -> None:
        well_formed = _FOUR_DIGITS.fullmatch(text) is not None
        self._digits = text.encode() if well_formed else b""
        # A traceback keeps the frame's locals, and some handlers print them.
        del text
        if not well_formed:
            raise Trouble("INPUT-001", "暗証番号は数字4桁です")

    def digits(self) -> bytes:
        """The four ASCII digits, for the VERIFY command alone."""
        return self._digits

    def __repr__(self) -> str:
        return "Pin(****)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a PIN is not to be stored")
