"""204 faked papers of six kinds and nine layouts, photographed in four ways, each read as the box reads it.

None of them was used while the reading was built (their seeds begin at 1000). One in nine bears numbers with wrong check
digits: there the only right thing is to refuse. Every reading has a process of its own, as on the box.
"""

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.devices.paper.reader import PaperReader
from appliance.eligibility.papers import PaperReading
from appliance.eligibility.trouble import Trouble
from benchmarks.report import Aim, Report, Row, as_markdown, as_values, milliseconds
from tests.papers.distortion import WAYS, Way, pictured
from tests.papers.holders import TODAY
from tests.papers.layouts import BY_KIND, Paper, paper

PAPERS_A_KIND = 34
FIRST_SEED = 1000
LEAST_RIGHT_OR_REFUSED = 0.98
CHECKED = ("insurer_number", "payer_number", "recipient_number")
_ASK = """
import resource, sys
from datetime import date
from appliance.devices.paper.reader import PaperReader
from appliance.eligibility.trouble import Trouble
try:
    PaperReader().read(sys.stdin.buffer.read(), date(2026, 11, 22))
except Trouble:
    pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
_TURNS = (0, 0, 0, 2, 0, 1, 0, 3)


@dataclass(frozen=True)
class Outcome:
    """How one field went: right, refused or WRONG; `is_checked` when it has a check digit, `is_true` when that is right."""

    way: str
    layout: str
    field: str
    is_checked: bool
    is_true: bool
    how: str


def papers() -> Iterator[tuple[Paper, Way, int]]:
    """The papers, the way each is pictured, and the number that its randomness starts from."""
    number = 0
    for seed in range(FIRST_SEED, FIRST_SEED + PAPERS_A_KIND):
        for kind in BY_KIND:
            yield paper(kind, seed, is_true=number % 9 != 8), WAYS[(number // 3 + seed) % len(WAYS)], number
            number += 1


def run() -> Report:
    """Read all of them, one after the other."""
    reader = PaperReader()
    outcomes: list[Outcome] = []
    seconds: dict[str, list[float]] = {way.name: [] for way in WAYS}
    processor: list[float] = []
    one_each: dict[str, bytes] = {}
    unknown = 0
    for printed, way, number in papers():
        picture = pictured(printed.sheet.image, way, FIRST_SEED + number, _TURNS[number % len(_TURNS)])
        one_each[way.name] = picture
        begun, used = time.perf_counter(), _processor_time()
        reading = _read(reader, picture)
        seconds[way.name].append(time.perf_counter() - begun)
        processor.append(_processor_time() - used)
        unknown += reading is None
        outcomes += _outcomes(printed, way, reading)
    memory = max(_memory(picture) for picture in one_each.values())
    rows = [Row(f"{name}: one paper", milliseconds(times)) for name, times in seconds.items()]
    rows.append(Row("processor time of one paper, worker and engine", milliseconds(processor)))
    return Report(
        "Papers read from pictures", tuple(rows), _aims(outcomes), _notes(outcomes, unknown, memory)
    )


def _memory(picture: bytes) -> int:
    """Most KiB of the worker or its engine. Asked of a small process: a child begins with its parent's size."""
    done = subprocess.run([sys.executable, "-c", _ASK], input=picture, capture_output=True, check=True)
    return int(done.stdout)


def _processor_time() -> float:
    """Seconds that all processes started so far and ended have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _read(reader: PaperReader, picture: bytes) -> PaperReading | None:
    try:
        return reader.read(picture, TODAY)
    except Trouble as trouble:
        if trouble.code != "PAPER-002":
            raise
        return None


def _outcomes(printed: Paper, way: Way, reading: PaperReading | None) -> Iterator[Outcome]:
    read = {one.name: one.value for one in reading.fields} if reading else {}
    for name, truth in printed.truth.items():
        if name == "name":
            continue
        checked = name in CHECKED
        value = read.get(name)
        # A paper with wrong check digits may say what it likes there: accepting it is what would be wrong.
        is_right = value == truth and (printed.is_true or not checked)
        how = "refused" if value is None else "right" if is_right else "WRONG"
        yield Outcome(way.name, printed.layout, name, checked, printed.is_true or not checked, how)


def _aims(outcomes: list[Outcome]) -> tuple[Aim, ...]:
    found = Counter(one.how for one in outcomes if one.is_checked)
    total = sum(found.values())
    good = (found["right"] + found["refused"]) / total
    measured = f"{found['right']} right, {found['refused']} refused, {found['WRONG']} wrong of {total}"
    return (
        Aim(
            "98 % of the fields with check digits right or refused", measured, good >= LEAST_RIGHT_OR_REFUSED
        ),
        Aim("none of them wrong and accepted", f"{found['WRONG']} wrong", found["WRONG"] == 0),
    )


def _notes(outcomes: list[Outcome], unknown: int, memory: int) -> tuple[str, ...]:
    true = [one for one in outcomes if one.is_true]
    groups = [
        (f"{way.name}, check digits", [one for one in true if one.way == way.name and one.is_checked])
        for way in WAYS
    ]
    groups += [
        (name, [one for one in true if one.field == name]) for name in dict.fromkeys(o.field for o in true)
    ]
    groups += [
        (name, [one for one in true if one.layout == name]) for name in dict.fromkeys(o.layout for o in true)
    ]
    false = [one for one in outcomes if not one.is_true]
    return (
        *(_counted(name, inside) for name, inside in groups),
        _counted("numbers with a wrong check digit", false),
        f"papers not recognised at all (all their fields count as refused): {unknown}",
        f"most memory of one process (worker or engine): {memory / 1024:.0f} MB",
    )


def _counted(name: str, outcomes: list[Outcome]) -> str:
    found = Counter(one.how for one in outcomes)
    return f"{name}: {found['right']} right, {found['refused']} refused, {found['WRONG']} wrong"


if __name__ == "__main__":
    measured = run()
    print(as_markdown(measured))
    print(json.dumps(as_values(measured), ensure_ascii=False))
