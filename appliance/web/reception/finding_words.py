"""A late answer that differs from how the patient was received, in reception's words."""

from dataclasses import dataclass

from appliance.eligibility.after_outage import Finding, Reason
from appliance.eligibility.bulk_outcome import Difference
from appliance.eligibility.codes import label
from appliance.eligibility.rules.copayment import spoken_percents
from appliance.eligibility.said import joined, said

_TITLES = {
    Reason.INVALID: "資格を確認できませんでした",
    Reason.CHARGE: "負担割合が違いました",
    Reason.INSURER: "保険が変わっていました",
    Reason.FOUND: "請求に使える資格がわかりました",
}
_STEPS = {
    Reason.INVALID: (
        "患者さんに連絡し、新しい保険がないかうかがってください。",
        "わからないときは、受付の内容を開いて「旧資格で」か「申立書で」を選んでください。月末の一覧に載ります。",
    ),
    Reason.CHARGE: (
        "金額は本機ではわかりません。レセコンで計算し直し、差額を精算してください。",
        "次の来院で精算するときは、そのことを患者さんに伝えてください。",
    ),
    Reason.INSURER: ("カルテとレセコンの保険を、センターの回答に合わせて直してください。",),
    Reason.FOUND: ("レセコンの保険を、わかった資格に直してください。不詳や旧資格での請求はいりません。",),
}


@dataclass(frozen=True)
class FindingWords:
    """`title` says it in a line, `facts` what was and what is, `steps` what to do."""

    title: str
    facts: tuple[str, ...]
    steps: tuple[str, ...]
    differences: tuple[Difference, ...]


def finding_words(finding: Finding) -> FindingWords:
    """The words for a finding."""
    return FindingWords(
        joined("", (_TITLES[finding.reason], _money(finding))),
        tuple(_facts(finding)),
        _STEPS[finding.reason],
        finding.differences,
    )


def _money(finding: Finding) -> str:
    match finding.is_refund:
        case True:
            return "（返金）"
        case False:
            return "（追加）"
    return ""


def _facts(finding: Finding) -> list[str]:
    found = []
    if finding.reason is Reason.INVALID:
        answer = label("OQSCD006", finding.validity) if finding.validity else "照会エラー"
        found.append(said("センターの回答は「{answer}」です。", answer=answer))
        if finding.before is not None:
            found.append(said("{before}で受け付けています。", before=_share(finding.before)))
    elif finding.is_refund is not None:
        found.append(
            said(
                "受付では{before}、センターの回答は{after}です。",
                before=_share(finding.before),
                after=_share(finding.after),
            )
        )
    elif finding.after is not None:
        found.append(said("負担割合は{after}です。", after=_share(finding.after)))
    return [*found, *((finding.question,) if finding.question else ())]


def _share(percent: int | None) -> str:
    return spoken_percents((percent or 0,))
