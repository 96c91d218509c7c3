"""The list of a month's end as reception reads it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.said import said
from appliance.ledger.assumptions import search_of
from appliance.ledger.month_end import WHY_LABELS, Case, Why
from appliance.ledger.month_export import numbers_of, spoken_answer, spoken_said
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web.reception.rows import origin_of, person_of

WHY_HINTS = {
    Why.UNSURE: "有効な資格がわからず、どのように受け付けたかも書かれていません。",
    Why.UNKNOWN: "申立書で受け付けました。期限までにわからなければ「不詳」で請求します。",
    Why.FORMER: "以前の資格で受け付けました。期限までにわからなければ「旧資格」で請求します。",
    Why.UNPAID: "全額をお預かりしています。資格がわかったら精算して請求します。",
    Why.WAITING: "まだ回答がありません。回線が戻ると自動で照会します。",
}
TONES = {
    Why.UNSURE: "stop",
    Why.UNKNOWN: "stop",
    Why.FORMER: "wait",
    Why.UNPAID: "wait",
    Why.WAITING: "busy",
}


@dataclass(frozen=True)
class CaseRow:
    """One visit of the list. `name` is empty when nobody knows it; `asked` says when it was last asked about."""

    check_id: str
    why: Why
    why_label: str
    tone: str
    day: str
    time: str
    name: str
    born: str
    insurance: str
    numbers: str
    origin: str
    answer: str
    said: str
    asked: str
    is_asking: bool
    by_itself: bool


def row_of(case: Case, last: date | None, today: date) -> CaseRow:
    """The row of a case whose claim is due on `last`."""
    check = case.check
    person = person_of(check, today)
    received = check.received_at.astimezone(JAPAN)
    search = search_of(check.request_xml)
    return CaseRow(
        check_id=check.id,
        why=case.why,
        why_label=WHY_LABELS[case.why],
        tone=TONES[case.why],
        day=f"{case.day.month}/{case.day.day}",
        time=f"{received.hour}:{received.minute:02d}",
        name=person.name or case.name,
        born=person.born,
        insurance=normal_insurer_number(search.insurer_number or "") if search else person.insurer,
        numbers=numbers_of(search) if search else "",
        origin=origin_of(check),
        answer=spoken_answer(case),
        said=spoken_said(case),
        asked=_asked(case),
        is_asking=case.is_asking,
        by_itself=case.can_ask and last is not None and today <= last,
    )


def _asked(case: Case) -> str:
    if case.last_asked_at is None:
        return ""
    local = case.last_asked_at.astimezone(JAPAN)
    return said(
        "{asked_again}回　最後 {month}/{day}", asked_again=case.asked_again, month=local.month, day=local.day
    )


def neighbours(first: date, now: datetime) -> tuple[str, str | None]:
    """The month before and the month after, as 2026-11; None after this month."""
    before = (first - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return f"{before:%Y-%m}", (f"{after:%Y-%m}" if after <= clinic_day(now) else None)
