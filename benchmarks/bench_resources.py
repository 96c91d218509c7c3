"""What a box takes of its machine: memory by unit with the face model loaded, the processor while nobody comes, writes to flash in a day.

The demo's processes are those of the units; its virtual cards, camera, center and EMR write to another disk. Health is started by
its timer's rhythm instead of staying. What the journal writes is reckoned from its lines, because nothing of systemd runs here.
"""

import compileall
import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import appliance
from appliance.ledger.database import Ledger
from appliance.ledger.retention import rewriting
from appliance.ledger.times import utc_now
from appliance.ledger.trail import looks as trail_looks
from appliance.settings import Box
from benchmarks.box_day import HEALTH_EVERY, NOT_ROOT, SPEED, Clinic, Looks, console
from benchmarks.demo_world import Demo, demo
from benchmarks.loop_disk import LoopDisk, elsewhere, loop_disk
from benchmarks.processes import Counted, Processes, counted_of
from benchmarks.report import Aim, Report, Table

PATIENTS = 60
QUIET = 600.0
"""Seconds: as long as the self-diagnosis goes without writing when there is nothing new, so that it has written once."""
_SETTLED = 300.0
"""What is written once after a start is no part of every day."""
DAY = 24 * 3600.0
UNITS = ("web", "devices", "sync", "broker", "pcscd")
MOST_MEGABYTES, MOST_PERCENT, MOST_WRITTEN = 500.0, 2.0, 50.0
_JOURNAL_LINE = 1024
"""Bytes that a line takes in the journal with all that it knows of its process."""
_MB = 1024.0**2
_SERVICE = {"MALLOC_ARENA_MAX": "2", "PYTHONDONTWRITEBYTECODE": "1"}
"""As in the units. The image is compiled when it is built; here that comes first, or each process would do it anew."""


@dataclass(frozen=True)
class Written:
    """Bytes on the device, and lines in the logs."""

    device: int
    lines: int


@dataclass(frozen=True)
class Day:
    """All that was seen. `quiet` and `busy` are what was written then, `night` by the jobs of the night."""

    before: dict[str, Counted]
    after_quiet: dict[str, Counted]
    after: dict[str, Counted]
    looks: Looks
    quiet: Written
    busy: Written
    night: int
    ledger: int


def run() -> Report:
    """Start a demo on a disk of its own, let it be, lead the patients, do the night's work. Raises `Skipped` without a loop device."""
    os.environ.update(_SERVICE)
    compileall.compile_dir(Path(appliance.__file__).parent, quiet=2)
    home = Path("/dev/shm")  # noqa: S108 - a disk that is slow to write must not slow the box, and its folder is made safely
    with (
        tempfile.TemporaryDirectory(prefix="mdg-bench-", dir=home, ignore_cleanup_errors=True) as folder,
        loop_disk(Path(folder)) as disk,
        _world(Path(folder), disk) as root,
        demo(root, 2, "--face", within=NOT_ROOT) as running,
        closing(Clinic(running, disk)) as clinic,
        console(root) as monitor,
    ):
        return _report(_seen(running, disk, clinic, monitor))


@contextmanager
def _world(folder: Path, disk: LoopDisk) -> Iterator[Path]:
    root = disk.place / "box"
    with elsewhere(root / "demo", folder / "demo"), elsewhere(root / "log", folder / "log"):
        yield root


def _seen(running: Demo, disk: LoopDisk, clinic: Clinic, monitor: int) -> Day:
    os.kill(Processes(running.root, ("health",)).first("health"), signal.SIGSTOP)
    clinic.by_face()
    clinic.nobody_comes(_SETTLED, Looks())
    looks, begun = Looks(), _written(running, disk)
    before = _counted(running, monitor)
    clinic.nobody_comes(QUIET, looks)
    after_quiet, quiet = _counted(running, monitor), _written(running, disk)
    disk.hurry(SPEED)
    clinic.patients(PATIENTS)
    disk.hurry(1)
    after, busy = _counted(running, monitor), _written(running, disk)
    _night(Box(running.root))
    night = _written(running, disk)
    return Day(
        before,
        after_quiet,
        after,
        looks,
        Written(quiet.device - begun.device, quiet.lines - begun.lines),
        Written(busy.device - quiet.device, busy.lines - quiet.lines),
        night.device - busy.device,
        (running.root / "ledger.db").stat().st_size,
    )


