"""What failed in a month and whose fault it was, in the words of the catalogue."""

from collections import Counter
from dataclasses import dataclass

from appliance.eligibility.catalogue import FAULT_LABELS, KNOWLEDGE, Entry, Fault
from appliance.eligibility.codes import QualificationValidity, label
from appliance.eligibility.said import said
from appliance.eligibility.statistics.counted import Ending
from appliance.web.statistics.month_facts import MonthFacts

_ADVICE = {
    QualificationValidity.INVALID: "資格を失っています。新しい資格をたずねます。",
    QualificationValidity.INVALID_NEWER_EXISTS: "新しい資格があります。マイナ保険証か資格確認書をお願いします。",
    QualificationValidity.NONE: "番号の打ち間違いか、保険者の登録がまだです。",
    QualificationValidity.SEVERAL: "枝番を足して照会し直します。",
}


@dataclass(frozen=True)
class Cause:
    """One kind of failure: whose fault, what it is, how often, for how many seconds the line stood still for it."""

    fault: str
    title: str
    code: str
    where: str
    count: int
    stopped: float
    todo: str


def causes(facts: MonthFacts) -> list[Cause]:
    """All that failed: at the readers, on the way to the center, refused by it, and insurances that were not valid."""
    found = [
        _cause(one.code, said("リーダー（{reader}）", reader=one.reader), one.count)
        for one in facts.troubles
        if one.code in KNOWLEDGE
    ]
    found += [
        _cause(line.code, "センターへの照会", line.requests, line.stopped_seconds)
        for line in facts.report.causes
    ]
    refused = Counter(one.code for one in facts.visits if one.ending is Ending.REFUSED)
    found += [_cause(code, "センターの回答", number) for code, number in refused.items() if code in KNOWLEDGE]
    not_valid = Counter(one.validity for one in facts.visits if one.ending is Ending.NOT_VALID)
    found += [_coverage(validity, number) for validity, number in not_valid.items()]
    order = list(FAULT_LABELS.values())
    return sorted(found, key=lambda one: (order.index(one.fault), -one.count, one.code))


def by_fault(found: list[Cause]) -> list[tuple[str, int]]:
    """How often each was to blame, in the order of the catalogue, those who never were left out."""
    sums: Counter[str] = Counter()
    for one in found:
        sums[one.fault] += one.count
    return [(label, sums[label]) for label in FAULT_LABELS.values() if sums[label]]


def _cause(code: str, where: str, number: int, stopped: float = 0.0) -> Cause:
    entry: Entry = KNOWLEDGE[code]
    return Cause(FAULT_LABELS[entry.fault], entry.title, code, where, number, stopped, entry.reception)


def _coverage(validity: str, number: int) -> Cause:
    title = label("OQSCD006", validity) if validity else "資格の有無が回答にない"
    todo = _ADVICE.get(QualificationValidity(validity), "") if validity in set(QualificationValidity) else ""
    return Cause(FAULT_LABELS[Fault.COVERAGE], title, "", "センターの回答", number, 0.0, todo)
