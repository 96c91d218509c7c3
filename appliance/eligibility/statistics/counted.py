"""One visit as it is counted: when, by what, how it ended, and nothing that names the patient."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

IN_TIME = 20.0
"""Seconds within which reception ought to have an answer."""


class Means(StrEnum):
    """By what a visit was asked about."""

    CARD = "card"
    PHONE = "phone"
    PAPER = "paper"
    RECEIPT = "receipt"
    OTHER = "other"


BY_MYNA = (Means.CARD, Means.PHONE)
"""What counts as use of マイナ保険証."""

MEANS_LABELS = {
    Means.CARD: "マイナ保険証（カード）",
    Means.PHONE: "マイナ保険証（スマートフォン）",
    Means.PAPER: "資格確認書など（番号の手入力）",
    Means.RECEIPT: "レセコン・電子カルテからの照会",
    Means.OTHER: "そのほか",
}


class Ending(StrEnum):
    """How a visit's question ended."""

    VALID = "valid"
    NOT_VALID = "not-valid"
    REFUSED = "refused"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One visit. `person` is the same for the same patient within what was read, and means nothing outside of it.

    `seconds` is from the check's beginning to its answer, None without one. `is_late` says that reception had to go on
    without it. `check_id` is for a link, never for a file.
    """

    check_id: str
    day: date
    clock: str = ""
    means: Means
    person: str = field(repr=False)
    has_consent: bool = False
    ending: Ending
    validity: str = ""
    code: str = ""
    seconds: float | None = None
    was_put_off: bool = False
    found_later: bool = False

    @property
    def is_late(self) -> bool:
        """Whether there was no answer within `IN_TIME`."""
        return self.was_put_off or self.seconds is None or self.seconds > IN_TIME
