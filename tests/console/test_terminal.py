"""The command on a real terminal: shows the page, hears the bell, writes only what has changed, goes when told to."""

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli.main import cli
from appliance.eligibility.visit import Phase
from appliance.ledger import accounts, readers
from appliance.ledger.accounts import Role
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings

PATIENCE = 30.0


class Terminal:
    """The other end of the page's terminal."""

    def __init__(self, master: int) -> None:
        self._master = master
        self.seen = ""

    def until(self, holds: Callable[[str], bool]) -> str:
        """What has been written when `holds` of it; `AssertionError` when it never does."""
        end = time.monotonic() + PATIENCE
        while not holds(self.seen):
            assert time.monotonic() < end, self.seen
            if select.select([self._master], [], [], 0.5)[0]:
                with contextlib.suppress(OSError):
                    self.seen += os.read(self._master, 65536).decode("utf-8", "replace")
        return self.seen


@pytest.fixture
def box(box_dir: Path) -> Box:
    found = Box(box_dir)
    found.create()
    found.save(Settings(institution_code="1319999999"))
    ledger = Ledger.of(found)
    readers.adopt(ledger, "reader of the test", utc_now())
    accounts.add(ledger, "kanri", Role.ADMINISTRATOR, "a long enough password", utc_now())
    ledger.close()
    return found


@contextlib.contextmanager
def running(box: Box) -> Iterator[tuple[subprocess.Popen[bytes], Terminal]]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 90, 0, 0))
    environment = {**os.environ, "LANG": "C.UTF-8", "TERM": "linux"}
    process = subprocess.Popen(
        [sys.executable, "-m", "appliance", "--state", str(box.root), "console"],
        stdin=subprocess.DEVNULL,
        stdout=slave,
        env=environment,
    )
    os.close(slave)
    try:
        yield process, Terminal(master)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def test_it_shows_hears_and_goes(box: Box) -> None:
    ledger = Ledger.of(box)
    with running(box) as (process, terminal):
        first = terminal.until(lambda seen: "JST" in seen)
        assert "Clinic 1319999999" in first
        assert "Reception works." in first
        assert not list(box.root.glob("ledger.lock-*"))
        (reader,) = readers.all_readers(ledger)
        readers.show(ledger, reader.key, utc_now(), phase=Phase.OFFLINE, trouble_code="READER-001")
        terminal.until(lambda seen: "READER-001  reader 1" in seen)
        after = terminal.seen[len(first) :]
        # The line with the clinic has not changed, so it is not written again.
        assert "Clinic 1319999999" not in after
        assert "\x1b[2J" not in after
        process.terminate()
        assert process.wait(PATIENCE) == 0
    ledger.close()
    assert list(box.bell_dir.iterdir()) == []


def test_an_onlooker_neither_makes_nor_changes_a_ledger(box: Box) -> None:
    before = box.ledger_file.read_bytes()
    said = CliRunner().invoke(cli, ["console", "--once", "--japanese", "--state", str(box.root)])
    assert said.exit_code == 0
    assert "\x1b" not in said.output
    assert "この装置" in said.output or "受付" in said.output
    assert box.ledger_file.read_bytes() == before
    ledger = Ledger.of(box)
    onlooker = Ledger.seen_at(box)
    with pytest.raises(Exception, match="readonly"), onlooker.write() as db:
        db.execute("DELETE FROM readers")
    onlooker.close()
    ledger.close()


@pytest.mark.parametrize(
    ("lang", "term", "speaks"),
    [
        ("ja_JP.UTF-8", "vt220", True),
        ("ja_JP.UTF-8", "linux", False),
        ("C.UTF-8", "vt220", False),
        ("ja_JP.eucJP", "vt220", False),
    ],
)
def test_japanese_only_where_the_letters_are(
    box: Box, monkeypatch: pytest.MonkeyPatch, lang: str, term: str, *, speaks: bool
) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", lang)
    monkeypatch.setenv("TERM", term)
    said = CliRunner().invoke(cli, ["console", "--once", "--state", str(box.root)]).output
    assert ("画面" in said) is speaks
