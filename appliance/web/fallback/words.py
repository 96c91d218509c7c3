"""What the guide and the declaration say. Which document counts, and how to claim, is said by the dated rules."""

from dataclasses import dataclass
from datetime import date

from appliance.eligibility.ages import AGE_GROUP_LABELS
from appliance.eligibility.fallback import Has, NextStep
from appliance.eligibility.fallback_causes import CAUSES, Cause, Failure
from appliance.eligibility.rules.accepted import SCHEME_LABELS, Scheme
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.claims import ClaimBy
from appliance.eligibility.rules.copayment import CopaymentRow, spoken_percents

FAILURE_LABELS = {
    Failure.ANSWER: "照会できたが、資格が使えない",
    Failure.CARD: "カードが使えない",
    Failure.EQUIPMENT: "機械・回線・センターが使えない",
}
HAS_LABELS = {
    Has.CARD: "マイナンバーカード",
    Has.CERTIFICATE: "資格確認書",
    Has.NOTICE: "資格情報のお知らせ",
    Has.PORTAL: "マイナポータルの資格情報（画面・PDF）",
    Has.INSURANCE_CARD: "健康保険証（期限切れも）",
    Has.SMARTPHONE: "スマホ保険証",
    Has.TICKET: "医療券・調剤券（紙）",
    Has.KNOWN_DATA: "再診で、保険は前と変わらないと話している",
}
NOTHING = "none"
"""The answer 「どれもない」: another thing than no answer yet."""

HEADLINES = {
    None: "いったん全額をお預かりする",
    "card-certificate-grace": "このカードで資格だけ確認する",
    "card": "マイナ保険証",
    "smartphone": "スマホ保険証",
    "ticket": "紙の医療券",
    "portal": "マイナポータルの資格情報＋カード",
    "notice": "資格情報のお知らせ＋カード",
    "certificate": "資格確認書",
    "insurance_card": "健康保険証",
    "expired_insurance_card": "期限の切れた健康保険証",
    "notice_alone": "資格情報のお知らせ",
    "known_data": "以前の資格＋口頭で「変わりなし」",
    "declaration": "被保険者資格申立書＋カード",
}
CLAIM_WORDS = {
    ClaimBy.CURRENT: "現在の資格",
    ClaimBy.FORMER: "旧資格",
    ClaimBy.UNKNOWN: "不詳",
    ClaimBy.NOT_YET: "10割（後日精算）",
}
"""How the pane of a check calls it under 「どのように受け付けましたか」."""

SCHEME_CHOICES: dict[str, str] = {scheme.value: SCHEME_LABELS[scheme] for scheme in Scheme} | {
    "unknown": "わからない"
}


@dataclass(frozen=True)
class ShareRow:
    """What to collect from whom; `who` is empty where the person is known."""

    who: str
    share: str


def share_rows(book: Rulebook, step: NextStep, day: date, *, is_age_known: bool) -> tuple[ShareRow, ...]:
    """The share of `step`, or one row an age group where the age decides and nobody knows it."""
    one = (ShareRow("", spoken_percents(step.share.percents)),)
    if is_age_known or len(step.share.percents) == 1:
        return one
    rows = book.on(CopaymentRow, day)
    return tuple(ShareRow(AGE_GROUP_LABELS[row.group], spoken_percents(row.percents)) for row in rows) or one


def causes_by_failure() -> dict[str, dict[Cause, str]]:
    """The causes to choose from, under what each group is called."""
    return {
        label: {cause: words.label for cause, words in CAUSES.items() if words.failure is failure}
        for failure, label in FAILURE_LABELS.items()
    }
