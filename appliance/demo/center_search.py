"""Finding a person by the numbers on an insurance document, as forgiving about their shape as the center is."""

import unicodedata
from typing import Any

from appliance.demo.people import Person
from appliance.eligibility.message import Qualification, SearchInfo
from appliance.eligibility.numbers import normal_insurer_number


def matching(info: SearchInfo, everybody: tuple[Person, ...]) -> tuple[Person, ...]:
    """Everybody whom these numbers name."""
    return tuple(
        person
        for person in everybody
        if f"{person.birthdate:%Y%m%d}" == (info.birthdate or "").strip()
        and any(_is_meant(info, one) for one in person.qualifications)
    )


def holding(info: Any, everybody: tuple[Person, ...]) -> tuple[Person, ...]:
    """Everybody with that insurance, whatever the birth date: `info` has the four numbers of a `SearchInfo`."""
    return tuple(person for person in everybody if any(_is_meant(info, one) for one in person.qualifications))


def _is_meant(info: Any, one: Qualification) -> bool:
    insurer = one.public_expense_number or one.insurer_number or ""
    number = one.beneficiary_number or one.insured_identification_number
    return (
        normal_insurer_number(insurer) == normal_insurer_number(info.insurer_number or "")
        and folded(number) == folded(info.insured_identification_number)
        and folded(one.insured_card_symbol) == folded(info.insured_card_symbol)
        and _branch_agrees(one.insured_branch_number, info.insured_branch_number)
    )


def _branch_agrees(known: str | None, asked: str | None) -> bool:
    """A question without 枝番 is allowed and means any."""
    return not known or not asked or not asked.strip() or folded(known) == folded(asked.strip().zfill(2))


def folded(text: str | None) -> str:
    """`text` for comparing: full-width and half-width, spaces and dashes make no difference; empty for none."""
    plain = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(character for character in plain if character.isalnum())
