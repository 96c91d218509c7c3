"""A running demo as a test sees it: started, touched and asked through the same commands a person would type."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from appliance.ledger import deliveries
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import DeliveryState
from appliance.ledger.times import utc_now
from appliance.settings import Box
from tests.stories.leaks import Watch

START_SECONDS = 90.0
STOP_SECONDS = 20.0
PATIENCE = timedelta(seconds=25)
COMMAND = (sys.executable, "-m", "appliance")


@dataclass
class DemoBox:
    """One demo: `facts` is what demo.json says."""

    root: Path
    process: subprocess.Popen[str]
    ready_line: str
    watch: Watch
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return str(self.facts["web"]["url"])

    def password(self, role: str) -> tuple[str, str]:
        """Name and password of the account with that role."""
        row = next(row for row in self.facts["accounts"] if row["role"] == role)
        return row["name"], row["password"]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One `madoguchi` command on this box, whatever its exit status."""
        self.watch.look()
        return subprocess.run(
            [*COMMAND, *words, "--state", str(self.root)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def do(self, *words: str) -> Any:
        """One command that must succeed; its JSON."""
        done = self.run(*words)
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return json.loads(done.stdout)

    def lay_card(self, person: str, reader: int = 1, pin: str | None = None) -> Any:
        """Lay a card down, with `pin` also type it and consent to everything."""
        return self.do(
            "demo", "card", "insert", person, "--reader", str(reader), *(["--pin", pin] if pin else [])
        )

    def take_card(self, reader: int = 1) -> None:
        self.do("demo", "card", "remove", "--reader", str(reader))

    def visit(self, person: str, reader: int = 1, pin: str = "1234") -> str:
        """A whole visit, card taken again; the check's id."""
        check_id = self.lay_card(person, reader, pin)["check"]["id"]
        self.take_card(reader)
        return str(check_id)

    def checks(self) -> list[dict[str, Any]]:
        """What `madoguchi checks --json` says, newest first."""
        found: list[dict[str, Any]] = self.do("checks", "--json")
        return found

    def until(self, what: str, look: Callable[[], Any]) -> Any:
        """The first true thing `look` returns; it looks again whenever the box's bell rings."""
        deadline = utc_now() + PATIENCE
        ledger = Ledger.of(Box(self.root))
        try:
            with ledger.listen() as ear:
                while utc_now() < deadline:
                    if found := look():
                        return found
                    ear.wait(0.5)
        finally:
            ledger.close()
        raise AssertionError(f"never came: {what}; logs in {self.root / 'log'}")

    def until_delivered(self, check_id: str) -> dict[str, Any]:
        """The check once every consumer has acknowledged its result."""

        ledger = Ledger.of(Box(self.root))
        try:
            self.until(f"delivery of {check_id}", lambda: self._is_delivered(ledger, check_id))
        finally:
            ledger.close()
        return next(check for check in self.checks() if check["id"] == check_id)

    def _is_delivered(self, ledger: Ledger, check_id: str) -> bool:
        """Looked up without a command: one for each ring of the bell would keep the machine from the box's own work."""
        return {one.state for one in deliveries.of_check(ledger, check_id)} == {DeliveryState.ACKNOWLEDGED}

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_SECONDS)

    def close(self) -> None:
        """End the demo if it still runs, however the test went, and see that it let out nothing of anybody."""
        if self.process.poll() is None:
            self.process.terminate()
        printed = "".join(self.process.communicate(timeout=STOP_SECONDS))
        found = self.watch.findings(printed)
        assert not found, found


def start(root: Path, readers: int = 1, *options: str) -> DemoBox:
    """Start a demo in `root` and wait for its ready line. Fails with the end of its logs when that does not come."""
    process = subprocess.Popen(
        # A demo must not outlive a test run that is killed.
        [
            "setpriv",
            "--pdeathsig",
            "TERM",
            "--",
            *COMMAND,
            "demo",
            "--headless",
            "--readers",
            str(readers),
            *options,
            "--state",
            str(root),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline() if ready else ""
    if not line.startswith("ready "):
        process.kill()
        raise AssertionError(f"no ready line: {line!r} {process.communicate()[1]} {_logs(root)}")
    return DemoBox(
        root, process, line.strip(), Watch(root), json.loads((root / "demo.json").read_text("utf-8"))
    )


def _logs(root: Path) -> str:
    return "\n".join(
        f"== {log.name}\n{log.read_text('utf-8', 'replace')[-800:]}" for log in root.glob("log/*.log")
    )
