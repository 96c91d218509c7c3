"""The pane beside the board: everything that is known about one check, and what can be done with it."""

from dataclasses import dataclass, fields
from datetime import datetime

from appliance.eligibility.catalogue import CATALOGUE, FAULT_LABELS, Entry
from appliance.eligibility.codes import label
from appliance.eligibility.evidence import CertificateStatus, HolderVerification, Medium
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.said import said
from appliance.eligibility.visit import CONSENT_LABELS
from appliance.eligibility.wording import spoken_day
from appliance.ledger import dead_letters, deliveries, history, line, line_checks, outage_notes, replays
from appliance.ledger.checks import OPEN_STATES, Check, CheckState
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery
from appliance.ledger.person_marks import only_person
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web.reception.advice import next_steps, notices
from appliance.web.reception.awaiting import Today
from appliance.web.reception.changes import Changes, changes_of
from appliance.web.reception.last_known import fallback_of, is_unanswered
from appliance.web.reception.local_words import LocalCard, cards_of
from appliance.web.reception.message_of import result_of, search_of
from appliance.web.reception.numbering import Numbering, numbering_of
from appliance.web.reception.rows import Mark, Row, mark_of, row_of
from appliance.web.reception.sections import Line, Section, result_sections, section

_VERIFIED = {
    HolderVerification.PIN: "暗証番号",
    HolderVerification.FACE: "顔認証",
    HolderVerification.VISUAL: "目視確認",
}
_MEDIA = {Medium.CARD: "カード", Medium.ANDROID: "スマートフォン（Android）"}
_CERTIFICATES = {
    CertificateStatus.VALID: "有効",
    CertificateStatus.NEARLY_EXPIRED: "期限が近い",
    CertificateStatus.GRACE: "期限切れ（3か月以内）",
}


EARLIER_SHOWN = 5
"""Earlier checks of the same patient that the pane lists."""


@dataclass(frozen=True)
class Handover:
    """One delivery with its mark, when it was taken, and what is wrong with it, if anything."""

    mark: Mark
    consumer: str
    taken_at: str
    trouble: Entry | None


@dataclass(frozen=True, kw_only=True)
class Detail:
    """All that the pane shows."""

    row: Row
    steps: tuple[str, ...]
    notices: tuple[str, ...]
    trouble: Entry | None
    fault: str
    changes: Changes | None
    numbering: Numbering | None
    local: tuple[LocalCard, ...]
    may_add_local: bool
    sections: tuple[Section, ...]
    handovers: tuple[Handover, ...]
    can_withdraw: bool
    can_repeat: bool
    can_correct: bool
    can_retry: bool
    can_offer: bool
    fallback: tuple[str, ...]
    note_id: str | None
    may_note: bool


def detail_of(
    ledger: Ledger,
    check: Check,
    now: datetime,
    institution: str = "",
    book: Rulebook | None = None,
    today: Today | None = None,
) -> Detail:
    """The detail of `check` at `now`; `institution` is under which code of several it was asked, as people call it.

    `book` has the site's rules; without one those that come with the box hold. `today` has the day's appointments.
    """
    result = result_of(check)
    trouble = CATALOGUE.get(check.trouble_code or "") if check.state in _TROUBLED else None
    row = row_of(ledger, check, now, today)
    owed = deliveries.of_check(ledger, check.id)
    can_correct = check.request_xml is not None and check.state not in OPEN_STATES
    can_retry = _can_retry(ledger, check)
    return Detail(
        row=row,
        steps=next_steps(check, result),
        notices=notices(check, result),
        trouble=trouble,
        fault=_fault(ledger, check, trouble),
        changes=changes_of(ledger, check, now),
        numbering=numbering_of(ledger, check),
        local=cards_of(ledger, check, clinic_day(now)),
        may_add_local=only_person(check) is not None,
        sections=(
            *(result_sections(result, now, book) if result else _asked(check, now)),
            *_own(check, institution),
            *_earlier(ledger, check),
        ),
        handovers=tuple(_handover(delivery) for delivery in owed),
        can_withdraw=check.state in (CheckState.RECEIVED, CheckState.WAITING),
        note_id=outage_notes.id_of_check(ledger, check.id),
        may_note=check.state in _TROUBLED,
        can_repeat=can_correct and not can_retry,
        can_correct=can_correct,
        can_retry=can_retry,
        can_offer=any(one.given_up_at is not None for one in owed),
        fallback=fallback_of(check, row.last, now) if is_unanswered(check) else (),
    )


