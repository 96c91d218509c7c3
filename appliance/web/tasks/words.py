"""Tasks as reception reads them: what happened, what to do, where to go, and how it can end."""

from dataclasses import dataclass
from datetime import date, datetime

from appliance.eligibility import outage
from appliance.eligibility.after_outage import Reason
from appliance.eligibility.bulk_outcome import Difference
from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.said import joined, said
from appliance.ledger import checks, findings, notices, outage_notes, tasks
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.ledger.emergency import WHY_LABELS as WHY_LABELS_OF_EMERGENCIES
from appliance.ledger.month_end import WHY_LABELS
from appliance.ledger.own_copy import notes as mendings
from appliance.ledger.tasks import Outcome, Task, TaskKind
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web.reception.finding_words import finding_words
from appliance.web.reception.person_words import born
from appliance.web.reception.rows import person_of

OUTCOME_LABELS = {
    Outcome.DEALT_WITH: "済み",
    Outcome.SETTLED: "精算した",
    Outcome.NEXT_VISIT: "次回の来院で精算",
    Outcome.NOT_NEEDED: "対応不要",
    Outcome.BY_ITSELF: "自動で解決",
}
_USUAL = (Outcome.DEALT_WITH, Outcome.NOT_NEEDED)
_MONEY = (Outcome.SETTLED, Outcome.NEXT_VISIT, Outcome.NOT_NEEDED)
_URGENCY = {
    TaskKind.LEDGER: 0,
    TaskKind.TRAIL: 0,
    TaskKind.EMERGENCY: 0,
    TaskKind.UNRESOLVED: 0,
    TaskKind.NOTE_NEEDED: 1,
    TaskKind.DIFFERENCE: 2,
    TaskKind.NOTE_OPEN: 3,
    TaskKind.DEAD_LETTER: 4,
}
_TONES = {
    TaskKind.LEDGER: "stop",
    TaskKind.TRAIL: "stop",
    TaskKind.EMERGENCY: "wait",
    TaskKind.UNRESOLVED: "stop",
    TaskKind.NOTE_NEEDED: "stop",
    TaskKind.DIFFERENCE: "stop",
    TaskKind.NOTE_OPEN: "wait",
    TaskKind.DEAD_LETTER: "wait",
}


@dataclass(frozen=True, kw_only=True)
class TaskCard:
    """One task as a card. `who` and `about` are empty where nobody is named; `ends` has each possible outcome's label.

    `ends_here` is False where the work is done on another page, which settles the task by itself.
    """

    id: str
    kind: TaskKind
    title: str
    tone: str
    who: str
    about: str
    facts: tuple[str, ...]
    differences: tuple[Difference, ...]
    steps: tuple[str, ...]
    path: str
    path_label: str
    since: str
    ends: tuple[tuple[Outcome, str], ...]
    ends_here: bool
    ended: str


@dataclass(frozen=True)
class _Story:
    title: str
    facts: tuple[str, ...]
    steps: tuple[str, ...]
    path: str
    path_label: str = "受付の内容を開く"
    differences: tuple[Difference, ...] = ()
    ends: tuple[Outcome, ...] = _USUAL
    ends_here: bool = False


def by_urgency(found: tuple[Task, ...]) -> tuple[Task, ...]:
    """What presses most first, and of that the newest first."""
    return tuple(sorted(found, key=lambda task: (_URGENCY[task.kind], -task.seq)))


def card_of(ledger: Ledger, task: Task, now: datetime) -> TaskCard:
    """The card of a task at `now`."""
    check_id = tasks.check_of(ledger, task)
    check = checks.find(ledger, check_id) if check_id else None
    story = _STORIES[task.kind](ledger, task, check)
    who, about = _person(ledger, task, check, clinic_day(now))
    return TaskCard(
        id=task.id,
        kind=task.kind,
        title=story.title,
        tone=_TONES[task.kind],
        who=who,
        about=about,
        facts=(*(_visit(check) if check else ()), *story.facts),
        differences=story.differences,
        steps=story.steps,
        path=story.path,
        path_label=story.path_label,
        since=moment(task.raised_at),
        ends=tuple((one, OUTCOME_LABELS[one]) for one in story.ends),
        ends_here=story.ends_here,
        ended=_ended(task),
    )


def moment(at: datetime) -> str:
    """`11/22 9:05`, in Japan."""
    local = at.astimezone(JAPAN)
    return f"{local.month}/{local.day} {local.hour}:{local.minute:02d}"


def _ended(task: Task) -> str:
    if task.outcome is None or task.done_at is None:
        return ""
    return joined("　", (OUTCOME_LABELS[task.outcome], moment(task.done_at), task.done_by or ""))


def _person(ledger: Ledger, task: Task, check: Check | None, today: date) -> tuple[str, str]:
    """Whom a task is about, and more about them; of one whom no answer names what stands on the outage note."""
    person = person_of(check, today) if check else None
    if person is not None and (person.name or person.born):
        return person.name, joined("　", (person.born, person.insurer))
    if task.kind is TaskKind.NOTE_OPEN:
        note = outage_notes.find(ledger, task.subject)
    else:
        note = outage_notes.of_check(ledger, check.id) if check else None
    if note is None:
        return "", ""
    return note.facts.name, born(f"{note.facts.birthdate:%Y%m%d}", today)


