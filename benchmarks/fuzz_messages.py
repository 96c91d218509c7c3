"""Inputs nobody should send: none may crash or hang the reader, and whatever it takes must survive being written.

A deterministic mutator with a seed: samples of every family, cut, doubled, shuffled, swapped, stuffed and re-encoded,
and bytes without any sense. `python -m benchmarks fuzz` runs it at length, the test suite a short stretch of it.
"""

import random
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import FrameType
from typing import Any

from lxml import etree

from appliance.eligibility import families, file_names
from appliance.eligibility.families import Family, Reading
from appliance.eligibility.layout import Kind, layout
from appliance.eligibility.message import Block, ExtraKind
from appliance.eligibility.message_check import findings
from appliance.eligibility.message_json import reading_as_json
from appliance.eligibility.message_text import as_page
from appliance.eligibility.message_xml import Encoding, read_as, write
from appliance.eligibility.trouble import Trouble

REFUSALS = ("INPUT-002", "INPUT-003")
MOST_SECONDS = 5
"""For one input, everything included; a hang is an error. Generous, because the machine may be busy."""

_TAG = re.compile(r"</?[A-Za-z0-9]+[^<>]*>")
_ELEMENT = re.compile(r"<([A-Za-z0-9]+)>[^<>]*</\1>")
_TEXT = re.compile(r">[^<>]+<")
_SPACE = " \t\r\n"

_WORDS = (
    "",
    " ",
    "　",
    "0",
    "１",
    "𠮷",
    "〜",
    "●",
    "é",
    "\u0085",
    "\u2028",
    "\ufeff",
    "]]&gt;",
    "&amp;",
    "&lt;b&gt;",
    "&#13;",
    "&#x10FFFF;",
    "&#0;",
    "&x;",
    "x" * 300,
    "<![CDATA[<a>]]>",
    "<!-- c -->",
    "<?pi x?>",
    "\x00",
    "\x1b",
)
_ELEMENTS = (
    "<Future/>",
    '<Future a="1" b="&quot;&#10;">１<In/> </Future>',
    "<x:F xmlns:x='u'>1</x:F>",
    "<PharmaceuticalInfoConsFlg>1</PharmaceuticalInfoConsFlg>",
    "<Name>二</Name>",
    "<ResultList/>",
    "<ResultList>a<Odd/></ResultList>",
    "<BulkConfirmUnit><ResultOfQualificationConfirmation/></BulkConfirmUnit>",
    "<MessageBody><B/></MessageBody>",
    "<SegmentOfResult>3</SegmentOfResult>",
    "<a>" * 40 + "</a>" * 40,
    "<a>" * 300 + "</a>" * 300,
)
_ATTRIBUTES = (
    ' a="1"',
    " a='&lt;'",
    ' xml:lang="ja"',
    ' xmlns="urn:x"',
    ' xmlns:y="u" y:z="1"',
    ' a="1" a="2"',
)
_PROLOGS = (
    "",
    "\ufeff",
    " \n",
    "<!DOCTYPE XmlMsg>",
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>',
    '<?xml version="1.0" encoding="Shift_JIS"?>',
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<?xml version="1.1"?>',
)
_CODECS = (*["utf-8"] * 11, *["cp932"] * 6, "utf-8-sig", "euc_jp", "utf-16")

Step = Callable[[str, random.Random], str]


def _cut_out(text: str, chance: random.Random) -> str:
    begin, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[:begin] + text[min(end, begin + 200) :]


