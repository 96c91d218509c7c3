"""障害時メモ: what is written down about a patient who could not be looked up, and why and how they were received."""

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

from appliance.eligibility.codes import TABLES
from appliance.eligibility.comparing import Likeness, compare_names
from appliance.eligibility.message import Qualification
from appliance.eligibility.wording import day_of


class Reason(StrEnum):
    """Why nothing could be looked up."""

    LINE = "line"
    CENTER = "center"
    READER = "reader"
    TERMINAL = "terminal"
    POWER = "power"
    OTHER = "other"


REASON_LABELS = {
    Reason.LINE: "回線が通じない",
    Reason.CENTER: "センターの停止",
    Reason.READER: "カードリーダーの故障",
    Reason.TERMINAL: "端末・装置の故障",
    Reason.POWER: "停電",
    Reason.OTHER: "そのほか",
}


class ReceivedAs(StrEnum):
    """On what the patient was received in the meantime."""

    DECLARATION = "declaration"
    KNOWN = "known"
    CERTIFICATE = "certificate"
    NOTICE = "notice"
    PORTAL = "portal"
    IN_FULL = "in-full"
    OTHER = "other"


RECEIVED_LABELS = {
    ReceivedAs.DECLARATION: "被保険者資格申立書",
    ReceivedAs.KNOWN: "以前の資格（旧資格）・変わりなしと口頭で確認",
    ReceivedAs.CERTIFICATE: "資格確認書",
    ReceivedAs.NOTICE: "資格情報のお知らせとカード",
    ReceivedAs.PORTAL: "マイナポータルの画面とカード",
    ReceivedAs.IN_FULL: "いったん全額をお預かり",
    ReceivedAs.OTHER: "そのほか",
}

SEX_LABELS = TABLES["OQSCD007"]
"""性別 by the code of the interface."""


@dataclass(frozen=True, kw_only=True)
class NoteFacts:
    """What a person writes. `sex` is a code of the interface; `kana` and `address` are empty when nobody could tell.

    `visited_on` is the day whose insurance is in question, `institution_code` under which code the patient came.
    """

    name: str = field(repr=False)
    kana: str = field(repr=False)
    sex: str = field(repr=False)
    birthdate: date = field(repr=False)
    address: str = field(repr=False)
    visited_on: date
    reason: Reason
    reason_text: str = field(repr=False)
    received_as: ReceivedAs
    institution_code: str

    def changes_from(self, before: "NoteFacts") -> dict[str, str]:
        """The fields that are other than `before`, each with its old value as text."""
        names = [item.name for item in fields(self)]
        return {
            name: str(getattr(before, name)) for name in names if getattr(self, name) != getattr(before, name)
        }


def is_about(facts: NoteFacts, found: Qualification) -> bool:
    """Whether an answer by numbers speaks of the person who was written down: mistyped, they may be a relative's."""
    is_same_name = compare_names(facts.name, found.name or "") is not Likeness.DIFFERENT
    return is_same_name and day_of(found.birthdate) == facts.birthdate
