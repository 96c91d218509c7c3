"""A ledger that is broken: set aside, brought back from the newest good copy, and said so; or lost, and said so. Whenever the power goes."""

import itertools
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, tasks
from appliance.ledger.database import Ledger
from appliance.ledger.own_copy import calling, lost, mending, notes, places
from appliance.ledger.own_copy.mending import Ready
from appliance.ledger.tasks import TaskKind
from appliance.ledger.trail import heads, verifying
from appliance.settings import Box
from tests.crash.dying_box import survives
from tests.ledger.broken import SPOILED, at_work, copied, later, overwrite, receive, received
from tests.ledger.desk import NOW

MOST_STEPS = 200
STEPS = frozenset(
    {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "shutil.copyfile", "sqlite3.connect"}
)


@pytest.fixture
def box(box_dir: Path) -> Box:
    """Three were received, then a copy was made; two more came, and another copy; one more came after it."""
    box = at_work(box_dir / "box")
    copied(box)
    receive(box, 2)
    copied(box, later(1))
    receive(box, 1)
    return box


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_the_box_goes_on_from_the_newest_copy_and_says_what_is_missing(
    box: Box, spoil: Callable[[Path], None]
) -> None:
    spoil(box.ledger_file)
    broken = box.ledger_file.read_bytes() if box.ledger_file.exists() else None
    assert mending.make_ready(box, later(3)) is Ready.MENDED
    assert received(box) == 5
    aside = [path.read_bytes() for one in places.sets_aside(box) for path in one.path.glob("ledger.db")]
    assert aside == ([broken] if broken is not None else [])
    with closing(Ledger.of(box)) as ledger:
        (found,) = notes.unseen(ledger)
        assert (found.at, found.shows) == (later(3), later(1))
        (task,) = tasks.open_tasks(ledger)
        assert (task.kind, task.code) == (TaskKind.LEDGER, "BOX-010")
        row = audit.latest(ledger, 1)[0]
        assert (row.actor, row.action) == ("self-repair", "backup-restored")
        # Who reads on from a place that the lost ledger gave is offered everything.
        assert ledger.read.execute("SELECT revision FROM counter").fetchone()[0] > 1_000_000_000
        assert tasks.done(ledger, task.id, "desk", tasks.Outcome.DEALT_WITH, later(4))
        assert notes.unseen(ledger) == ()
    assert mending.make_ready(box, later(5)) is Ready.SOUND
    assert received(box) == 5


def test_a_sound_ledger_is_left_alone_with_a_log_that_is_no_good_too(box: Box) -> None:
    assert mending.make_ready(box, later(3)) is Ready.SOUND
    log = box.ledger_file.with_name("ledger.db-wal")
    log.write_bytes(b"\x37\x7f\x06\x82" + b"\xa5" * 9000)
    assert mending.make_ready(box, later(3)) is Ready.SOUND
    assert received(box) == 6
    assert places.sets_aside(box) == ()


def test_a_copy_that_is_no_good_is_passed_over(box: Box) -> None:
    overwrite(places.copies(box)[0].path, 0, bytes(100))
    SPOILED["head of zeros"](box.ledger_file)
    assert mending.make_ready(box, later(3)) is Ready.MENDED
    assert received(box) == 3


def test_who_has_met_a_broken_page_is_believed_by_a_look_at_all_of_it(box: Box) -> None:
    calling.call(box.root)
    assert mending.make_ready(box, later(3)) is Ready.SOUND
    assert not calling.is_called(box.root)
    # An index that lacks a row is found by comparing it with its table alone.
    with closing(sqlite3.connect(box.ledger_file)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'tasks_revision') WHERE name = 'tasks_subject'"
        )
        connection.commit()
    calling.call(box.root)
    assert mending.make_ready(box, later(3)) is Ready.MENDED
    assert not calling.is_called(box.root)


