"""The rulebook that comes with the box, and the same with what an engineer has added."""

from collections.abc import Iterable
from functools import cache

from appliance.eligibility.packaged import names_in, text_of
from appliance.eligibility.rules.book import Rulebook, read
from appliance.eligibility.rules.kinds import KINDS


@cache
def packaged_book() -> Rulebook:
    """The tables beside this module; read once. Their bare names in refusals tell them from an engineer's files."""
    return read(((name.removeprefix("rules/"), text_of(name)) for name in names_in("rules")), KINDS)


def with_additions(texts: Iterable[tuple[str, str]]) -> Rulebook:
    """The packaged rulebook with further texts, each with its file name. Never raises, see `book.read`."""
    return read(texts, KINDS, packaged_book())
