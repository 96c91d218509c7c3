"""What a row of the board can be found by beside what it shows: its numbers, and its birth dates in every spelling.

It stands in the page alone, where the search is: nothing that is looked for ever reaches the box.
"""

from collections.abc import Iterator

from appliance.eligibility.comparing import folded_number
from appliance.eligibility.eras import spellings
from appliance.eligibility.message import Qualification, ResultMessage, SearchInfo
from appliance.eligibility.numbers import normal_insurer_number
from appliance.eligibility.wording import day_of

BETWEEN = "|"
"""Between two texts, so that the end of one and the beginning of the next are nobody's number."""


def search_text(asked: SearchInfo | None, result: ResultMessage | None) -> str:
    """All of it, folded as the page folds what is typed."""
    found = [*(_asked(asked) if asked else ())]
    for one in result.message_body.result_list if result else ():
        found += _answered(one)
    return BETWEEN.join(dict.fromkeys(text.lower().replace(" ", "") for text in found if text))


def _asked(info: SearchInfo) -> Iterator[str]:
    yield from _insurance(info)
    yield from _born(info.birthdate)


def _answered(one: Qualification) -> Iterator[str]:
    yield from _insurance(one)
    yield one.reference_number or ""
    yield normal_insurer_number(one.public_expense_number or "")
    yield folded_number(one.beneficiary_number or "")
    yield from _born(one.birthdate)


def _insurance(one: SearchInfo | Qualification) -> Iterator[str]:
    symbol, number = one.insured_card_symbol or "", one.insured_identification_number or ""
    yield normal_insurer_number(one.insurer_number or "")
    yield folded_number(f"{symbol}-{number}" if symbol else number)


def _born(text: str | None) -> tuple[str, ...]:
    day = day_of(text)
    return spellings(day) if day else ()
