"""The tiles at the side: each reader with the visit at it, and the links the box depends on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.catalogue import CATALOGUE, FAULT_LABELS, Entry
from appliance.eligibility.reader_recovery import NEEDS_PERSON, RUNG_LABELS, Rung
from appliance.eligibility.said import joined, said
from appliance.eligibility.visit import Phase as VisitPhase
from appliance.eligibility.visit import phase_label
from appliance.ledger import conditions, dead_letters, line, line_checks, reader_tests, readers
from appliance.ledger.conditions import Condition, Link, LinkState
from appliance.ledger.database import Ledger
from appliance.ledger.line import Phase
from appliance.ledger.reader_tests import ReaderTest
from appliance.ledger.readers import Reader
from appliance.ledger.times import JAPAN
from appliance.web.line.words import standing_of
from appliance.web.reception.states import Tone

_PHASE_TONES = {
    VisitPhase.OFFLINE: Tone.STOP,
    VisitPhase.IDLE: Tone.MUTE,
    VisitPhase.DONE: Tone.GOOD,
    VisitPhase.DEFERRED: Tone.WAIT,
    VisitPhase.FAILED: Tone.STOP,
}
_ASKS = {
    VisitPhase.GLANCE: "お顔を見比べてください",
    VisitPhase.SIGHT: "お顔とカードの写真を見比べてください",
    VisitPhase.STAFF: "目視確認をお願いします",
}
_CENTER_WORDS = {
    LinkState.UP: ("つながっています", Tone.GOOD),
    LinkState.DOWN: ("つながっていません", Tone.STOP),
    LinkState.UNKNOWN: ("まだ確かめていません", Tone.MUTE),
}
_SMALL = {
    Link.BROKER: "電子カルテ連携",
    Link.UPSTREAM: "院外への連携",
    Link.FOLDER: "共有フォルダ",
    Link.SHARE: "ネットワーク共有",
    Link.CARD_SERVICE: "カード読み取り",
}


@dataclass(frozen=True)
class ReaderTile:
    """One reader as reception sees it."""

    name: str
    label: str
    word: str
    tone: Tone
    tries: str
    staff_called: bool
    trouble: Entry | None
    card_left: bool = False
    asks: str = ""
    institution: str = ""
    recovery: str = ""
    tested: str = ""
    has_visits: bool = True


@dataclass(frozen=True)
class LinkTile:
    """One link as reception sees it; `since` is empty when nobody knows. `href` leads to more about it."""

    label: str
    word: str
    tone: Tone
    since: str
    trouble: Entry | None
    fault: str
    reminder: str = ""
    held: bool = False
    href: str = ""
    is_down: bool = False


def reader_tiles(ledger: Ledger, names: Mapping[str, str]) -> tuple[ReaderTile, ...]:
    """A tile for each enabled reader, by number; `names` are those of the house's codes, empty where it has one."""
    found = readers.all_readers(ledger)
    labels = {reader.key: reader.label for reader in found}
    return tuple(
        _reader(reader, names, reader_tests.last(ledger, reader.key), labels.get(reader.phone_of, ""))
        for reader in found
    )


def center_tile(ledger: Ledger, now: datetime) -> LinkTile:
    """The link to the center: the state of its line, which does not flap; the bare condition where nobody watches one."""
    state = line.current(ledger)
    if state is None or state.phase is Phase.UNKNOWN:
        condition = conditions.get(ledger, Link.CENTER)
        word, tone = _CENTER_WORDS[condition.state]
        return _link("センター", word, tone, condition)
    stands = standing_of(state, now, line_checks.explaining(ledger, state))
    return LinkTile(
        label="センター",
        word=stands.word,
        tone=Tone(stands.tone),
        since=joined("　", (stands.since, stands.by)),
        trouble=stands.trouble,
        fault=stands.fault,
        reminder=stands.reminder or (stands.says if stands.phase is Phase.HELD else ""),
        held=stands.phase is Phase.HELD,
        is_down=stands.phase in (Phase.STOPPED, Phase.HELD),
    )


def small_links(ledger: Ledger) -> tuple[LinkTile, ...]:
    """The links inside the clinic of which anything is known, and what stands still although they are well."""
    found = [(label, conditions.get(ledger, link)) for link, label in _SMALL.items()]
    links = tuple(
        _link(label, "正常", Tone.GOOD, condition)
        if condition.state is LinkState.UP
        else _link(label, "停止中", Tone.STOP, condition)
        for label, condition in found
        if condition.state is not LinkState.UNKNOWN
    )
    return (*links, *_standing_still(ledger))


def _standing_still(ledger: Ledger) -> tuple[LinkTile, ...]:
    count = dead_letters.counts(ledger).total
    if not count:
        return ()
    return (
        LinkTile("止まっているもの", said("{count}件", count=count), Tone.STOP, "", None, "", href="/queue"),
    )


def _reader(reader: Reader, names: Mapping[str, str], test: ReaderTest | None, first: str) -> ReaderTile:
    asks_pin = reader.phase in (VisitPhase.PIN, VisitPhase.CHECKING_PIN)
    return ReaderTile(
        name=reader.name,
        label=reader.label,
        word=_word(reader, first),
        tone=_tone(reader),
        tries=said("残り{tries_left}回", tries_left=reader.tries_left)
        if asks_pin and reader.tries_left is not None
        else "",
        staff_called=reader.staff_called,
        trouble=CATALOGUE.get(NEEDS_PERSON if reader.recovery is Rung.PERSON else reader.trouble_code or ""),
        card_left=reader.manner.card_left,
        asks=_ASKS.get(reader.phase, ""),
        institution=names.get(reader.institution_code, ""),
        recovery="" if reader.recovery is Rung.PERSON else RUNG_LABELS[reader.recovery],
        tested=_tested(test),
        has_visits=not first,
    )


def _word(reader: Reader, first: str) -> str:
    """A reader for phones has no visit of its own: that goes on at the first reader's tile."""
    if first and reader.phase is VisitPhase.IDLE:
        return said("{first}のスマートフォン用", first=first)
    return phase_label(reader.phase, reader.manner.ways)


def _tone(reader: Reader) -> Tone:
    # A reader that waits for patients and cannot read their cards must not look like one that can.
    if reader.recovery is Rung.PERSON:
        return Tone.STOP
    if reader.recovery is not Rung.NONE and reader.visit is None:
        return Tone.WAIT
    return _PHASE_TONES.get(reader.phase, Tone.BUSY)


def _tested(test: ReaderTest | None) -> str:
    """What the last test has found, and when; empty when all was well."""
    if test is None or not test.codes:
        return ""
    at = test.at.astimezone(JAPAN)
    found = joined("、", (CATALOGUE[code].title for code in test.codes if code in CATALOGUE))
    return said(
        "{month}/{day} {hour}:{minute:02d}の点検: {found}",
        month=at.month,
        day=at.day,
        hour=at.hour,
        minute=at.minute,
        found=found,
    )


def _link(label: str, word: str, tone: Tone, condition: Condition) -> LinkTile:
    trouble = CATALOGUE.get(condition.trouble_code or "") if condition.state is LinkState.DOWN else None
    since = condition.since.astimezone(JAPAN) if condition.since else None
    return LinkTile(
        label=label,
        word=word,
        tone=tone,
        since=said(
            "{month}/{day} {hour}:{minute:02d}から",
            month=since.month,
            day=since.day,
            hour=since.hour,
            minute=since.minute,
        )
        if since
        else "",
        trouble=trouble,
        fault=FAULT_LABELS[trouble.fault] if trouble else "",
        is_down=condition.state is LinkState.DOWN,
    )
