"""What goes into a claim whose insurance could not be confirmed: 旧資格 or 不詳."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from appliance.eligibility.rules.rule import Key, Rule
from appliance.eligibility.said import joined


class ClaimBy(StrEnum):
    """By which insurance a visit is claimed."""

    CURRENT = "current"
    FORMER = "former"
    UNKNOWN = "unknown"
    NOT_YET = "not-yet"


CLAIM_LABELS = {
    ClaimBy.CURRENT: "現在の資格",
    ClaimBy.FORMER: "旧資格",
    ClaimBy.UNKNOWN: "不詳",
    ClaimBy.NOT_YET: "請求しない（後日精算）",
}


@dataclass(frozen=True, kw_only=True)
class ClaimRow(Rule):
    """The numbers (empty: as on the earlier insurance) and the first word of the 摘要欄.

    `second_insurer_number` is for claim software that refuses the first one for its check digit.
    """

    kind: ClassVar[str] = "claims"
    title: ClassVar[str] = "確認できないときの請求"

    by: ClaimBy
    remark: str
    insurer_number: str = ""
    second_insurer_number: str = ""
    number: str = ""
    elderly_number: str = ""

    def decides(self) -> tuple[Key, ...]:
        return ((CLAIM_LABELS[self.by],),)

    def words(self) -> str:
        parts = [f"{CLAIM_LABELS[self.by]}: 摘要欄の先頭に「{self.remark}」"]
        if self.insurer_number:
            parts.append(
                f"保険者番号 {self.insurer_number}、番号 {self.number}（後期高齢者は {self.elderly_number}）"
            )
        return joined("、", parts)
