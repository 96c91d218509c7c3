"""Who is expected today as a row of the board: when, how the bulk run went, and what to say before they come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from appliance.eligibility.bulk_outcome import FACT_LABELS, Difference, Urgency, spoken_fact
from appliance.eligibility.comparing import folded_number
from appliance.eligibility.eras import spellings
from appliance.eligibility.expecting import listed_numbers
from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.said import joined, said
from appliance.eligibility.wording import day_of
from appliance.ledger.bulk_steps import Person
from appliance.ledger.expected import Expected
from appliance.web.bulk.words import PersonRow, row_of
from appliance.web.reception.awaiting import Today
from appliance.web.reception.person_words import born
from appliance.web.reception.search_text import BETWEEN
from appliance.web.reception.sections import Line, Section

_BRING = "いらっしゃる前にお電話で、新しい資格確認書かマイナ保険証をお持ちいただくようお伝えください。"
STEPS = {
    Urgency.INVALID: _BRING,
    Urgency.NEWER_EXISTS: _BRING,
    Urgency.NONE: "一覧の番号が古いか、違っているかもしれません。いらしたら、カードか書類で確かめてください。",
    Urgency.SEVERAL: "いらしたら、マイナ保険証か、枝番のある書類で確かめてください。",
    Urgency.FAILED: "まだ確認できていません。いらしたら、カードか書類で確かめてください。",
    Urgency.CHANGED: "変わったところを、カルテの内容と見比べてください。",
}


@dataclass(frozen=True, kw_only=True)
class ExpectedRow:
    """All that such a row shows. `said` is the bulk run's row of the same person; `step` what to do, empty for nothing."""

    id: str
    path: str
    time: str
    is_urgent: bool
    said: PersonRow
    kana: str
    born: str
    step: str
    find: str


@dataclass(frozen=True, kw_only=True)
class ExpectedDetail:
    """The pane of somebody expected."""

    row: ExpectedRow
    run_id: str
    differences: tuple[Difference, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Morning:
    """What the tile says: the newest list, how many were answered, and of these how many need a word first."""

    run_id: str
    answered: int
    urgent: int


def rows_of(today: Today, came: Collection[str] = ()) -> tuple[ExpectedRow, ...]:
    """A row for each of today's people but those who `came`."""
    return tuple(expected_row(one, today.day) for one in today.people if one.id not in came)


def morning_of(today: Today) -> Morning | None:
    """What there is to say of the day's lists; None before anybody on them was asked about."""
    answered = [one for one in today.people if one.outcome is not None]
    if not answered:
        return None
    return Morning(today.lists[0].run_id, len(answered), sum(one.is_urgent for one in answered))


def expected_row(one: Expected, today: date) -> ExpectedRow:
    """The row of one person."""
    facts = one.outcome.facts[0] if one.outcome and one.outcome.facts else {}
    return ExpectedRow(
        id=one.id,
        path=f"/reception/expected/{one.run_id}/{one.place}",
        time=spoken_times(one),
        is_urgent=one.is_urgent,
        said=row_of(Person(one.place, one.asked, one.outcome)),
        kana=facts.get("name_kana", ""),
        born=born(one.asked.birthdate, today),
        step=STEPS.get(one.outcome.urgency, "") if one.outcome else "",
        find=_find(one),
    )


def detail_of(one: Expected, today: date) -> ExpectedDetail:
    """The pane of one person."""
    row = expected_row(one, today)
    listed = (
        Line("予約", row.time),
        Line("患者番号", one.asked.patient),
        Line("保険者番号", normal_insurer_number(one.asked.insurer_number)),
        Line("記号・番号", joined("・", (one.asked.symbol, one.asked.number))),
        Line("枝番", one.asked.branch),
        Line("生年月日", row.born),
    )
    sections = [Section("予約の一覧から", tuple(line for line in listed if line.value))]
    found = one.outcome.facts if one.outcome else ()
    for place, facts in enumerate(found, start=1):
        title = "一括照会の結果" if len(found) == 1 else said("一括照会の結果 {place}", place=place)
        lines = [
            Line(label, spoken_fact(name, facts[name]))
            for name, label in FACT_LABELS.items()
            if name in facts
        ]
        sections.append(Section(title, tuple(lines)))
    return ExpectedDetail(
        row=row, run_id=one.run_id, differences=row.said.differences, sections=tuple(sections)
    )


def spoken_times(one: Expected) -> str:
    """「9:30」, 「9:30・14:00」; empty where the list says no time."""
    return "・".join(time.removeprefix("0") for time in one.times)


def _find(one: Expected) -> str:
    """What the search finds the row by beside what it shows, as `search_text` has it for a check."""
    found = [one.asked.patient, one.outcome.reference_number if one.outcome else ""]
    for numbers in listed_numbers(one.asked, one.outcome):
        both = f"{numbers.symbol}-{numbers.number}" if numbers.symbol else numbers.number
        found += [normal_insurer_number(numbers.insurer), folded_number(both)]
    day = day_of(one.asked.birthdate)
    found += spellings(day) if day else ()
    return BETWEEN.join(dict.fromkeys(text.lower().replace(" ", "") for text in found if text))
