"""The two questions of money when insurance is not confirmed: which share to collect, and how to claim."""

from dataclasses import dataclass, replace
from datetime import date

from appliance.eligibility.ages import AGE_GROUP_LABELS, AgeGroup, age_group
from appliance.eligibility.rules.accepted import Scheme
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.claims import CLAIM_LABELS, ClaimBy, ClaimRow
from appliance.eligibility.rules.copayment import CopaymentRow, spoken_percents
from appliance.eligibility.said import said

_DESTINATIONS = {
    Scheme.EMPLOYEE: "支払基金に提出します。",
    Scheme.NATIONAL: "国保連合会に提出します。",
    Scheme.ELDERLY: "国保連合会に提出します。",
    Scheme.ASSISTANCE: "支払基金に提出します。",
}
_NO_SCHEME = "保険種別がわからないときは、支払基金と国保連合会のどちらに提出してもかまいません。"
_BLANKS = "　住所：　　事業所名：　　連絡先："


@dataclass(frozen=True)
class Share:
    """The possible shares in percent and why; `estimate` when the amount may have to be put right later."""

    percents: tuple[int, ...]
    reason: str
    estimate: bool
    uncertain: str = ""

    def words(self) -> str:
        """「3割（目安）: …」."""
        mark = "（目安）" if self.estimate else ""
        return (
            f"{spoken_percents(self.percents)}{mark}{'（確認中）' if self.uncertain else ''}: {self.reason}"
        )


@dataclass(frozen=True)
class Claim:
    """What to write into the claim. Numbers are empty where those of the document or of earlier visits go.

    `remark` is what the 摘要欄 begins with; its blanks are filled in by hand from the declaration.
    """

    by: ClaimBy
    sentence: str
    insurer_number: str = ""
    second_insurer_number: str = ""
    number: str = ""
    remark: str = ""
    uncertain: str = ""


@dataclass(frozen=True)
class Payer:
    """What the share depends on: `birth` and `scheme` None when not known, `stated` the percentage the patient tells."""

    birth: date | None
    scheme: Scheme | None
    stated: int | None


def share_by_document(book: Rulebook, payer: Payer, day: date) -> Share:
    """The share of who brings a document: its ratio counts where the age allows several."""
    row = _by_age(book, payer, day)
    if payer.scheme is Scheme.ASSISTANCE:
        return _ASSISTANCE
    if payer.stated is not None and payer.stated in row.percents:
        return Share((payer.stated,), "わかっている割合です。", estimate=False, uncertain=row.uncertain)
    if payer.birth is not None and len(row.percents) == 1:
        reason = said("{group}の割合です。", group=AGE_GROUP_LABELS[row.group])
        return Share(row.percents, reason, estimate=False, uncertain=row.uncertain)
    return Share(row.percents, "書類に書かれた割合に従います。", estimate=True, uncertain=row.uncertain)


def share_by_word(book: Rulebook, payer: Payer, day: date) -> Share:
    """The share by the patient's own word: always to be put right when the insurance is found."""
    row = _by_age(book, payer, day)
    if payer.scheme is Scheme.ASSISTANCE:
        return _ASSISTANCE
    if payer.stated is not None and payer.stated in row.percents:
        return Share(
            (payer.stated,), "ご本人の申し出による割合です。", estimate=True, uncertain=row.uncertain
        )
    if payer.birth is None:
        reason = "生年月日がわからないため、年齢をうかがって決めてください。"
    elif len(row.percents) == 1:
        reason = said("{group}の割合です。資格がわかったら精算します。", group=AGE_GROUP_LABELS[row.group])
    else:
        reason = "ご本人に割合をうかがってください。資格がわかったら精算します。"
    return Share(row.percents, reason, estimate=True, uncertain=row.uncertain)


def claim_current(*, confirm_first: bool) -> Claim:
    """By the insurance shown; `confirm_first` when it could not be looked up yet."""
    later = "照会できるようになったら確かめてから請求してください。" if confirm_first else ""
    return Claim(ClaimBy.CURRENT, said("現在の資格の番号で請求します。{later}", later=later))


def claim_former(book: Rulebook, day: date) -> Claim:
    """By the earlier insurance unless the present one is found in time; 不詳 has no place when there is an earlier one."""
    row = book.find(ClaimRow, day, CLAIM_LABELS[ClaimBy.FORMER])
    if row is None:
        return _without_rule(ClaimBy.FORMER)
    sentence = said(
        "請求までに現在の資格がわかればその番号、わからなければ以前の番号で、摘要欄の先頭に「{remark}」と書いて請求します。",
        remark=row.remark,
    )
    return Claim(ClaimBy.FORMER, sentence, remark=row.remark, uncertain=row.uncertain)


def claim_unknown(book: Rulebook, payer: Payer, day: date) -> Claim:
    """As 不詳 unless a number is found in time."""
    row = book.find(ClaimRow, day, CLAIM_LABELS[ClaimBy.UNKNOWN])
    if row is None:
        return _without_rule(ClaimBy.UNKNOWN)
    number = row.elderly_number if _is_elderly(payer, day) else row.number
    where = _DESTINATIONS[payer.scheme] if payer.scheme else _NO_SCHEME
    sentence = said(
        "請求までに資格がわかればその番号、わからなければ「{remark}」として、保険者番号{insurer_number}（受け付けられなければ{second_insurer_number}）、記号なし、番号{number}で請求します。{where}",
        remark=row.remark,
        insurer_number=row.insurer_number,
        second_insurer_number=row.second_insurer_number,
        number=number,
        where=where,
    )
    return Claim(
        ClaimBy.UNKNOWN,
        sentence,
        insurer_number=row.insurer_number,
        second_insurer_number=row.second_insurer_number,
        number=number,
        remark=row.remark + _BLANKS,
        uncertain=row.uncertain,
    )


def claim_not_yet() -> Claim:
    """Not at all for now."""
    return Claim(ClaimBy.NOT_YET, "いったん請求せず、資格がわかってから精算し、請求します。")


def _without_rule(by: ClaimBy) -> Claim:
    sentence = "この日の請求の決まりがありません。請求の前に審査支払機関にお問い合わせください。"
    return Claim(by, sentence, uncertain="この日の決まりを確認中")


def _is_elderly(payer: Payer, day: date) -> bool:
    if payer.scheme is not None or payer.birth is None:
        return payer.scheme is Scheme.ELDERLY
    return age_group(payer.birth, day) is AgeGroup.ELDERLY


def _by_age(book: Rulebook, payer: Payer, day: date) -> CopaymentRow:
    """Without a birth date, a row of all shares there are; so too on a day before the table begins."""
    row = payer.birth and book.find(CopaymentRow, day, AGE_GROUP_LABELS[age_group(payer.birth, day)])
    return row or replace(_ANY_SHARE, uncertain="この日の割合を確認中" if payer.birth else "")


_ANY_SHARE = CopaymentRow(
    id="none",
    first=date.min,
    source="-",
    group=AgeGroup.STANDARD,
    percents=(10, 20, 30),
)
_ASSISTANCE = Share((0,), "医療扶助です。医療券に本人支払額があれば、その額です。", estimate=True)
