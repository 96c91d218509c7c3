"""災害時モード in the words of the pages."""

from dataclasses import dataclass
from datetime import datetime

from appliance.eligibility.disaster import KIND_LABELS, Kind
from appliance.eligibility.disaster_reading import Match
from appliance.eligibility.message import Qualification
from appliance.eligibility.said import joined, said
from appliance.eligibility.wording import spoken_date
from appliance.ledger.disaster import BY_THE_CLOCK, Mode
from appliance.ledger.disaster_forgetting import Looks
from appliance.ledger.times import JAPAN
from appliance.web.medical.person import Somebody, somebody

_WEEKDAYS = ("（月）", "（火）", "（水）", "（木）", "（金）", "（土）", "（日）")


def moment(at: datetime) -> str:
    """`11月29日（日）18:00`, in Japan."""
    local = at.astimezone(JAPAN)
    return said(
        "{month}月{day}日{weekday}{hour}:{minute:02d}",
        month=local.month,
        day=local.day,
        weekday=_WEEKDAYS[local.weekday()],
        hour=local.hour,
        minute=local.minute,
    )


def field_moment(at: datetime) -> str:
    """A moment as a datetime field wants it."""
    return f"{at.astimezone(JAPAN):%Y-%m-%dT%H:%M}"


def moment_in(text: str) -> datetime:
    """The moment that a datetime field says. Raises `ValueError` for anything else."""
    return datetime.fromisoformat(text).replace(tzinfo=JAPAN)


@dataclass(frozen=True)
class Found:
    """A person found, and the place among those found."""

    place: int
    person: Somebody


def found(place: int, match: Match, now: datetime) -> Found:
    """The person at `place` of those found."""
    return Found(place, somebody_found(match, now))


def somebody_found(match: Match, now: datetime) -> Somebody:
    """The person of a match."""
    return somebody(
        name=match.name,
        kana=match.name_kana,
        birthdate=match.birthdate,
        sex=match.sex,
        address=match.address,
        now=now,
    )


def insurance_facts(one: Qualification) -> list[tuple[str, str]]:
    """What of an insurance is shown: its numbers and how long it holds, without what is not there."""
    facts = [
        ("保険者番号", one.insurer_number or one.public_expense_number),
        ("保険者", one.insurer_name or one.welfare_office_name),
        ("記号", one.insured_card_symbol),
        ("番号", one.insured_identification_number or one.beneficiary_number),
        ("枝番", one.insured_branch_number),
        ("資格取得日", spoken_date(one.qualification_date or "")),
        ("資格喪失日", spoken_date(one.disqualification_date or "")),
    ]
    return [(label, value) for label, value in facts if value]


def state_of(mode: Mode | None, now: datetime) -> tuple[str, str]:
    """How the mode stands in a word, with its tone."""
    if mode is None:
        return "開いていません", "mute"
    if mode.is_on(now):
        return "開いています", "stop"
    return (
        ("まもなく始まります", "wait")
        if mode.ended_at is None and now < mode.begins_at
        else ("終わりました", "mute")
    )


def ended(mode: Mode) -> str:
    """When and by whom a mode was ended."""
    if mode.ended_at is None:
        return ""
    by = "自動" if mode.ended_by == BY_THE_CLOCK else mode.ended_by
    return said("{ended_at} に終了（{by}）", ended_at=moment(mode.ended_at), by=by)


def opened_words(looks: Looks) -> str:
    """What one account opened, as 「薬剤情報 2、特定健診 1」."""
    said = [
        joined(" ", (KIND_LABELS[kind], str(looks.opened[kind])))
        for kind in KIND_LABELS
        if looks.opened.get(kind)
    ]
    return joined("、", said) or "なし"


KIND_NOTES = {
    Kind.DRUGS: "レセプトによる情報は、1〜2か月遅れて載ります。",
    Kind.TREATMENTS: "レセプトによる情報は、1〜2か月遅れて載ります。",
    Kind.CHECKUPS: "載る時期は保険者により異なります。",
    Kind.INSURANCE: "検索した時点の資格です。請求の前に、資格確認で確かめてください。",
}