def _end_early(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _double(text: str, chance: random.Random) -> str:
    found = _found(_ELEMENT, text, chance)
    return text if found is None else text[: found.end()] + found.group() + text[found.end() :]


def _move(text: str, chance: random.Random) -> str:
    found = _found(_ELEMENT, text, chance)
    return text if found is None else _put(text[: found.start()] + text[found.end() :], found.group(), chance)


def _drop(text: str, chance: random.Random) -> str:
    found = _found(_ELEMENT, text, chance)
    return text if found is None else text[: found.start()] + text[found.end() :]


def _drop_tag(text: str, chance: random.Random) -> str:
    found = _found(_TAG, text, chance)
    return text if found is None else text[: found.start()] + text[found.end() :]


def _rename(text: str, chance: random.Random) -> str:
    found, other = _found(_ELEMENT, text, chance), _found(_ELEMENT, text, chance)
    if found is None or other is None:
        return text
    inner = found.group()[len(found[1]) + 2 : -len(found[1]) - 3]
    return f"{text[: found.start()]}<{other[1]}>{inner}</{other[1]}>{text[found.end() :]}"


def _reword(text: str, chance: random.Random) -> str:
    found = _found(_TEXT, text, chance)
    return text if found is None else f"{text[: found.start()]}>{chance.choice(_WORDS)}<{text[found.end() :]}"


def _insert(text: str, chance: random.Random) -> str:
    return _put(text, chance.choice(_ELEMENTS), chance)


def _loose_text(text: str, chance: random.Random) -> str:
    return _put(text, chance.choice(_WORDS), chance)


def _attribute(text: str, chance: random.Random) -> str:
    found = _found(_TAG, text, chance)
    if found is None or found.group().startswith("</"):
        return text
    end = found.end() - (2 if found.group().endswith("/>") else 1)
    return text[:end] + chance.choice(_ATTRIBUTES) + text[end:]


def _prolog(text: str, chance: random.Random) -> str:
    body = text[text.index("?>") + 2 :] if text.startswith("<?xml") and "?>" in text else text
    return chance.choice(_PROLOGS) + body


def _repeat_group(text: str, chance: random.Random) -> str:
    names = (
        "QualificationConfirmSearchInfo",
        "ResultOfQualificationConfirmation",
        "BulkConfirmUnit",
        "MessageHeader",
    )
    name = chance.choice(names)
    begin, end = text.find(f"<{name}>"), text.find(f"</{name}>")
    if not 0 <= begin < end:
        return text
    stop = end + len(name) + 3
    return text[:stop] + text[begin:stop] * chance.randrange(1, 4) + text[stop:]


# Those that keep the XML well-formed come more often: behind the parser lies more of our own code than before it.
_KEEPING = (_double, _move, _drop, _rename, _reword, _insert, _loose_text, _attribute, _repeat_group)
_BREAKING = (_cut_out, _end_early, _drop_tag, _prolog)
STEPS: tuple[Step, ...] = (*_KEEPING * 6, *_BREAKING)


def _found(pattern: re.Pattern[str], text: str, chance: random.Random) -> re.Match[str] | None:
    """One match, looked for from anywhere: the nearest one after a random place."""
    return pattern.search(text, chance.randrange(len(text) + 1)) or pattern.search(text)


def _put(text: str, what: str, chance: random.Random) -> str:
    """`what` put in behind some tag."""
    found = _found(_TAG, text, chance)
    at = found.end() if found else 0
    return text[:at] + what + text[at:]


@dataclass(frozen=True)
class Input:
    """One input and the file name that goes with it, which may be of another family."""

    data: bytes
    name: file_names.FileName | None


def inputs(samples: Mapping[str, str], seed: int, more: Sequence[str] = ()) -> Iterator[Input]:
    """Inputs without end, the same ones for the same seed. `samples` are whole messages by family, `more` of any."""
    chance = random.Random(seed)  # noqa: S311 - it shall be the same every time
    keys = tuple(samples)
    while True:
        key = chance.choice(keys)
        named = key if chance.random() < 0.8 else chance.choice(keys)
        name = file_names.build(named, "202604010001") if chance.random() < 0.9 else None
        text = chance.choice(more) if more and chance.random() < 0.05 else samples[key]
        yield Input(_noise(chance) if chance.random() < 0.02 else _mutated(text, chance), name)


def _mutated(text: str, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4, 8))):
        text = chance.choice(STEPS)(text, chance)
    data = text.encode(chance.choice(_CODECS), "replace")
    if chance.random() < 0.05 and data:
        at = chance.randrange(len(data))
        data = data[:at] + chance.randbytes(chance.randrange(1, 4)) + data[at + 1 :]
    return data


def _noise(chance: random.Random) -> bytes:
    noise = chance.randbytes(chance.randrange(200))
    return noise if chance.random() < 0.5 else b"<XmlMsg>" + noise + b"</XmlMsg>"


@dataclass
class Counts:
    """What came of the inputs: how many were read, of which families, and how many held what belongs to no field."""

    tried: int = 0
    read: int = 0
    odd: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    by_family: Counter[str] = field(default_factory=Counter)


class LossError(AssertionError):
    """Something that was read did not come back, or was not read at all."""


