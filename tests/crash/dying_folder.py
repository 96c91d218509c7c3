"""A shared folder whose process is killed before its Nth step: `python -m tests.crash.dying_folder STATE AT-MOST`.

A step is a statement of SQLite or a call that changes a file system. After each death the folder is looked at as the
dead process left it, then a new process does the rest.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from appliance.eligibility.message_xml import write
from appliance.ledger import checks, consumers, results
from appliance.ledger.checks import CheckState
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.folder_terms import Folder
from appliance.settings import Box, Settings
from appliance.sync import complete_file
from appliance.sync.folder_in import RequestTray
from appliance.sync.folder_out import ResultTray
from appliance.sync.one_folder import FOLDERS
from tests.crash.dying_box import survives
from tests.demo.card_evidence import INSTITUTION
from tests.ledger.desk import LEASE, NOW, after
from tests.sync.family_requests import bulk, single

CONSUMER = "receipt-folder"
SETTINGS = Settings(INSTITUTION, folder_settle=0.0, folder_patience=0.0)
GOOD = ("OQSsiquc01", "OQSmuquc01")
WRONG = "TKKsiquc01"
ENDED = {
    "OQSsiquc01res_1.xml",
    "OQSmuquc01res_1.xml",
    f"{WRONG}req_1.xml",
    f"{WRONG}req_1.err",
}
_CHANGES = ("open", "replace", "unlink", "fsync", "mkdir")


class Life:
    """How many more steps this process may do."""

    left = sys.maxsize

    @classmethod
    def step(cls, *_: object) -> None:
        cls.left -= 1
        if cls.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    @classmethod
    def watch_files(cls) -> None:
        """Count the calls that change a file system; for a process that is about to end."""
        for name in _CHANGES:
            setattr(os, name, cls._counted(getattr(os, name)))

    @classmethod
    def _counted(cls, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            cls.step()
            return real(*arguments, **named)

        return call


class MortalLedger(Ledger):
    """A ledger whose statements are steps."""

    def _connect(self) -> Database:
        db = super()._connect()
        db.conn.set_trace_callback(Life.step)
        return db


def folder_of(state: Path) -> Folder:
    return Folder(CONSUMER, state / "folder")


def prepare(state: Path) -> None:
    """A box whose req/ holds two good requests and a wrong one."""
    Box(state).create()
    ledger = Ledger.of(Box(state))
    consumers.add(ledger, CONSUMER, ConsumerKind.FOLDER, NOW)
    ledger.close()
    folder = folder_of(state)
    for name in FOLDERS:
        (folder.root / name).mkdir(parents=True)
    for family, data in (
        (GOOD[0], write(single("p01"))),
        (GOOD[1], write(bulk("p01"))),
        (WRONG, b"<XmlMsg/>"),
    ):
        (folder.requests / f"{family}req_1.xml").write_bytes(data)


def serve(ledger: Ledger, state: Path) -> None:
    """What one process does: take in, ask, hand over. The center answers with the question."""
    folder = folder_of(state)
    complete_file.sweep(folder.root / complete_file.ASIDE)
    checks.release_all(ledger)
    tray = ResultTray(folder, SETTINGS, ledger)
    tray.again(after(0))
    RequestTray(folder, SETTINGS, ledger).look(after(1))
    while (check := checks.claim(ledger, "me", after(2), LEASE)) is not None:
        results.record(
            ledger,
            check.id,
            "me",
            xml=check.request_xml or b"",
            qualification_validity=None,
            refusal=None,
            now=after(3),
        )
    tray.hand_over(after(4) + timedelta(hours=1))


def serve_and_die(state: Path, lives: int) -> None:
    """Serve, and die before the `lives`-th step."""
    ledger = MortalLedger(Box(state).ledger_file, Box(state).bell_dir)
    Life.watch_files()
    Life.left = lives
    serve(ledger, state)


def look_and_finish(state: Path) -> None:
    """Raises `AssertionError` when anything is lost, doubled or half done."""
    ledger = Ledger.of(Box(state))
    folder = folder_of(state)
    for family in (*GOOD, WRONG):
        assert is_somewhere(ledger, folder, family), family
    for path in (*folder.requests.iterdir(), *folder.results.iterdir()):
        data = path.read_bytes()
        assert data.endswith((b"</XmlMsg>\n", b"<XmlMsg/>", "ください。\r\n".encode("cp932"))), path.name
    serve(ledger, state)
    assert list(folder.requests.iterdir()) == []
    assert {path.name for path in folder.results.iterdir()} == ENDED
    assert list((folder.root / complete_file.ASIDE).iterdir()) == []
    found = checks.recent(ledger, 9)
    assert sorted(check.family for check in found) == sorted(GOOD)
    assert {check.state for check in found} == {CheckState.ANSWERED}
    ledger.close()


def is_somewhere(ledger: Ledger, folder: Folder, family: str) -> bool:
    """A request lies in req/, stands in the ledger, or is back in res/."""
    name = f"{family}req_1.xml"
    in_ledger = family in {check.family for check in checks.recent(ledger, 9)}
    return (folder.requests / name).exists() or in_ledger or (folder.results / name).exists()


def main() -> None:
    """Print after how many deaths the work came to its end."""
    root, at_most = Path(sys.argv[1]), int(sys.argv[2])
    assert survives(lambda: prepare(root / "new"))
    for deaths in range(at_most):
        state = root / str(deaths)
        shutil.copytree(root / "new", state)
        is_over = survives(lambda: serve_and_die(state, deaths + 1))  # noqa: B023 - called at once
        assert survives(lambda: look_and_finish(state))  # noqa: B023
        if is_over:
            print(deaths)
            return
    raise AssertionError(at_most)


if __name__ == "__main__":
    main()