def _fault(ledger: Ledger, check: Check, trouble: Entry | None) -> str:
    """Whose fault it is; of what was given up, that of its last failure; of the line, what the tile of the line says."""
    entry = CATALOGUE.get(check.reason_code or "") if check.given_up_at is not None else trouble
    state = line.current(ledger)
    if check.state is CheckState.WAITING and entry and state and state.code == entry.code:
        entry = CATALOGUE.get(line_checks.explaining(ledger, state) or "", entry)
    return FAULT_LABELS[entry.fault] if entry else ""


def _can_retry(ledger: Ledger, check: Check) -> bool:
    """A card that may be asked no more is asked by numbers, once these are known."""
    if check.trouble_code == dead_letters.NOTE_NEEDED and not replays.has_numbers(ledger, check):
        return False
    return dead_letters.may_be_retried(check)


_TROUBLED = (CheckState.WAITING, CheckState.REFUSED)


def clock_time(moment: datetime | None) -> str:
    """`moment` as 「11/22 9:05:10」 in Japan; empty for None."""
    if moment is None:
        return ""
    local = moment.astimezone(JAPAN)
    return f"{local.month}/{local.day} {local.hour}:{local.minute:02d}:{local.second:02d}"


def _asked(check: Check, now: datetime) -> tuple[Section, ...]:
    search = search_of(check)
    return (section("照会した内容", search, now),) if search else ()


def _own(check: Check, institution: str) -> tuple[Section, ...]:
    lines = [
        Line("医療機関", institution),
        Line("受付", clock_time(check.received_at)),
        Line("回答", clock_time(check.answered_at)),
        Line("照会の回数", said("{tries}回", tries=check.tries) if check.tries else ""),
        Line(
            "確認した人",
            said("{seen_by}（{seen_at}）", seen_by=check.seen_by, seen_at=clock_time(check.seen_at))
            if check.seen_by
            else "",
        ),
    ]
    found = [Section("この受付", tuple(line for line in lines if line.value))]
    return (*_card(check), *found)


def _earlier(ledger: Ledger, check: Check) -> tuple[Section, ...]:
    lines = [
        Line(
            f"{one.received_at.astimezone(JAPAN):%Y/%m/%d}",
            label("OQSCD006", one.qualification_validity),
        )
        for one in history.before(ledger, check, EARLIER_SHOWN)
    ]
    return (Section("これまでの照会", tuple(lines)),) if lines else ()


def _card(check: Check) -> tuple[Section, ...]:
    found = []
    if check.consents is not None:
        given = check.consents
        lines = [
            Line(CONSENT_LABELS[item.name], "同意あり" if getattr(given, item.name) else "同意なし")
            for item in fields(given)
        ]
        title = "カードリーダーでの同意"
        if check.is_by_numbers_instead:
            title += "（番号での照会には付きません）"
        found.append(Section(title, tuple(lines)))
    if check.evidence is not None:
        card = check.evidence
        status = said(
            "{certificate_status}・期限 {expires_on}",
            certificate_status=_CERTIFICATES[card.certificate_status],
            expires_on=spoken_day(card.expires_on),
        )
        lines = [Line("本人確認", _VERIFIED[card.holder_verification]), Line("電子証明書", status)]
        found.append(Section(_MEDIA[card.medium], tuple(lines)))
    return tuple(found)


def _handover(delivery: Delivery) -> Handover:
    return Handover(
        mark=mark_of(delivery),
        consumer=delivery.consumer,
        taken_at=clock_time(delivery.acknowledged_at),
        trouble=CATALOGUE.get(delivery.trouble_code or ""),
    )
