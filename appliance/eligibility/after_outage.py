"""What an answer that came late means for somebody who was received without it: money, claim, or a word with the patient.

Amounts are not known here, only shares; that somebody has to look is all that is decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from appliance.eligibility.bulk_outcome import Difference, differences, facts_of, same_insurance
from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.message import Qualification, ResultBody
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.claims import ClaimBy
from appliance.eligibility.rules.copayment import compare_ratio, shares_by_age
from appliance.eligibility.wording import day_of


class Reason(StrEnum):
    """Why a person has to look, the gravest first."""

    INVALID = "invalid"
    """Received as insured, and the center knows no valid insurance."""
    CHARGE = "charge"
    """Another share than was collected."""
    INSURER = "insurer"
    """Another insurer, or other numbers."""
    FOUND = "found"
    """Received without a valid insurance, and now there is one to claim by."""


PERCENTS = (0, 10, 20, 30, 100)
"""The shares that somebody can be received with."""

VALID = (QualificationValidity.VALID, QualificationValidity.VALID_UNREGISTERED)
_ASSISTANCE = "A1"
"""医療扶助 as 被保険者証区分."""
_NUMBERS = ("insurer_number", "symbol", "number", "branch")


@dataclass(frozen=True)
class Assumed:
    """How somebody was received. `by` and `percent` None when nobody said; `known` the facts of the last known insurance."""

    by: ClaimBy | None = None
    percent: int | None = None
    known: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Finding:
    """What differs. `before` and `after` are shares in percent, None when not known; `question` is asked, not decided."""

    reason: Reason
    validity: str
    before: int | None
    after: int | None
    differences: tuple[Difference, ...] = ()
    question: str = ""

    @property
    def is_refund(self) -> bool | None:
        """Whether too much was collected, or too little; None when the share is the same or not known."""
        if self.before is None or self.after is None or self.before == self.after:
            return None
        return self.after < self.before


def compare(book: Rulebook, assumed: Assumed, body: ResultBody | None, day: date) -> Finding | None:
    """What the answer to a check of `day` means for who was received as `assumed`; None when all is as it was.

    `body` is None for a question that the center refused.
    """
    validity = (body.qualification_validity if body else None) or ""
    if validity not in VALID:
        # Who was received without a valid insurance has none still: nothing is other than it was.
        was_insured = assumed.by in (None, ClaimBy.CURRENT)
        return Finding(Reason.INVALID, validity, _before(assumed), None) if was_insured else None
    found = body.result_list if body else ()
    one = _same(assumed.known, found)
    after = share_of(book, one, day) if one else None
    return _compared(book, assumed, validity, one, after, day)


def _compared(
    book: Rulebook,
    assumed: Assumed,
    validity: str,
    one: Qualification | None,
    after: int | None,
    day: date,
) -> Finding | None:
    before = _before(assumed)
    changed = _changed(assumed.known, one)
    if before is not None and after is not None and before != after:
        reason = Reason.CHARGE
    elif changed:
        reason = Reason.INSURER
    elif assumed.by in (None, ClaimBy.CURRENT):
        return None
    else:
        reason = Reason.FOUND
    return Finding(reason, validity, before, after, changed, _question(book, one, day))


def share_of(book: Rulebook, one: Qualification, day: date) -> int | None:
    """The share in percent by an answer: as it says, or as the age alone decides; None when neither does."""
    ratio = facts_of(one).get("ratio", "")
    if ratio.isascii() and ratio.isdigit():
        return int(ratio)
    if one.insured_card_classification == _ASSISTANCE:
        return 0
    born = day_of(one.birthdate)
    row = shares_by_age(book, born, day) if born else None
    return row.percents[0] if row and len(row.percents) == 1 else None


def _before(assumed: Assumed) -> int | None:
    if assumed.percent is not None:
        return assumed.percent
    if assumed.by is ClaimBy.NOT_YET:
        return 100
    ratio = assumed.known.get("ratio", "") if assumed.by in (None, ClaimBy.CURRENT) else ""
    return int(ratio) if ratio.isascii() and ratio.isdigit() else None


def _same(known: Mapping[str, str], found: tuple[Qualification, ...]) -> Qualification | None:
    facts = tuple(facts_of(one) for one in found)
    chosen = same_insurance(known, facts)
    return next((one for one, said in zip(found, facts, strict=True) if said is chosen), None)


def _changed(known: Mapping[str, str], one: Qualification | None) -> tuple[Difference, ...]:
    if one is None:
        return ()
    before = {name: value for name, value in known.items() if name in _NUMBERS}
    return differences(before, facts_of(one))


def _question(book: Rulebook, one: Qualification | None, day: date) -> str:
    born = day_of(one.birthdate) if one else None
    if one is None or born is None:
        return ""
    return compare_ratio(book, born, day, facts_of(one).get("ratio")).sentence