def try_one(one: Input, counts: Counts) -> None:
    """Read, write, read again, in both encodings; say it in every way. Raises `LossError`; any other error is a crash."""
    counts.tried += 1
    try:
        reading = families.read(one.data, one.name)
    except Trouble as trouble:
        if trouble.code not in REFUSALS:
            raise
        counts.refused[trouble.code] += 1
        return
    counts.read += 1
    counts.by_family[reading.family.key] += 1
    _compare_with_tree(reading)
    _survive(reading.message, reading.family)
    as_page(reading)
    findings(one.data, one.name)
    counts.odd += bool(reading_as_json(reading)["unknown"])


def _survive(message: Block, family: Family) -> None:
    again = read_as(family.message, write(message), family.size_limit)
    _same(agreed(message, "0"), again, "UTF-8")
    if _places(message) != _places(again):
        raise LossError("an unknown element moved")
    japanese = read_as(family.message, write(message, Encoding.SHIFT_JIS), family.size_limit)
    _same(agreed(japanese, "0"), read_as(family.message, write(japanese), family.size_limit), "Shift_JIS")
    if sum(1 for _ in texts_of(japanese)) != sum(1 for _ in texts_of(message)):
        raise LossError("a field went away in Shift_JIS")


def _same(expected: Block, found: Block, where: str) -> None:
    if expected != found:
        raise LossError(f"written and read again, the message is another one ({where})")


def agreed(message: Any, code: str) -> Any:
    """`message` with the CharacterCodeIdentifier that `write` gives it, where it has one."""
    header = getattr(message, "message_header", None)
    if header is None or getattr(header, "character_code_identifier", None) is None:
        return message
    return replace(message, message_header=replace(header, character_code_identifier=code))


def _places(block: Block) -> list[tuple[str, ...]]:
    found = [block.places]
    for slot in layout(type(block)):
        value = getattr(block, slot.name)
        if slot.kind is not Kind.TEXT and value:
            items: Sequence[Block] = (value,) if slot.kind is Kind.BLOCK else value
            found += [places for item in items for places in _places(item)]
    return found


def texts_of(block: Block) -> Iterator[str]:
    """Every text that a block holds: values, and whatever is in the parts that belong to no field."""
    for raw in block.unknown:
        yield from _texts_below(etree.fromstring(raw))
    for extra in block.extras:
        if extra.kind is ExtraKind.ELEMENT:
            yield from _texts_below(etree.fromstring(extra.value))
        else:
            yield extra.value
    for slot in layout(type(block)):
        value = getattr(block, slot.name)
        if slot.kind is Kind.TEXT:
            yield value or ""
        elif value:
            for item in (value,) if slot.kind is Kind.BLOCK else value:
                yield from texts_of(item)


def _texts_below(element: "etree._Element") -> Iterator[str]:
    yield from map(str, element.itertext())
    for one in element.iter():
        yield from (str(value) for _, value in one.items())


def _compare_with_tree(reading: Reading) -> None:
    """Character by character: what the parser saw is in the message, no less and no more; white space aside."""
    seen = Counter("".join(_texts_below(reading.source.root)).translate(_NO_SPACE))
    kept = Counter("".join(texts_of(reading.message)).translate(_NO_SPACE))
    if seen != kept:
        raise LossError(f"lost {dict(seen - kept)}, made up {dict(kept - seen)}")


_NO_SPACE = dict.fromkeys(map(ord, _SPACE))


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Raise `TimeoutError` in the main thread when what is inside takes longer."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"one input took more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass(frozen=True)
class Outcome:
    """A whole run: what was counted, and the seconds of each thousand inputs and of the slowest single one."""

    counts: Counts
    thousands: tuple[float, ...]
    slowest: float


def fuzz(samples: Mapping[str, str], count: int, seed: int, more: Sequence[str] = ()) -> Outcome:
    """Try `count` inputs. Raises on the first crash, hang or loss, with seed and number of the input in a note."""
    counts, thousands, slowest = Counts(), [], 0.0
    begun = time.perf_counter()
    for number, one in zip(range(count), inputs(samples, seed, more), strict=False):
        started = time.perf_counter()
        try:
            with bounded(MOST_SECONDS):
                try_one(one, counts)
        except BaseException as error:
            error.add_note(f"input {number} of seed {seed}: {one.name} {one.data!r}")
            raise
        slowest = max(slowest, time.perf_counter() - started)
        if (number + 1) % 1000 == 0:
            thousands.append(time.perf_counter() - begun)
            begun = time.perf_counter()
    return Outcome(counts, tuple(thousands), slowest)
