"""The box's own copies of its ledger: whole at any moment, cheap for the flash, and without what must not stay."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.ledger.database import Ledger
from appliance.ledger.own_copy import calling, copying, expiring, looking, places
from appliance.ledger.times import utc_now
from tests.ledger.broken import at_work, copied, later, overwrite, receive, root_page
from tests.ledger.desk import opened


def rows(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_copy_holds_what_was_committed_while_others_write(box_dir: Path) -> None:
    box = at_work(box_dir)
    copied(box, utc_now() - timedelta(hours=2))
    going, writes = threading.Event(), threading.Event()
    going.set()
    with closing(Ledger.of(box)) as ledger:

        def work() -> None:
            while going.is_set():
                opened(ledger, 2)
                writes.set()

        worker = threading.Thread(target=work)
        worker.start()
        try:
            assert writes.wait(10)
            said = subprocess.run(
                [sys.executable, "-m", "appliance", "ledger", "copy", "--if-due", "--state", str(box.root)],
                check=True,
                capture_output=True,
                timeout=60,
            )
            assert json.loads(said.stdout)["made"]
        finally:
            going.clear()
            worker.join()
        there = ledger.read.execute("SELECT count(*) FROM checks").fetchone()[0]
        newer, older = places.copies(box)
        assert rows(older.path, "checks") == 3
        assert 5 <= rows(newer.path, "checks") <= there
        # Nothing of the ledger's own was harmed.
        assert ledger.read.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    for one in (newer, older):
        assert looking.fault_of(one.path, thorough=True) == ""


def test_two_are_kept_and_only_pages_that_changed_are_written(box_dir: Path) -> None:
    box = at_work(box_dir)
    size = box.ledger_file.stat().st_size
    made = [copied(box, later(hours)) for hours in range(4)]
    assert places.copies(box) == (made[3], made[2])
    assert [one.written for one in made[:2]] == [size, size]
    # What opening a copy to clean it writes into its first page.
    assert max(one.written for one in made[2:]) <= 4096
    receive(box, 1)
    assert 4096 < copied(box, later(5)).written < size / 2
    assert rows(places.copies(box)[0].path, "checks") == 4


def test_keys_that_end_and_sign_ins_are_not_in_it(box_dir: Path) -> None:
    box = at_work(box_dir)
    secret = b"0123456789abcdef-of-a-key"
    with closing(Ledger.of(box)) as ledger, ledger.write() as db:
        db.execute("PRAGMA defer_foreign_keys = ON")
        names = [row[1] for row in db.execute("PRAGMA table_info(disaster_keys)")]
        assert names
        db.conn.execute("PRAGMA ignore_check_constraints = ON")
        kinds = [row[2] for row in db.execute("PRAGMA table_info(disaster_keys)")]
        values = [secret if kind == "BLOB" else 1 if kind == "INTEGER" else "x" for kind in kinds]
        db.execute(f"INSERT INTO disaster_keys VALUES ({', '.join('?' * len(names))})", values)
    copied(box)
    path = copied(box, later(1)).path
    assert rows(path, "disaster_keys") == rows(path, "sign_ins") == 0
    assert secret not in path.read_bytes()


def test_one_is_due_hourly_and_later_the_more_the_last_one_wrote(box_dir: Path) -> None:
    box = at_work(box_dir)
    assert copying.is_due(box, later(0))
    for hours in range(3):
        copied(box, later(hours))
    assert not copying.is_due(box, later(2.9))
    assert copying.is_due(box, later(3))
    last = places.copies(box)[0]
    # As after a day on which all of a large file was written anew.
    for written, hours in ((copying.A_DAY, 24), (50 * copying.A_DAY, 72)):
        costly = last.path.with_name(places.name_of_copy(last.number, last.made_at, written))
        places.copies(box)[0].path.rename(costly)
        assert not copying.is_due(box, last.made_at + timedelta(hours=hours - 1))
        assert copying.is_due(box, last.made_at + timedelta(hours=hours))
    # A clock that was set back must not stop them.
    assert copying.is_due(box, later(-48))


def test_a_ledger_that_is_found_broken_is_not_copied_and_somebody_is_called(box_dir: Path) -> None:
    box = at_work(box_dir)
    before = (copied(box), copied(box, later(1)))
    overwrite(box.ledger_file, root_page(box.ledger_file, "audit"), b"\xa5" * 4096)
    with pytest.raises(copying.BrokenError):
        copying.copy(box, later(2))
    assert calling.is_called(box.root)
    assert places.copies(box) == (before[1],)
    assert looking.fault_of(before[1].path, thorough=True) == ""


def test_a_full_disk_leaves_the_newest_copy_as_it_was(box_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = at_work(box_dir)
    copied(box)
    newest = copied(box, later(1))
    receive(box, 5)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space"):
            copying.copy(box, later(2))
    assert places.copies(box) == (newest,)
    assert rows(copied(box, later(3)).path, "checks") == 8


def test_whoever_meets_a_broken_page_calls(box_dir: Path) -> None:
    box = at_work(box_dir)
    at = root_page(box.ledger_file, "audit")
    overwrite(box.ledger_file, at, b"\xa5" * 4096)
    with closing(Ledger.of(box)) as ledger:
        assert not calling.is_called(box.root)
        with pytest.raises(sqlite3.DatabaseError):
            ledger.read.execute("SELECT * FROM audit").fetchall()
    assert calling.is_called(box.root)


def test_what_was_removed_from_the_ledger_does_not_stay_in_copies(box_dir: Path) -> None:
    box = at_work(box_dir)
    copied(box)
    last = copied(box, later(1))
    broken = places.new_set(box, later(0))
    (broken / "ledger.db").write_bytes(b"x")
    assert expiring.expire(box, later(24 * 7 + 0.5)) == 1
    assert places.copies(box) == (last,)
    assert expiring.expire(box, later(24 * 8)) == 1
    assert places.copies(box) == ()
    assert places.sets_aside(box) != ()
    assert expiring.expire(box, later(24 * 31)) == 1
    assert places.sets_aside(box) == ()
