"""Characters outside the claim set with the character people mean by them: a suggestion, never a rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from appliance.eligibility.charset import is_claimable
from appliance.eligibility.rules.book import Rulebook
from appliance.eligibility.rules.rule import Key, Rule


@dataclass(frozen=True, kw_only=True)
class VariantRow(Rule):
    """Pairs of two characters: the one that is outside, the one suggested for it, e.g. `髙高`."""

    kind: ClassVar[str] = "variants"
    title: ClassVar[str] = "置き換え候補の字"

    pairs: tuple[str, ...]

    def decides(self) -> tuple[Key, ...]:
        return tuple((pair[0],) for pair in self.pairs)

    def problems(self) -> Iterator[tuple[str, str]]:
        for pair in self.pairs:
            if len(pair) != 2:
                yield "pairs", f"pairs の「{pair}」は2文字（使えない字と候補の字）にしてください"
            elif is_claimable(pair[0]) or not is_claimable(pair[1]):
                yield "pairs", f"pairs の「{pair}」は、使えない字、使える字の順に書いてください"
        firsts = [pair[:1] for pair in self.pairs]
        for twice in sorted({first for first in firsts if firsts.count(first) > 1}):
            yield "pairs", f"pairs に「{twice}」が2回あります"

    def words(self) -> str:
        return "、".join(f"{pair[0]}→{pair[1]}" for pair in self.pairs)


def variants(book: Rulebook, day: date) -> Mapping[str, str]:
    """Suggested character by character, on `day`."""
    return {pair[0]: pair[1] for row in book.on(VariantRow, day) for pair in row.pairs}
