"""Notes as reception reads them: rows, one note with its answers beside it, its history, the lists on paper."""

from dataclasses import dataclass
from datetime import date, datetime

from appliance.eligibility.comparing import Likeness, compare_names
from appliance.eligibility.message import Qualification
from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.outage import (
    REASON_LABELS,
    RECEIVED_LABELS,
    SEX_LABELS,
    NoteFacts,
    Reason,
    ReceivedAs,
)
from appliance.eligibility.said import joined, said
from appliance.eligibility.wording import day_of, spoken_date
from appliance.ledger import checks, outage_lists, outage_notes
from appliance.ledger.checks import Check, CheckState
from appliance.ledger.database import Ledger
from appliance.ledger.line import PHASE_LABELS, LineState, Phase
from appliance.ledger.outage_lists import NoteList
from appliance.ledger.outage_notes import STATE_LABELS, Ending, Note, NoteEvent, NoteState, What
from appliance.ledger.times import JAPAN
from appliance.web.reception.message_of import result_of
from appliance.web.reception.person_words import born, share_of
from appliance.web.reception.states import State, Tone, state_of

_LOOKS = {
    NoteState.OPEN: (Tone.WAIT, "clock"),
    NoteState.LISTED: (Tone.WAIT, "several"),
    NoteState.LOOKED_UP: (Tone.BUSY, "turn"),
    NoteState.CLOSED: (Tone.GOOD, "check"),
}
STATES = {state: State(STATE_LABELS[state], *look) for state, look in _LOOKS.items()}
ENDINGS = {Ending.BY_CHECK: "照会で解決", Ending.BY_PERSON: "照会せずに完了"}
HAPPENED = {
    What.WRITTEN: "書きました",
    What.EDITED: "直しました",
    What.LISTED: "一覧に載せました",
    What.LOOKED_UP: "番号で照会しました",
    What.CLOSED: "完了にしました",
    What.REOPENED: "完了を取り消しました",
}
FIELDS = {
    "name": "氏名",
    "kana": "フリガナ",
    "sex": "性別",
    "birthdate": "生年月日",
    "address": "住所",
    "visited_on": "受診日",
    "reason": "理由",
    "reason_text": "理由の説明",
    "received_as": "受付の方法",
    "institution_code": "医療機関コード",
    "closing_reason": "完了の理由",
}
CLOSING_REASONS = (
    "障害時モードで見つからなかった",
    "後日、資格確認書などで確かめた",
    "ご本人に連絡がつかない（不詳で請求）",
    "間違って書いたメモ",
)


@dataclass(frozen=True)
class View:
    """A choice of notes by what is to be done with them."""

    key: str
    label: str
    states: tuple[NoteState, ...]


VIEWS = {
    view.key: view
    for view in (
        View("todo", STATE_LABELS[NoteState.OPEN], outage_lists.TO_LOOK_UP),
        View("asked", STATE_LABELS[NoteState.LOOKED_UP], (NoteState.LOOKED_UP,)),
        View("closed", STATE_LABELS[NoteState.CLOSED], (NoteState.CLOSED,)),
        View("all", "すべて", tuple(NoteState)),
    )
}


@dataclass(frozen=True)
class NoteRow:
    """A note on a list, on screen or on paper."""

    id: str
    state: State
    facts: NoteFacts
    sex: str
    born: str
    visited: str
    reason: str
    received: str


@dataclass(frozen=True)
class Beside:
    """One fact of a note and of an answer; `differs` when they do not mean the same."""

    label: str
    written: str
    answered: str
    differs: bool


@dataclass(frozen=True)
class Answer:
    """A check of a note: how it stands, and what it found beside what was written."""

    check_id: str
    title: str
    state: State
    asked: str
    facts: tuple[Beside, ...]
    is_answered: bool


@dataclass(frozen=True)
class Detail:
    """All that the page of a note shows."""

    row: NoteRow
    version: int
    ending: str
    closing_reason: str
    closed: str
    place: str
    next_id: str | None
    answers: tuple[Answer, ...]
    is_closed: bool
    can_accept: bool
    differs: bool
    history: tuple["Happened", ...]


@dataclass(frozen=True)
class Happened:
    """One thing that happened to a note, and what it said before."""

    at: str
    by: str
    what: str
    before: tuple[str, ...]


@dataclass(frozen=True)
class ListLine:
    """A list on paper."""

    id: str
    number: int
    period: str
    made: str
    made_by: str
    count: int


def row_of(note: Note, today: date) -> NoteRow:
    """The row of a note."""
    facts = note.facts
    return NoteRow(
        id=note.id,
        state=STATES[note.state],
        facts=facts,
        sex=SEX_LABELS.get(facts.sex, facts.sex),
        born=born(f"{facts.birthdate:%Y%m%d}", today),
        visited=short_day(facts.visited_on),
        reason=said("{reason}（{text}）", reason=REASON_LABELS[facts.reason], text=facts.reason_text)
        if facts.reason_text
        else REASON_LABELS[facts.reason],
        received=RECEIVED_LABELS[facts.received_as],
    )


