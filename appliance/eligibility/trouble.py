"""The one exception root and the catalogue of everything that can go wrong.

A trouble has a code that the page, MQTT, the command line and the log all show; it says whose fault it is,
whether asking again can help, and what the receptionist and the engineer should do next.
"""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Whose fault a trouble is. Always said, because the phone call that follows depends on it."""

    CARD = "card"
    READER = "reader"
    LINE = "line"
    CENTER = "center"
    COVERAGE = "coverage"
    BOX = "box"
    INPUT = "input"


FAULT_LABELS = {
    Fault.CARD: "カード",
    Fault.READER: "カードリーダー",
    Fault.LINE: "回線",
    Fault.CENTER: "センター",
    Fault.COVERAGE: "保険資格",
    Fault.BOX: "この装置",
    Fault.INPUT: "入力内容",
}


@dataclass(frozen=True)
class Entry:
    """One row of the catalogue: what a code means and what to do about it."""

    code: str
    fault: Fault
    retryable: bool
    title: str
    reception: str
    engineer: str


class Trouble(Exception):  # noqa: N818 - the house word for every failure, temporary ones included
    """Something went wrong that a person may have to act on.

    `code` is a row of the catalogue; `detail` is for the log and the engineer and never holds a patient's
    identifier, a PIN or a name. Raises `KeyError` when the code is not in the catalogue.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        self.entry = lookup(code)
        self.detail = detail
        super().__init__(f"{code} {self.entry.title}" + (f" ({detail})" if detail else ""))

    @property
    def code(self) -> str:
        return self.entry.code

    @property
    def fault(self) -> Fault:
        return self.entry.fault

    @property
    def retryable(self) -> bool:
        return self.entry.retryable


def lookup(code: str) -> Entry:
    """The catalogue row of `code`. Raises `KeyError` for a code nobody wrote down."""
    from appliance.eligibility.catalogue import CATALOGUE  # noqa: PLC0415 - the table needs Entry first

    return CATALOGUE[code]
