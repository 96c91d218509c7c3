"""(a) Select, read the certificate, verify the PIN, sign: our code against OpenSC's on one virtual card.

Every way is run in turn, so that a busy moment of the machine meets all of them. OpenSC is given two chances: as it
comes, asking a card thirty times what it is, and told in its configuration that it can only be a JPKI card.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.card_world import PIN, LaidCard, laid_card, prove_holder
from benchmarks.cryptoki import Module, module_file
from benchmarks.report import Aim, Report, Row, milliseconds

LATENCIES_MS = {0: 25, 18: 5}
"""Milliseconds an APDU, and how often each way is run with it."""

CHALLENGE = bytes(range(56))
OURS, OUR_PROGRAM = "ours, in a running process", "ours, a whole Python program"
MODULE, TOOL = "opensc-pkcs11, in a running process", "pkcs11-tool, a whole program"
TUNED_MODULE, TUNED_TOOL = "opensc-pkcs11 with JPKI only", "pkcs11-tool with JPKI only"
RIVALS = {OURS: MODULE, OUR_PROGRAM: TOOL}
_TUNED = "app default { card_drivers = jpki; }\n"


@dataclass(frozen=True)
class Way:
    """One way to do it."""

    name: str
    go: Callable[[], None]


def run() -> Report:
    """Measure all ways with each latency."""
    with (
        tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp") as folder,
        laid_card(Path(folder)) as card,
    ):
        ways = _ways(card, Path(folder))
        for way in ways:
            way.go()
        counts = {way.name: _apdus(card, way) for way in ways}
        rows = [
            row for latency, runs in LATENCIES_MS.items() for row in _rows(card, ways, counts, latency, runs)
        ]
    report = Report("(a) One card visit: certificate, PIN, signature", tuple(rows))
    return Report(report.title, report.rows, _aims(report, counts), _notes(report, counts))


def _ways(card: LaidCard, folder: Path) -> tuple[Way, ...]:
    plain, tuned = folder / "opensc.conf", folder / "jpki.conf"
    plain.write_text("app default { }\n", "ascii")
    tuned.write_text(_TUNED, "ascii")
    module = Module.opensc()
    ours = [sys.executable, "-m", "benchmarks.one_visit", card.reader, str(card.trust)]
    tool = _tool(folder)
    return (
        Way(OURS, lambda: prove_holder(card.reader, card.trust)),
        Way(MODULE, lambda: _module(module, plain)),
        Way(TUNED_MODULE, lambda: _module(module, tuned)),
        Way(OUR_PROGRAM, lambda: _program(ours, plain)),
        Way(TOOL, lambda: _program(tool, plain)),
        Way(TUNED_TOOL, lambda: _program(tool, tuned)),
    )


def _tool(folder: Path) -> list[str]:
    data = folder / "challenge"
    data.write_bytes(CHALLENGE)
    files = ("--input-file", str(data), "--output-file", str(folder / "signature"))
    what = ("--login", "--pin", PIN, "--sign", "--id", "01", "-m", "SHA256-RSA-PKCS")
    return ["pkcs11-tool", "--module", str(module_file()), *what, *files]


def _module(module: Module, configuration: Path) -> None:
    os.environ["OPENSC_CONF"] = str(configuration)
    module.sign(PIN, CHALLENGE)


def _program(command: list[str], configuration: Path) -> None:
    environment = {**os.environ, "OPENSC_CONF": str(configuration)}
    subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60
    )


def _apdus(card: LaidCard, way: Way) -> int:
    before = card.apdus()
    way.go()
    return card.apdus() - before


def _rows(
    card: LaidCard, ways: tuple[Way, ...], counts: dict[str, int], latency: int, runs: int
) -> tuple[Row, ...]:
    card.cards.set_latency(latency)
    seconds: dict[str, list[float]] = {way.name: [] for way in ways}
    for _ in range(runs):
        for way in ways:
            begun = time.perf_counter()
            way.go()
            seconds[way.name].append(time.perf_counter() - begun)
    card.cards.set_latency(0)
    return tuple(
        Row(
            _name(name, counts, latency),
            milliseconds(times),
            _name(RIVALS[name], counts, latency) if name in RIVALS else None,
        )
        for name, times in seconds.items()
    )


def _name(way: str, counts: dict[str, int], latency: int) -> str:
    return f"{latency} ms an APDU: {way} ({counts[way]} APDU)"


def _aims(report: Report, counts: dict[str, int]) -> tuple[Aim, ...]:
    fewer = Aim(
        "fewer APDUs than OpenSC",
        f"{counts[OURS]} against {counts[TOOL]}, {counts[TUNED_TOOL]} when OpenSC knows the card",
        counts[OURS] < min(counts[TOOL], counts[TUNED_TOOL]),
    )
    halves = (_half(report, counts, ours, latency) for ours in RIVALS for latency in LATENCIES_MS)
    return (fewer, *halves)


def _half(report: Report, counts: dict[str, int], ours: str, latency: int) -> Aim:
    mine = report.row(_name(ours, counts, latency))
    theirs = report.row(_name(RIVALS[ours], counts, latency))
    return Aim(
        f"half the time at {latency} ms an APDU, {ours} against {RIVALS[ours]}",
        f"{mine.p50:.1f} ms against {theirs.p50:.1f} ms, {mine.p50 / theirs.p50:.2f} of it",
        2 * mine.p50 <= theirs.p50,
    )


def _notes(report: Report, counts: dict[str, int]) -> tuple[str, ...]:
    slow = max(LATENCIES_MS)
    least = ", ".join(f"{name}: {counts[name] * slow} ms" for name in (OURS, MODULE, TUNED_MODULE))
    return (
        f"time spent in the card alone at {slow} ms an APDU (APDUs × {slow} ms): {least}",
        "ours also verifies chain, dates and signature, which OpenSC leaves to its caller",
        "the box pays for the start of a program once in its life; the whole programs pay for it at every card",
    )
