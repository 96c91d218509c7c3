"""The list of a month's end as CSV, and the words that its page shares."""

from collections.abc import Iterable

from appliance.eligibility.codes import label
from appliance.eligibility.message import SearchInfo
from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.rules.claims import CLAIM_LABELS, ClaimBy
from appliance.eligibility.rules.copayment import spoken_percents
from appliance.eligibility.said import joined
from appliance.ledger.assumptions import search_of
from appliance.ledger.bulk_export import ExportEncoding, table_as_csv
from appliance.ledger.checks import CheckState
from appliance.ledger.month_end import WHY_LABELS, Case

HEADINGS = (
    "区分", "受付日", "氏名（前回の回答・障害時メモ）", "保険者番号", "記号・番号", "枝番", "生年月日",
    "受け付け方", "センターの回答", "再照会の回数",
)  # fmt: skip


def as_csv(cases: Iterable[Case], encoding: ExportEncoding) -> bytes:
    """The whole file, a row a visit."""
    return table_as_csv(HEADINGS, (_cells(one) for one in cases), encoding)


def _cells(case: Case) -> list[str]:
    search = search_of(case.check.request_xml) or SearchInfo()
    return [
        WHY_LABELS[case.why],
        case.day.isoformat(),
        case.name,
        normal_insurer_number(search.insurer_number or ""),
        numbers_of(search),
        search.insured_branch_number or "",
        search.birthdate or "",
        spoken_said(case),
        spoken_answer(case),
        str(case.asked_again),
    ]


def numbers_of(search: SearchInfo) -> str:
    """「12・345」."""
    return "・".join(
        part for part in (search.insured_card_symbol, search.insured_identification_number) if part
    )


def spoken_answer(case: Case) -> str:
    """What the center said, in a word."""
    if case.check.state is CheckState.REFUSED:
        return "照会エラー"
    if case.check.state is not CheckState.ANSWERED:
        return "回答なし"
    return label("OQSCD006", case.check.qualification_validity or "")


def spoken_said(case: Case) -> str:
    """How the patient was received: 「旧資格・3割」."""
    if case.said is None:
        return "記録なし"
    if case.said.by is ClaimBy.NOT_YET:
        return "10割（後日精算）"
    share = spoken_percents((case.said.percent,)) if case.said.percent is not None else ""
    return joined("・", (CLAIM_LABELS[case.said.by], share))