def _visit(check: Check) -> tuple[str, ...]:
    return (said("受付 {received_at}", received_at=moment(check.received_at)),)


def _difference(ledger: Ledger, task: Task, _check: Check | None) -> _Story:
    finding = findings.of_check(ledger.read, task.subject)
    path = f"/reception/checks/{task.subject}"
    if finding is None:
        return _Story("受付のあとに回答が届きました", (), (), path)
    words = finding_words(finding)
    ends = _MONEY if finding.reason is Reason.CHARGE else _USUAL
    return _Story(
        words.title,
        words.facts,
        words.steps,
        path,
        differences=words.differences,
        ends=ends,
        ends_here=finding.reason is not Reason.INVALID,
    )


def _note_needed(_ledger: Ledger, task: Task, _check: Check | None) -> _Story:
    return _Story(
        "障害時メモを書いてください",
        ("カードで照会できませんでした。カードがないと、あとから照会できません。", *_trouble(task.code)),
        ("氏名、性別、生年月日、住所を、診療録から書き写してください。",),
        f"/outage/notes/new?check={task.subject}",
        "障害時メモを書く",
    )


def _note_open(_ledger: Ledger, task: Task, _check: Check | None) -> _Story:
    reasons = {str(key): label for key, label in outage.REASON_LABELS.items()}
    reason = reasons.get(task.code, "")
    return _Story(
        "障害時メモの方を照会してください",
        (said("照会できなかった理由: {reason}", reason=reason),) if reason else (),
        ("わかった番号で照会するか、一覧を印刷してセンターに照会してください。",),
        f"/outage/notes/{task.subject}",
        "障害時メモを開く",
    )


def _dead_letter(ledger: Ledger, task: Task, check: Check | None) -> _Story:
    title = CATALOGUE[task.code].title if task.code in CATALOGUE else "照会や受け渡しが止まっています"
    if notices.find(ledger, task.subject) is not None:
        # The row on the board is well: what is wrong stands on the page of what stands still.
        return _Story(title, (), (CATALOGUE[task.code].reception,), "/queue", "止まっているものを開く")
    return _Story(
        title,
        (),
        ("受付の内容を開き、原因を見て「もう一度」を押してください。",),
        f"/reception/checks/{check.id}" if check else "/",
    )


def _unresolved(_ledger: Ledger, task: Task, check: Check | None) -> _Story:
    month = f"?month={clinic_day(check.received_at):%Y-%m}" if check else ""
    labels = {str(key): label for key, label in WHY_LABELS.items()}
    return _Story(
        "請求の期限が近い方です",
        (said("月末の一覧に「{code}」のまま残っています。", code=labels.get(task.code, task.code)),),
        ("患者さんに資格をうかがうか、どのように請求するかを決めてください。",),
        f"/tasks/month{month}#case-{task.subject}",
        "月末の一覧を開く",
    )


def _trail(_ledger: Ledger, task: Task, _check: Check | None) -> _Story:
    return _Story(
        "操作の記録に異常があります",
        _trouble(task.code),
        ("管理者にお知らせください。受付は続けられます。",),
        "/desk/audit/state",
        "記録の状態を開く（管理者）",
        ends_here=False,
    )


def _ledger(ledger: Ledger, task: Task, _check: Check | None) -> _Story:
    found = mendings.unseen(ledger) or mendings.all_of(ledger)[-1:]
    return _Story(
        "装置の記録を、控えから戻しました",
        (
            *(
                said(
                    "{start} から {end} までの受付と変更が、残っていないことがあります。",
                    start=moment(one.shows),
                    end=moment(one.until),
                )
                for one in found
            ),
            *_trouble(task.code),
        ),
        (
            "その間に受け付けた方を、診療録や予約の一覧と見比べ、残っていない方はもう一度照会してください。",
            "その間に変えたパスワードや、使えなくしたアカウントと連携先は、元に戻っています。管理者が確かめてください。",
            "保守業者に連絡してください。ディスクが傷んでいることがあります。",
        ),
        "/",
        "受付の一覧を開く",
        ends=(Outcome.DEALT_WITH,),
        ends_here=True,
    )


def _emergency(_ledger: Ledger, task: Task, _check: Check | None) -> _Story:
    reasons = {str(key): label for key, label in WHY_LABELS_OF_EMERGENCIES.items()}
    return _Story(
        "緊急時の閲覧がありました",
        (reasons.get(task.code, task.code),),
        ("管理者が、今月のうちに、必要な閲覧だったかを確かめます。",),
        "/desk/emergency",
        "緊急時の閲覧の確認（管理者）",
        ends_here=False,
    )


def _trouble(code: str) -> tuple[str, ...]:
    entry = CATALOGUE.get(code)
    return (said("{title}（{code}）", title=entry.title, code=entry.code),) if entry else ()


_STORIES = {
    TaskKind.DIFFERENCE: _difference,
    TaskKind.NOTE_NEEDED: _note_needed,
    TaskKind.NOTE_OPEN: _note_open,
    TaskKind.DEAD_LETTER: _dead_letter,
    TaskKind.UNRESOLVED: _unresolved,
    TaskKind.TRAIL: _trail,
    TaskKind.LEDGER: _ledger,
    TaskKind.EMERGENCY: _emergency,
}
