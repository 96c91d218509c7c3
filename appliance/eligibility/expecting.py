"""Who is expected today, and which check is about whom of them. Pure: two sources are compared as `comparing` does it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from appliance.eligibility.appointments import Appointment
from appliance.eligibility.bulk_outcome import Outcome
from appliance.eligibility.comparing import folded_number, same_number
from appliance.eligibility.message import Qualification, SearchInfo
from appliance.eligibility.numbers import normal_insurer_number

NOON = time(12)
"""Until then a list that names no day is taken for that day's, from then on for the next day's."""


@dataclass(frozen=True)
class Numbers:
    """By what one insurance of one person is known; `symbol` and `branch` may be empty."""

    insurer: str = field(repr=False)
    symbol: str = field(repr=False)
    number: str = field(repr=False)
    branch: str = field(repr=False)
    birthdate: str = field(repr=False)

    @property
    def key(self) -> tuple[str, str, str]:
        """What must be the same of two that may be one person; empty texts when something is not known."""
        if not (self.insurer and self.number and self.birthdate):
            return ("", "", "")
        return (normal_insurer_number(self.insurer), folded_number(self.number), self.birthdate)

    def may_be(self, other: "Numbers") -> bool:
        """Whether nothing that both say speaks against it, where the key is the same: what is not known differs from nothing."""
        is_one_branch = not (self.branch and other.branch) or self.branch == other.branch
        return is_one_branch and (
            not (self.symbol and other.symbol) or same_number(self.symbol, other.symbol)
        )


def asked_numbers(info: SearchInfo) -> Numbers:
    """The numbers somebody asked by."""
    return Numbers(
        info.insurer_number or "",
        info.insured_card_symbol or "",
        info.insured_identification_number or "",
        info.insured_branch_number or "",
        info.birthdate or "",
    )


def answered_numbers(one: Qualification) -> Numbers:
    """The numbers of an insurance the center told of."""
    return Numbers(
        one.insurer_number or one.public_expense_number or "",
        one.insured_card_symbol or "",
        one.insured_identification_number or one.beneficiary_number or "",
        one.insured_branch_number or "",
        one.birthdate or "",
    )


def listed_numbers(asked: Appointment, outcome: Outcome | None) -> tuple[Numbers, ...]:
    """The numbers of a person of a list: those in the list, and those the bulk run found."""
    known = [Numbers(asked.insurer_number, asked.symbol, asked.number, asked.branch, asked.birthdate)]
    known += [_found(facts, asked.birthdate) for facts in (outcome.facts if outcome else ())]
    return tuple(dict.fromkeys(known))


def _found(facts: Mapping[str, str], birthdate: str) -> Numbers:
    insurer, symbol, number, branch = (
        facts.get(name, "") for name in ("insurer_number", "symbol", "number", "branch")
    )
    return Numbers(insurer, symbol, number, branch, birthdate)


class Awaited:
    """Finds whom of a day's list somebody is, by numbers or else by 照会番号. Nobody when it could be two (twins)."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str, str], list[tuple[Numbers, str]]] = {}
        self._by_reference: dict[str, set[str]] = {}

    def add(self, name: str, numbers: Iterable[Numbers], references: Iterable[str]) -> None:
        """Wait for `name`, who is known by these."""
        for one in numbers:
            if any(one.key):
                self._by_key.setdefault(one.key, []).append((one, name))
        for reference in references:
            if reference:
                self._by_reference.setdefault(reference, set()).add(name)

    def who(self, numbers: Iterable[Numbers], references: Iterable[str]) -> str | None:
        """The name of whom all of this is about; None where it is about nobody awaited or could be about two.

        Of two with the same numbers (twins without a 枝番) the one with that 照会番号.
        """
        found = set()
        for one in numbers:
            alike = [(known, name) for known, name in self._by_key.get(one.key, ()) if one.may_be(known)]
            sure = {name for known, name in alike if known.branch == one.branch}
            found |= sure or {name for _, name in alike}
        if len(found) != 1:
            known = {name for reference in references for name in self._by_reference.get(reference, ())}
            found = found & known if found else known
        return found.pop() if len(found) == 1 else None


def day_of_list(taken_in: datetime) -> date:
    """The day a list without a day is about, by the moment in the clinic's own time at which it was taken in."""
    return taken_in.date() + timedelta(days=int(taken_in.time() >= NOON))
