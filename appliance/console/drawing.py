"""The page as lines of text: pure, so that every state can be looked at without a monitor."""

import unicodedata
from collections.abc import Iterator
from datetime import datetime

from appliance.console.facts import Facts
from appliance.console.letters import large, qr_lines
from appliance.console.words import ENGLISH, JAPANESE, LARGE, Words
from appliance.ledger.times import JAPAN
from appliance.log_lines import printable

_QR_BORDER = 3
_GAP = 2
_NARROWEST = 44
"""Columns that the texts need beside a QR code."""
_GROUPS_A_LINE = 8
_MOST_URLS = 4


def page(facts: Facts, now: datetime, columns: int, rows: int, *, japanese: bool) -> list[str]:
    """No more than `rows` lines of no more than `columns` columns. What does not fit is left out from the end; the last line stays."""
    words = JAPANESE if japanese else ENGLISH
    picture = _picture(facts, words, columns)
    beside = max((width(one) for one in picture), default=0)
    left = columns - beside - (_GAP if picture else 0)
    texts = [cut(one, left) for one in _texts(facts, words, left, japanese=japanese)][: rows - 2]
    lines = [
        _beside(
            texts[number] if number < len(texts) else "",
            picture[number] if number < len(picture) else "",
            left + _GAP,
        )
        for number in range(max(len(texts), min(len(picture), rows - 2)))
    ]
    lines += [""] * (rows - 1 - len(lines))
    return [*lines, cut(_foot(facts, words, now), columns)]


def width(text: str) -> int:
    """How many columns `text` takes: letters of East Asia take two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def cut(text: str, columns: int) -> str:
    """As much of `text` as fits."""
    while width(text) > columns:
        text = text[:-1]
    return text


def wrapped(text: str, columns: int) -> Iterator[str]:
    """`text` in lines of at most `columns`, broken at spaces where there are any in reach."""
    while width(text) > columns:
        line = cut(text, columns)
        at = line.rfind(" ")
        if at > columns // 2 and text[len(line)] != " ":
            line = line[:at]
        yield line
        text = text[len(line) :].lstrip(" ")
    yield text


def _texts(facts: Facts, words: Words, columns: int, *, japanese: bool) -> Iterator[str]:
    yield _clinic(facts, words, japanese=japanese)
    yield ""
    yield from large(LARGE[facts.state])
    yield from wrapped(words.says[facts.state], columns)
    if facts.setup_code:
        yield f"{words.setup_code}: {printable(facts.setup_code)}"
    yield ""
    if facts.troubles:
        yield from _codes(facts, words)
    yield f"{words.pages}:"
    yield from (f"  {url}" for url in facts.urls[:_MOST_URLS])
    if not facts.slow.addresses:
        yield f"  {words.no_address}"
    if facts.slow.fingerprint:
        groups = facts.slow.fingerprint.split()
        yield f"{words.certificate}:"
        yield "  " + " ".join(groups[:_GROUPS_A_LINE])
        yield "  " + " ".join(groups[_GROUPS_A_LINE:])


_MOST_CODES = 5


def _codes(facts: Facts, words: Words) -> Iterator[str]:
    yield f"{words.codes}:"
    for one in facts.troubles[:_MOST_CODES]:
        yield f"  {one.code}  {printable(one.where)}".rstrip()
    if len(facts.troubles) > _MOST_CODES:
        yield "  " + words.more.format(count=len(facts.troubles) - _MOST_CODES)
    yield ""


def _clinic(facts: Facts, words: Words, *, japanese: bool) -> str:
    """Its name where the terminal has the letters for it, else its number."""
    name = printable(facts.clinic)
    if name and (japanese or name.isascii()):
        return name
    return f"{words.clinic} {facts.institution_code}" if facts.institution_code else "madoguchi"


def _picture(facts: Facts, words: Words, columns: int) -> list[str]:
    if not facts.trust:
        return []
    code = qr_lines(facts.trust, _QR_BORDER)
    if columns - len(code[0]) - _GAP < _NARROWEST:
        return []
    return [*code, cut(f"  {words.scan}", len(code[0]))]


def _beside(text: str, picture: str, at: int) -> str:
    return f"{text}{' ' * (at - width(text))}{picture}".rstrip() if picture else text


def _foot(facts: Facts, words: Words, now: datetime) -> str:
    slot = f"  {words.slot} {facts.slow.slot}" if facts.slow.slot else ""
    return (
        f"madoguchi  {words.version} {facts.slow.version}{slot}  {now.astimezone(JAPAN):%Y-%m-%d %H:%M} JST"
    )