def _night(box: Box) -> None:
    with closing(Ledger.of(box)) as ledger:
        trail_looks.want(ledger, "kanri", utc_now())
        while trail_looks.last(ledger).wanted_at:
            with ledger.listen() as ear:
                ear.wait()
        rewriting.clean(ledger, utc_now(), may_wait=True)


def _counted(running: Demo, monitor: int) -> dict[str, Counted]:
    return Processes(running.root, UNITS).counted() | {"console": counted_of(monitor)}


def _written(running: Demo, disk: LoopDisk) -> Written:
    logs = (running.root / "log" / f"{name}.log" for name in UNITS)
    return Written(disk.written(), sum(len(log.read_bytes().splitlines()) for log in logs if log.exists()))


def _report(day: Day) -> Report:
    units = tuple(_unit(name, day) for name in day.after)
    memory = sum(one.megabytes for one in day.after.values()) + day.looks.largest
    percent = sum(map(float, (row[3] for row in units))) + _looks_percent(day.looks)
    flash = _flash(day)
    health = (
        "health, one look",
        f"{day.looks.largest:.1f}",
        "",
        f"{_looks_percent(day.looks):.2f}",
        "",
        "",
    )
    heads = ("unit", "PSS in MB", "of it its own", "% of a core while nobody comes", "KB written, quiet day")
    tables = (
        Table("By unit", (*heads, f"KB written, {PATIENTS} patients"), (*units, health)),
        Table("Written to flash in a day", ("what", "MB"), tuple((what, f"{mb:.1f}") for what, mb in flash)),
    )
    return Report(
        "What a box takes of its machine", (), _aims(memory, percent, sum(mb for _, mb in flash)), (), tables
    )


def _unit(name: str, day: Day) -> tuple[str, ...]:
    before, quiet, after = day.before[name], day.after_quiet[name], day.after[name]
    written = (quiet.written - before.written) * DAY / QUIET
    return (
        name,
        f"{after.megabytes:.1f}",
        f"{after.anonymous:.1f}",
        f"{100 * (quiet.seconds - before.seconds) / QUIET:.2f}",
        f"{written / 1024:.0f}",
        f"{(after.written - quiet.written) / 1024:.0f}",
    )


def _looks_percent(looks: Looks) -> float:
    return 100 * looks.seconds / looks.number / HEALTH_EVERY


def _flash(day: Day) -> tuple[tuple[str, float], ...]:
    lines = day.quiet.lines * DAY / QUIET + day.busy.lines
    return (
        ("24 hours in which nobody comes", day.quiet.device * DAY / QUIET / _MB),
        (f"{PATIENTS} patients", day.busy.device / _MB),
        (f"the night's work, on a ledger of {day.ledger / _MB:.1f} MB", day.night / _MB),
        (
            "as much again as an old ledger's rewriting may take",
            max(0.0, 2 * (rewriting.A_DAY - day.ledger) / _MB),
        ),
        (f"the journal, reckoned from {lines:.0f} lines", lines * _JOURNAL_LINE / _MB),
    )


def _aims(memory: float, percent: float, written: float) -> tuple[Aim, ...]:
    return (
        Aim(
            f"all daemons take less than {MOST_MEGABYTES:g} MB with the face model loaded",
            f"{memory:.0f} MB",
            memory < MOST_MEGABYTES,
        ),
        Aim(
            f"less than {MOST_PERCENT:g} % of a core while nobody comes",
            f"{percent:.2f} %",
            percent < MOST_PERCENT,
        ),
        Aim(
            f"less than {MOST_WRITTEN:g} MB a day to flash with {PATIENTS} patients",
            f"{written:.1f} MB (patients {SPEED} times as fast as they are)",
            written < MOST_WRITTEN,
        ),
    )