def detail_of(ledger: Ledger, note: Note, now: datetime) -> Detail:
    """The page of a note as it stands at `now`."""
    answers = tuple(_answers(ledger, note))
    place = outage_lists.place_of(ledger, note.id)
    return Detail(
        row=row_of(note, now.astimezone(JAPAN).date()),
        version=note.version,
        ending=ENDINGS[note.ending] if note.ending else "",
        closing_reason=note.closing_reason,
        closed=joined("　", (moment(note.closed_at), spoken_actor(note.closed_by or "")))
        if note.closed_at
        else "",
        place=said("一覧 {list} の {number}番", list=place[0], number=place[1]) if place else "",
        next_id=outage_lists.next_on_list(ledger, note.id),
        answers=answers,
        is_closed=note.state is NoteState.CLOSED,
        can_accept=note.state is not NoteState.CLOSED and any(one.is_answered for one in answers),
        differs=any(fact.differs for one in answers for fact in one.facts),
        history=tuple(_happened(one) for one in outage_notes.history(ledger, note.id)),
    )


def list_of(found: NoteList) -> ListLine:
    """A list as the pages name it."""
    return ListLine(
        found.id,
        found.seq,
        period(found.first, found.last),
        moment(found.made_at),
        found.made_by,
        found.count,
    )


def period(first: date, last: date) -> str:
    """「11月20日から11月22日」, or one day."""
    return (
        long_day(first)
        if first == last
        else said("{first}から{last}", first=long_day(first), last=long_day(last))
    )


def long_day(day: date) -> str:
    """「2026年11月22日」."""
    return said("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)


def short_day(day: date) -> str:
    """「11/22」."""
    return f"{day.month}/{day.day}"


def moment(at: datetime) -> str:
    """「11/22 9:05」, in Japan."""
    local = at.astimezone(JAPAN)
    return f"{short_day(local.date())} {local.hour}:{local.minute:02d}"


def stops(states: tuple[LineState, ...], now: datetime) -> list[str]:
    """The times in which the line was stopped or treated so, one a line, out of its states in order."""
    ends = [*(one.at for one in states[1:]), now]
    return [
        said(
            "{at}から{until}　{phase}",
            at=moment(one.at),
            until=moment(end) if end != now else "続いています",
            phase=PHASE_LABELS[one.phase],
        )
        for one, end in zip(states, ends, strict=False)
        if one.phase in (Phase.STOPPED, Phase.HELD)
    ]


def spoken_actor(by: str) -> str:
    """Who did something; the box itself has no name."""
    return "装置" if by == outage_notes.BOX else by


def _answers(ledger: Ledger, note: Note) -> list[Answer]:
    found = []
    for title, check_id in (("見つけた番号での照会", note.lookup_id), ("受付での照会", note.check_id)):
        check = checks.find(ledger, check_id) if check_id else None
        if check is not None:
            found.append(_answer(title, check, note.facts))
    return found


def _answer(title: str, check: Check, facts: NoteFacts) -> Answer:
    result = result_of(check)
    items = result.message_body.result_list if result else ()
    return Answer(
        check_id=check.id,
        title=title,
        state=state_of(check),
        asked=moment(check.received_at),
        facts=tuple(line for item in items for line in _beside(facts, item)),
        is_answered=check.state is CheckState.ANSWERED,
    )


def _beside(facts: NoteFacts, found: Qualification) -> list[Beside]:
    lines = [
        _compared("氏名", facts.name, found.name or ""),
        _compared("フリガナ", facts.kana, found.name_kana or ""),
        Beside("性別", SEX_LABELS[facts.sex], SEX_LABELS.get(found.sex1 or "", ""), facts.sex != found.sex1),
        Beside(
            "生年月日",
            spoken_date(f"{facts.birthdate:%Y%m%d}"),
            spoken_date(found.birthdate or ""),
            day_of(found.birthdate) != facts.birthdate,
        ),
        _compared("住所", facts.address, found.address or ""),
        Beside("保険者", "", found.insurer_name or "", differs=False),
        Beside("保険者番号", "", normal_insurer_number(found.insurer_number or ""), differs=False),
        Beside("記号・番号", "", _numbers(found), differs=False),
        Beside("資格の期間", "", _valid(found), differs=False),
        Beside("負担割合", "", share_of(found), differs=False),
    ]
    return [line for line in lines if line.answered]


def _compared(label: str, written: str, answered: str) -> Beside:
    is_other = bool(written) and compare_names(written, answered) is Likeness.DIFFERENT
    return Beside(label, written, answered, is_other)


def _numbers(found: Qualification) -> str:
    both = joined("・", (found.insured_card_symbol, found.insured_identification_number))
    return (
        said(
            "{both}（枝番 {insured_branch_number}）",
            both=both,
            insured_branch_number=found.insured_branch_number,
        )
        if found.insured_branch_number
        else both
    )


def _valid(found: Qualification) -> str:
    first = spoken_date(found.qualification_date or "")
    last = spoken_date(found.disqualification_date or "")
    if first and last:
        return said("{first} から {last}", first=first, last=last)
    return said("{first} から", first=first) if first else said("から {last}", last=last) if last else ""


def _happened(event: NoteEvent) -> Happened:
    before = tuple(
        said("{name}「{value}」", name=FIELDS[name], value=_spoken(name, value))
        for name, value in event.before.items()
        if name in FIELDS
    )
    return Happened(moment(event.at), spoken_actor(event.by), HAPPENED[event.what], before)


def _spoken(name: str, value: str) -> str:
    labels: dict[str, dict[str, str]] = {
        "sex": dict(SEX_LABELS),
        "reason": {reason.value: REASON_LABELS[reason] for reason in Reason},
        "received_as": {way.value: RECEIVED_LABELS[way] for way in ReceivedAs},
    }
    if name in ("birthdate", "visited_on"):
        return spoken_date(value.replace("-", ""))
    return labels.get(name, {}).get(value, value) or "空欄"
