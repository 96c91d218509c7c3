"""Small tables for the tests of the rulebook."""

from appliance.eligibility.rules.book import Rulebook, read
from appliance.eligibility.rules.kinds import KINDS

CLAIM = """
[[claims]]
id = "{id}"
from = {first}
{last}
by = "former"
remark = "旧資格"
source = "試験"
{more}
"""


def claim(name: str, first: str, last: str = "", more: str = "") -> str:
    return CLAIM.format(id=name, first=first, last=f"to = {last}" if last else "", more=more)


def book_of(*texts: str, base: Rulebook | None = None) -> Rulebook:
    """The rulebook of texts named a.toml, b.toml, …"""
    return read([(f"{chr(ord('a') + at)}.toml", text) for at, text in enumerate(texts)], KINDS, base)


def refusals(*texts: str) -> list[str]:
    return [str(refusal) for refusal in book_of(*texts).refusals]
