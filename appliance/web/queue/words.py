"""Dead letters in reception's words: what it was, why it ended, how old it is, and what can be done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.eligibility.catalogue import CATALOGUE, FAULT_LABELS
from appliance.eligibility.families import FAMILIES
from appliance.eligibility.request_families import Family
from appliance.eligibility.said import said
from appliance.ledger import checks, dead_letters, dead_notices, replays
from appliance.ledger.checks import Check, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery
from appliance.ledger.notices import Notice
from appliance.ledger.times import JAPAN, clinic_day
from appliance.web.reception.rows import CONSUMER_LABELS, origin_of, person_of


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One line of the page. `check_id` is empty where the check stands on no board."""

    id: str
    check_id: str
    who: str
    what: str
    title: str
    reason: str
    code: str
    age: str
    since: str
    tries: int
    advice: str
    can_retry: bool
    needs_note: bool = False


def of_check(ledger: Ledger, check: Check, now: datetime) -> Letter:
    """A check that was given up."""
    entry = CATALOGUE[check.trouble_code or dead_letters.GIVEN_UP]
    needs_note = check.trouble_code == dead_letters.NOTE_NEEDED
    is_single = check.family is Family.SINGLE
    return Letter(
        id=check.id,
        check_id=check.id if is_single else "",
        who=_who(check, now),
        what=said("{origin}（{asked_by}）", origin=origin_of(check), asked_by=check.asked_by)
        if check.asked_by
        else origin_of(check),
        title=entry.title,
        reason=_reason(check.reason_code),
        code=entry.code,
        age=age_of(check.received_at, now),
        since=_moment(check.received_at),
        tries=check.tries,
        advice=_advice(check, entry.reception),
        can_retry=dead_letters.may_be_retried(check)
        and (not needs_note or replays.has_numbers(ledger, check)),
        needs_note=needs_note,
    )


def of_delivery(ledger: Ledger, delivery: Delivery, now: datetime) -> Letter:
    """A delivery that was given up, or that its consumer leaves lying."""
    check = checks.find(ledger, delivery.check_id)
    is_dead = delivery.given_up_at is not None
    entry = CATALOGUE[dead_letters.NOT_HANDED_OVER]
    answered_at = check.answered_at if check and check.answered_at else now
    is_single = check is not None and check.family is Family.SINGLE
    return Letter(
        id=delivery.id,
        check_id=delivery.check_id if is_single else "",
        who=_who(check, now) if check else "",
        what=said("{kind}（{consumer}）", kind=CONSUMER_LABELS[delivery.kind], consumer=delivery.consumer),
        title=entry.title if is_dead else "相手先が受け取りを返しません",
        reason=_reason(delivery.reason_code) if is_dead else "",
        code=entry.code if is_dead else "",
        age=age_of(answered_at, now),
        since=_moment(answered_at),
        tries=delivery.tries,
        advice=entry.reception
        if is_dead
        else "あとの結果は受け取られているのに、この結果だけ残っています。送り続けています。相手先の担当者にお知らせください。",
        can_retry=True,
    )


def of_notice(ledger: Ledger, notice: Notice, now: datetime) -> Letter:
    """Medical information for a consumer that was given up."""
    check = checks.find(ledger, dead_notices.check_of(ledger, notice))
    entry = CATALOGUE[dead_notices.NOT_HANDED_OVER]
    since = notice.given_up_at or now
    return Letter(
        id=notice.id,
        check_id=check.id if check else "",
        who=_who(check, now) if check else "",
        what=said("薬剤・診療・健診（{consumer}）", consumer=notice.consumer),
        title=entry.title,
        reason=_reason(notice.reason_code),
        code=entry.code,
        age=age_of(since, now),
        since=_moment(since),
        tries=max(notice.tries, 1),
        advice=entry.reception,
        can_retry=True,
    )


def _who(check: Check, now: datetime) -> str:
    if check.family is not Family.SINGLE:
        known = FAMILIES.get(f"{check.family}req")
        return known.title.removesuffix(" 要求") if known else check.family.value
    person = person_of(check, clinic_day(now))
    return person.name or person.insurer or person.name_missing


def _reason(code: str | None) -> str:
    entry = CATALOGUE.get(code or "")
    return (
        said(
            "{title}（{fault}・{code}）", title=entry.title, fault=FAULT_LABELS[entry.fault], code=entry.code
        )
        if entry
        else ""
    )


def _advice(check: Check, usual: str) -> str:
    if check.family is not Family.SINGLE:
        if check.origin is Origin.CONSUMER:
            return "頼んだ電子カルテに、回答がないことを伝えました。必要なら、電子カルテから依頼し直してください。"
        return "頼んだレセコンに、回答がないことを伝えました。必要なら、レセコンから依頼し直してください。"
    if check.origin is Origin.FOLDER:
        return "「もう一度」の回答は受付画面に出ます。レセコンには届かないため、レセコンからも照会し直してください。"
    return usual


def age_of(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest unit: 「3日」, 「2時間」, 「5分」."""
    age = max(now - moment, timedelta())
    if age.days:
        return said("{days}日", days=age.days)
    hours, minutes = divmod(int(age.total_seconds()) // 60, 60)
    return said("{hours}時間", hours=hours) if hours else said("{minutes}分", minutes=minutes)


def _moment(moment: datetime) -> str:
    local = moment.astimezone(JAPAN)
    return f"{local.month}/{local.day} {local.hour}:{local.minute:02d}"
