"""`consumer/<name>/task`: what a person has to do, in words an EMR can show. It names nobody: the check tells who it is."""

from dataclasses import dataclass
from typing import Any

from appliance.eligibility.after_outage import Finding, Reason
from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.outage import REASON_LABELS
from appliance.ledger import findings, outage_notes, tasks
from appliance.ledger.database import Ledger
from appliance.ledger.month_end import WHY_LABELS
from appliance.ledger.notices import Notice
from appliance.ledger.tasks import Task, TaskKind
from appliance.ledger.times import to_text


@dataclass(frozen=True)
class _Words:
    """`label` says what happened, `advice` what to do."""

    label: str
    advice: str


_BY_KIND = {
    TaskKind.NOTE_NEEDED: _Words(
        "障害時メモを書いてください",
        "受付の画面で、患者さんの氏名・性別・生年月日・住所を書き写してください。",
    ),
    TaskKind.NOTE_OPEN: _Words(
        "障害時メモの方を照会してください", "受付の画面で、わかった番号を入れて照会してください。"
    ),
    TaskKind.UNRESOLVED: _Words(
        "請求の期限が近い方です", "患者さんに資格をうかがうか、どのように請求するかを決めてください。"
    ),
}
_BY_REASON = {
    Reason.INVALID: _Words("資格を確認できませんでした", "患者さんに新しい保険がないかうかがってください。"),
    Reason.CHARGE: _Words("負担割合が違いました", "レセコンで計算し直し、差額を精算してください。"),
    Reason.INSURER: _Words(
        "保険が変わっていました", "カルテとレセコンの保険を、センターの回答に合わせて直してください。"
    ),
    Reason.FOUND: _Words(
        "請求に使える資格がわかりました", "レセコンの保険を、わかった資格に直してください。"
    ),
}
_REASON_LABELS = {
    **{one.value: words.label for one, words in _BY_REASON.items()},
    **{one.value: label for one, label in REASON_LABELS.items()},
    **{one.value: label for one, label in WHY_LABELS.items()},
}


def task_notice(ledger: Ledger, notice: Notice, task: Task, institution_code: str) -> dict[str, Any]:
    """The task as it stands."""
    is_difference = task.kind is TaskKind.DIFFERENCE
    finding = findings.of_check(ledger.read, task.subject) if is_difference else None
    words = _words(task)
    entry = CATALOGUE.get(task.code)
    return {
        "schema": "urn:madoguchi:1:task",
        "delivery_id": notice.id,
        "attempt": notice.tries + 1,
        "institution_code": institution_code,
        "task_id": task.id,
        "state": task.state,
        "kind": task.kind,
        "reason": None if entry else task.code,
        "reason_label": None if entry else _REASON_LABELS.get(task.code, ""),
        "trouble_code": task.code if entry else None,
        "label": words.label,
        "advice": words.advice,
        "check_id": _check_of(ledger, task),
        "answer_check_id": findings.answer_of(ledger.read, task.subject) if finding else None,
        "share": _share(finding) if finding else None,
        "since": to_text(task.raised_at),
        "closed_at": to_text(task.done_at) if task.done_at else None,
        "outcome": task.outcome,
    }


def _words(task: Task) -> _Words:
    if task.kind in _BY_KIND:
        return _BY_KIND[task.kind]
    if task.kind is TaskKind.DIFFERENCE and task.code in set(Reason):
        return _BY_REASON[Reason(task.code)]
    entry = CATALOGUE.get(task.code)
    return (
        _Words(entry.title, entry.reception)
        if entry
        else _Words("確かめてください", "受付の画面で確かめてください。")
    )


def _check_of(ledger: Ledger, task: Task) -> str | None:
    if task.kind is not TaskKind.NOTE_OPEN:
        return tasks.check_of(ledger, task)
    note = outage_notes.find(ledger, task.subject)
    return note.check_id if note else None


def _share(finding: Finding) -> dict[str, Any]:
    """What was collected and what the answer says, in percent; amounts are not known to the box."""
    return {"before": finding.before, "after": finding.after, "refund": finding.is_refund}
