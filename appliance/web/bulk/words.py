"""Runs and people as reception reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.appointments import Severity
from appliance.eligibility.bulk_outcome import FACT_LABELS, URGENCY_LABELS, Difference, Urgency, spoken_fact
from appliance.eligibility.catalogue import CATALOGUE, Entry
from appliance.eligibility.night_window import NightWindow, seconds_left
from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.said import joined, said
from appliance.eligibility.wording import spoken_date, spoken_month
from appliance.ledger.bulk_runs import Run, RunKind, RunState
from appliance.ledger.bulk_steps import Person
from appliance.ledger.line import LineState, Phase
from appliance.ledger.times import JAPAN, clinic_day

KIND_LABELS = {
    RunKind.APPOINTMENTS: "予約の一括照会",
    RunKind.REFERENCES: "照会番号の登録",
    RunKind.TICKETS: "医療扶助の照会",
    RunKind.HOME: "訪問診療の照会",
    RunKind.ONLINE: "オンライン診療の照会",
}
_STATES = {
    RunState.CHECKED: ("読み込み済み", "wait", "question"),
    RunState.WAITING: ("順番待ち", "wait", "clock"),
    RunState.SENDING: ("送信中", "busy", "turn"),
    RunState.ACCEPTED: ("センターで処理中", "busy", "turn"),
    RunState.FETCHING: ("結果を取得中", "busy", "turn"),
    RunState.DONE: ("完了", "good", "check"),
    RunState.FAILED: ("一部できませんでした", "stop", "cross"),
    RunState.STOPPED: ("中止", "mute", "minus"),
}
_TONES = {
    Urgency.INVALID: ("stop", "cross"),
    Urgency.NEWER_EXISTS: ("stop", "cross"),
    Urgency.NONE: ("stop", "question"),
    Urgency.SEVERAL: ("wait", "several"),
    Urgency.FAILED: ("wait", "question"),
    Urgency.CHANGED: ("wait", "turn"),
    Urgency.UNREGISTERED: ("good", "check"),
    Urgency.VALID: ("good", "check"),
    Urgency.REGISTERED: ("good", "check"),
}
_STANDS_STILL = {
    Phase.STOPPED: "回線が停止しています。戻ると自動で続きます",
    Phase.HELD: "「停止扱い」の間は待ちます。やめると自動で続きます",
}
_SHOWN = ("ratio", "valid_until", "ended_on", "reason_of_loss")


@dataclass(frozen=True)
class Word:
    """A state word with its tone and icon."""

    word: str
    tone: str
    icon: str


@dataclass(frozen=True)
class RunCard:
    """One run as a card: what it is, how far it is, how long it takes yet."""

    id: str
    title: str
    about: str
    institution: str
    state: Word
    state_key: str
    revision: int
    is_over: bool
    may_go: bool
    may_go_now: bool
    may_repeat: bool
    made: str
    made_by: str
    people: int
    answered: int
    has_list: bool
    parts: int
    parts_done: int
    left: str
    errors: int
    warnings: int
    trouble: Entry | None


@dataclass(frozen=True)
class PersonRow:
    """One person of a run: before beside after."""

    state: Word
    line: int | None
    time: str
    patient: str
    name: str
    insurance: str
    numbers: str
    differences: tuple[Difference, ...]
    remarks: tuple[str, ...]


def card_of(
    run: Run, window: NightWindow, now: datetime, names: Mapping[str, str], line: LineState | None = None
) -> RunCard:
    """The card of a run at `now`, while the line stands as `line` says.

    `names` are those of the house's codes, empty where it has one (`house.names`).
    """
    word, tone, icon = _STATES[run.state]
    if run.state is RunState.WAITING and run.at_night:
        word = "夜間の照会待ち"
    severities = [one.severity for one in run.problems]
    return RunCard(
        id=run.id,
        title=KIND_LABELS[run.kind],
        about=_about(run),
        institution=names.get(run.institution_code, ""),
        state=Word(word, tone, icon),
        state_key=run.state.value,
        revision=run.revision,
        is_over=run.state.is_over,
        may_go=run.state is RunState.CHECKED,
        may_go_now=run.state is RunState.WAITING and run.at_night,
        may_repeat=run.state in (RunState.FAILED, RunState.STOPPED) and run.chunks.get("failed", 0) > 0,
        made=spoken_moment(run.made_at, now),
        made_by=run.made_by,
        people=run.people,
        answered=run.answered,
        has_list=run.kind.has_list,
        parts=sum(run.chunks.values()),
        parts_done=run.chunks_closed,
        left=_left(run, window, now, line.phase if line else Phase.UNKNOWN),
        errors=severities.count(Severity.ERROR),
        warnings=severities.count(Severity.WARNING),
        trouble=CATALOGUE.get(run.trouble_code or ""),
    )


def _about(run: Run) -> str:
    if "month" in run.terms:
        return spoken_month(run.terms["month"])
    if "first" in run.terms:
        return said(
            "{first} から {last}",
            first=spoken_date(run.terms["first"]),
            last=spoken_date(run.terms["last"]),
        )
    return said("{people:,}人", people=run.people)


def _left(run: Run, window: NightWindow, now: datetime, phase: Phase) -> str:
    """When it goes on, or how long it takes; empty when there is nothing to say."""
    if run.state.is_over or run.state is RunState.CHECKED:
        return ""
    local = now.astimezone(JAPAN)
    if run.state is RunState.WAITING and run.at_night and not window.holds(local):
        return said("{moment} から照会します", moment=spoken_moment(window.next_opening(local), now))
    if phase in _STANDS_STILL:
        return _STANDS_STILL[phase]
    if run.sent_at is None:
        return "まもなく始まります"
    seconds = seconds_left(run.chunks_closed, sum(run.chunks.values()), (now - run.sent_at).total_seconds())
    return (
        "残り時間を計算しています"
        if seconds is None
        else said("残り {seconds}", seconds=spoken_duration(seconds))
    )


def spoken_duration(seconds: float) -> str:
    """「約40秒」, 「約3分」, 「約1時間20分」."""
    if seconds < 60:
        return said("約{seconds}秒", seconds=max(10, round(seconds / 10) * 10))
    minutes = round(seconds / 60)
    return (
        said("約{minutes}分", minutes=minutes)
        if minutes < 60
        else said("約{hours}時間{minutes}分", hours=minutes // 60, minutes=minutes % 60)
    )


def spoken_moment(moment: datetime, now: datetime) -> str:
    """「今日 9:05」, 「11月22日 20:00」."""
    local = moment.astimezone(JAPAN)
    day = (
        "今日"
        if clinic_day(moment) == clinic_day(now)
        else said("{month}月{day}日", month=local.month, day=local.day)
    )
    return joined(" ", (day, f"{local.hour}:{local.minute:02d}"))


def row_of(one: Person) -> PersonRow:
    """The row of a person; one without an outcome waits."""
    outcome, asked = one.outcome, one.asked
    facts = outcome.facts[0] if outcome and outcome.facts else {}
    if outcome is None:
        state = Word("照会待ち", "mute", "clock")
    else:
        state = Word(URGENCY_LABELS[outcome.urgency], *_TONES[outcome.urgency])
    keys = facts or (
        {name: getattr(asked, name) for name in ("insurer_number", "symbol", "number", "branch")}
        if asked
        else {}
    )
    return PersonRow(
        state=state,
        line=asked.line if asked else None,
        time=asked.time if asked else "",
        patient=(asked.patient if asked else "") or (outcome.reference_number if outcome else ""),
        name=(asked.name if asked else "") or facts.get("name", ""),
        insurance=" ".join(
            part
            for part in (normal_insurer_number(keys.get("insurer_number", "")), facts.get("insurer_name"))
            if part
        ),
        numbers=numbers_of(keys),
        differences=outcome.differences if outcome else (),
        remarks=_remarks(one, facts),
    )


def numbers_of(keys: Mapping[str, str]) -> str:
    """「12・345（枝番 01）」."""
    both = joined("・", (keys.get("symbol"), keys.get("number")))
    return said("{both}（枝番 {branch}）", both=both, branch=keys["branch"]) if keys.get("branch") else both


def _remarks(one: Person, facts: Mapping[str, str]) -> tuple[str, ...]:
    found = [
        joined(" ", (FACT_LABELS[name], spoken_fact(name, facts[name]))) for name in _SHOWN if name in facts
    ]
    outcome = one.outcome
    if outcome is not None and len(outcome.facts) > 1:
        found.append(said("資格が{count}件あります", count=len(outcome.facts)))
    if outcome is not None and (outcome.message or outcome.code):
        found.append(
            said("{message}（{code}）", message=outcome.message, code=outcome.code)
            if outcome.code
            else outcome.message
        )
    return tuple(found)
