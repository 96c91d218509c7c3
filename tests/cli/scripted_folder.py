"""A レセコン with a shared folder, in the place of a program of a vendor's: it keeps every rule but those it is told to break."""

import itertools
import threading
from pathlib import Path

from appliance.cli.vendor.bench import INSTITUTION_CODE
from appliance.cli.vendor.folder_bench import FolderBench
from appliance.cli.vendor.program import Commands, Program
from tests.bulk_lists import as_list, row
from tests.sync.folders import request_xml

LOOK_SECONDS = 0.03
_IDS = itertools.count(1)


class ScriptedFolder(Program):
    """`wrong` names what it does wrong. What it has imported is its disk, which a kill leaves behind."""

    def __init__(self, bench: FolderBench, *wrong: str) -> None:
        super().__init__(Commands("x", "x", "x", "x"), bench.credentials.parent, {})
        self._root = bench.root
        self._wrong = wrong
        self._printed = ""
        self._imported: list[str] = []
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    # What the kit does to a program.

    def start(self) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._stopping,), daemon=True)
        self._thread.start()

    def kill(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def has_died(self) -> bool:
        return False

    def ask(self) -> None:
        if "asks-nothing" not in self._wrong:
            number = 1 if "one-name" in self._wrong else next(_IDS)
            self._write(f"OQSsiquc01req_desk-{number}.xml")

    def hand_in(self) -> None:
        path = self._root / "lists" / f"day-{next(_IDS)}.csv"
        path.write_bytes(as_list("" if "bad-list" in self._wrong else row("p01")))

    def rest(self) -> None:
        """Nothing is under way."""

    def end(self) -> None:
        self.kill()

    def stored(self) -> list[str]:
        return self._imported

    def said(self) -> str:
        return self._printed

    # The レセコン.

    def _write(self, name: str) -> None:
        text = request_xml(INSTITUTION_CODE)
        if "malformed" in self._wrong:
            text = text.replace(b"Birthdate", b"Birthday")
        if "in-place" in self._wrong:
            (self._root / "req" / name).write_bytes(text)
            return
        aside = self._root / "req" / f"{name}.tmp"
        aside.write_bytes(text)
        aside.rename(self._root / "req" / name)

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.wait(LOOK_SECONDS):
            for folder in ("face", "res"):
                for path in sorted((self._root / folder).iterdir()):
                    self._look_at(folder, path)
            if "sweeps" in self._wrong:
                for path in self._root.glob("*/readme.txt"):
                    path.unlink()

    def _look_at(self, folder: str, path: Path) -> None:
        if path.suffix == ".err":
            self._given_back(path)
        elif path.suffix in (".xml", ".csv") or path.name.endswith(".report.txt"):
            if path.name.partition("_")[0].endswith("req") or self._passes_over(folder, path):
                return
            if path.name not in self._imported or "forgets" in self._wrong:
                self._imported.append(path.name)
            path.unlink()

    def _given_back(self, path: Path) -> None:
        code = path.read_text("cp932").partition("\n")[0].partition(":")[2].strip()
        if "says-nothing" not in self._wrong:
            self._printed += f"{code}\n"
        path.with_suffix(".xml").unlink(missing_ok=True)
        path.unlink()
        if "repeats" in self._wrong:
            for _ in range(5):
                self.ask()

    def _passes_over(self, folder: str, path: Path) -> bool:
        text = path.read_bytes()
        wrong = {
            "deaf": True,
            "deaf-to-res": folder == "res",
            "deaf-to-large": len(text) > 100_000,
            "deaf-to-refused": b"<SegmentOfResult>9" in text,
        }
        return any(holds and name in self._wrong for name, holds in wrong.items())
