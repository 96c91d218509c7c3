"""One row of the board: who it is, how the check stands, and where the result has gone."""

from dataclasses import dataclass
from datetime import date, datetime

from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.documents import DOCUMENTS
from appliance.eligibility.evidence import Medium
from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.said import said
from appliance.ledger import deliveries, follow_ups, outage_notes, readers, terminal
from appliance.ledger.checks import OPEN_STATES, Check, CheckState, Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery, DeliveryState
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web.reception.awaiting import Today
from appliance.web.reception.changes import changes_of
from appliance.web.reception.expected_rows import spoken_times
from appliance.web.reception.last_known import LastKnown, last_known_of
from appliance.web.reception.local_words import LocalCard, cards_of
from appliance.web.reception.message_of import result_of, search_of
from appliance.web.reception.person_words import born, share_of
from appliance.web.reception.search_text import search_text
from appliance.web.reception.states import State, Tone, needs_person_now, state_of

ORIGIN_LABELS = {
    Origin.CARD: "マイナ保険証",
    Origin.MANUAL: "手入力",
    Origin.FOLDER: "レセコン",
    Origin.COMMAND: "コマンド",
    Origin.BULK: "一括照会",
    Origin.FOLLOW_UP: "自動の再照会",
    Origin.VIEWER: "診療の画面",
    Origin.CONSUMER: "電子カルテ",
}
_PHONE = "スマホ保険証"
CONSUMER_LABELS = {
    ConsumerKind.MQTT: "電子カルテ",
    ConsumerKind.FOLDER: "レセコン",
    ConsumerKind.API: "電子カルテ",
}


@dataclass(frozen=True)
class Person:
    """Whom a row is about. `name` is empty while nobody has said it; then `name_missing` says why."""

    name: str
    kana: str
    born: str
    insurer: str
    share: str
    name_missing: str


@dataclass(frozen=True)
class Mark:
    """Where one delivery stands."""

    consumer: str
    word: str
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class Row:
    """All that a row shows. `day` is empty for today's rows, `last` is what is known where nobody could be asked."""

    id: str
    seq: int
    revision: int
    state: State
    needs_person: bool
    is_seen: bool
    person: Person
    origin: str
    reader: str
    time: str
    day: str
    reason: str
    manner: str
    last: LastKnown | None
    marks: tuple[Mark, ...]
    noted: str | None
    """The name on the check's outage note, if it has one."""
    asking_since: datetime | None
    later: str
    """The check that was asked about the patient after this one; empty for the newest. Its row stands for both."""
    changed: int
    """How many things are different from the last valid answer about the patient."""
    local: tuple[LocalCard, ...]
    """公費の証 that the center does not know."""
    find: str
    """What the search finds the row by, beside what it shows."""
    came: str = ""
    """Who of today's list this is: their own row is left out for this one."""
    booked: str = ""
    """The times of their appointment."""


def row_of(ledger: Ledger, check: Check, now: datetime, today: Today | None = None) -> Row:
    """The row of `check` as it stands in the ledger at `now`, beside the appointments of `today`."""
    came = today.of(check) if today else None
    received = check.received_at.astimezone(JAPAN)
    return Row(
        id=check.id,
        seq=check.seq,
        revision=check.revision,
        state=state_of(check),
        needs_person=needs_person_now(check),
        is_seen=check.seen_at is not None,
        person=person_of(check, clinic_day(now)),
        origin=origin_of(check),
        reader=_reader_label(ledger, check),
        time=f"{received.hour}:{received.minute:02d}",
        day=""
        if received.date() == clinic_day(now)
        else said("{month}月{day}日", month=received.month, day=received.day),
        reason=_reason(check),
        manner=_manner(check),
        last=last_known_of(ledger, check, now),
        marks=tuple(mark_of(delivery) for delivery in deliveries.of_check(ledger, check.id)),
        noted=outage_notes.name_of_check(ledger, check.id),
        asking_since=check.asking_since if check.state is CheckState.ASKING else None,
        later=_later(ledger, check),
        changed=_changed(ledger, check, now),
        local=cards_of(ledger, check, clinic_day(now)),
        find=search_text(search_of(check), result_of(check)),
        came=came.id if came else "",
        booked=spoken_times(came) if came else "",
    )


def _later(ledger: Ledger, check: Check) -> str:
    newest = follow_ups.newest_of(ledger, check.id)
    return "" if newest == check.id else newest


def _changed(ledger: Ledger, check: Check, now: datetime) -> int:
    found = changes_of(ledger, check, now)
    return len(found.differences) if found else 0


def _reader_label(ledger: Ledger, check: Check) -> str:
    """Where it came in: the reader, or which of several レセコン asked."""
    if check.reader == terminal.READER:
        return terminal.READER_LABEL
    if check.origin is Origin.FOLDER:
        return check.asked_by or ""
    reader = readers.find(ledger, check.reader) if check.reader else None
    return reader.label if reader else ""


def origin_of(check: Check) -> str:
    """What the check was made from: the document where one was named."""
    if check.document:
        return DOCUMENTS[check.document].label
    by_phone = check.evidence is not None and check.evidence.medium is not Medium.CARD
    return _PHONE if by_phone else ORIGIN_LABELS[check.origin]


def person_of(check: Check, today: date) -> Person:
    """Whom the check is about, as far as it is known."""
    result = result_of(check)
    missing = "氏名は照会のあとに出ます" if check.state in OPEN_STATES else "氏名の回答はありません"
    for found in result.message_body.result_list if result else ():
        return Person(
            name=found.name or "",
            kana=found.name_kana or "",
            born=born(found.birthdate, today),
            insurer=found.insurer_name or found.welfare_office_name or found.insurer_number or "",
            share=share_of(found),
            name_missing=missing,
        )
    search = search_of(check)
    if search is None:
        return Person("", "", "", "", "", missing)
    number = normal_insurer_number(search.insurer_number or "")
    return Person(
        "",
        "",
        born(search.birthdate, today),
        said("保険者番号 {number}", number=number) if number else "",
        "",
        missing,
    )


def mark_of(delivery: Delivery) -> Mark:
    """How a delivery stands, in one word."""
    consumer = CONSUMER_LABELS[delivery.kind]
    if delivery.refusal is not None:
        is_back = delivery.state is DeliveryState.ACKNOWLEDGED
        return Mark(consumer, "差し戻し済" if is_back else "差し戻し中", Tone.WAIT)
    if delivery.state is DeliveryState.ACKNOWLEDGED:
        return Mark(consumer, "保存済" if delivery.kind is ConsumerKind.FOLDER else "受取済", Tone.GOOD)
    if delivery.state is DeliveryState.DEAD:
        return Mark(consumer, "未送信", Tone.STOP)
    return Mark(consumer, "再送中" if delivery.trouble_code else "送信中", Tone.WAIT)


def _manner(check: Check) -> str:
    """That a card was asked about by numbers, because nobody would guess it."""
    if not check.is_by_numbers_instead:
        return ""
    return "番号で照会しました" if check.state is CheckState.ANSWERED else "番号で照会します"


def _reason(check: Check) -> str:
    entry = CATALOGUE.get(check.trouble_code or "")
    if entry is None or check.state not in (CheckState.WAITING, CheckState.REFUSED):
        return ""
    return entry.title