def test_without_a_good_copy_it_is_lost_and_no_empty_ledger_is_begun(box: Box) -> None:
    for copy in places.copies(box):
        overwrite(copy.path, 0, bytes(100))
    SPOILED["cut"](box.ledger_file)
    assert mending.make_ready(box, later(3)) is Ready.LOST
    assert lost.since(box.root) == later(3)
    with pytest.raises(Trouble, match="BOX-009"):
        Ledger.of(box)
    assert not box.ledger_file.exists()
    assert mending.make_ready(box, later(9)) is Ready.LOST
    assert lost.since(box.root) == later(3)
    assert len(places.sets_aside(box)) == 1


def test_a_box_that_is_only_being_made_is_no_broken_one(box_dir: Path) -> None:
    box = Box(box_dir / "new")
    assert mending.make_ready(box, NOW) is Ready.NOTHING
    box = at_work(box_dir / "made", visits=0)
    box.ledger_file.write_bytes(b"")
    assert mending.make_ready(box, NOW) is Ready.SOUND


def test_a_disk_that_breaks_it_again_and_again_is_not_fed_copies(box: Box) -> None:
    for hours in (3.0, 3.1, 3.2):
        SPOILED["head of zeros"](box.ledger_file)
        assert mending.make_ready(box, later(hours)) is Ready.MENDED
    SPOILED["head of zeros"](box.ledger_file)
    assert mending.make_ready(box, later(3.3)) is Ready.LOST
    assert len(places.sets_aside(box)) == mending.SETS


def test_on_a_full_disk_the_older_copy_makes_room_and_the_newest_is_never_lost(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, tries = shutil.copyfile, itertools.count(1)
    room_after = 99

    def full(source: Path, target: Path) -> None:
        if next(tries) < room_after:
            raise OSError(28, "No space left on device")
        really(source, target)

    SPOILED["cut"](box.ledger_file)
    broken, newest = box.ledger_file.read_bytes(), places.copies(box)[0]
    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space"):
        mending.make_ready(box, later(3))
    assert places.copies(box) == (newest,)
    assert box.ledger_file.read_bytes() == broken
    room_after = 0
    assert mending.make_ready(box, later(3)) is Ready.MENDED
    assert received(box) == 5
    assert places.copies(box) == (newest,)


def test_the_trail_is_sound_afterwards_though_the_clock_was_slow(box: Box) -> None:
    with closing(Ledger.of(box)) as ledger:
        audit.write(ledger, "one", "see-check", "", later(1.5))
        assert heads.sign(ledger, box, later(2)) is not None
    SPOILED["cut"](box.ledger_file)
    assert mending.make_ready(box, later(-48)) is Ready.MENDED
    with closing(Ledger.of(box)) as ledger:
        audit.write(ledger, "one", "see-check", "", later(3))
        assert verifying.look(ledger, box).is_sound


def test_the_power_may_go_at_any_step(box: Box, box_dir: Path) -> None:
    SPOILED["head of zeros"](box.ledger_file)
    log = box.ledger_file.with_name("ledger.db-wal")
    log.write_bytes(b"the log of the broken one")
    broken = box.ledger_file.read_bytes()
    for steps in range(1, MOST_STEPS):
        state = box_dir / str(steps)
        shutil.copytree(box.root, state)
        has_lived = survives(partial(_mend_and_die, state, steps))
        again = Box(state)
        assert mending.make_ready(again, later(4)) in (Ready.MENDED, Ready.SOUND)
        assert received(again) == 5
        assert not list(state.glob(".mend-*"))
        (aside,) = places.sets_aside(again)
        assert (aside.path / "ledger.db").read_bytes() == broken
        with closing(Ledger.of(again)) as ledger:
            assert len(notes.all_of(ledger)) == 1
            assert ledger.read.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        shutil.rmtree(state)
        if has_lived:
            assert steps > 10
            return
    raise AssertionError(MOST_STEPS)


def _mend_and_die(state: Path, steps: int) -> None:
    left = steps

    def step(event: str, _arguments: object) -> None:
        nonlocal left
        if event in STEPS:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(step)
    mending.make_ready(Box(state), later(3))
