"""What looks wrong about a typed number, with the digit that is most likely meant. Nothing is ever put right by itself."""

from collections.abc import Mapping

from appliance.eligibility.near_misses import near_misses
from appliance.eligibility.said import said
from appliance.eligibility.structures import NumberKind, insurer_number_warnings, number_warnings

MOST_HINTS = 2


def hinted_warnings(kind: NumberKind, typed: str, laws: Mapping[str, str]) -> tuple[str, ...]:
    """The warnings about `typed`, and the likely slips of one digit, the likeliest first.

    A 保険者番号 may be the number of 医療扶助, which is typed in the same field.
    """
    is_insurer = kind is NumberKind.INSURER
    found = insurer_number_warnings(typed, laws) if is_insurer else number_warnings(kind, typed, laws)
    if not found:
        return ()
    near = [one for one in near_misses(kind, typed, laws) if one.likely and _fits(kind, one.number, laws)]
    return (*found, *(said("{words}。", words=one.words(typed.strip())) for one in near[:MOST_HINTS]))


def _fits(kind: NumberKind, number: str, laws: Mapping[str, str]) -> bool:
    return not number_warnings(kind, number, laws)
