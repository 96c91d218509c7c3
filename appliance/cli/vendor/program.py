"""The program that is checked: started, killed, told to ask, and asked what it has stored and what it has said."""

import contextlib
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.eligibility.trouble import Trouble

RUN_LOG = "consumer.log"
ASK_LOG = "asked.log"
ENOUGH = 24
"""How many commands that ask may be at work at once; of more the oldest is ended."""


@dataclass(frozen=True)
class Commands:
    """How the kit may start the consumer, ask it what it has stored, and let it ask or hand in a list.

    `{credentials}` stands for the file with the credentials, `{folder}` for the shared folder.
    """

    run: str = ""
    stored: str = ""
    ask: str = ""
    hand_in: str = ""


class Program:
    """One consumer and its commands; what they print lies in logs in `place`. Belongs to one thread."""

    def __init__(self, commands: Commands, place: Path, words: Mapping[str, str]) -> None:
        self.commands = commands
        self._place = place
        self._words = words
        self._running: subprocess.Popen[bytes] | None = None
        self._asking: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start it, if the kit may. Raises `Trouble` INPUT-001."""
        if self.commands.run:
            self._running = self._started("--run", self.commands.run, RUN_LOG)

    def has_died(self) -> bool:
        """Whether the consumer that the kit started ended by itself; then it is started again."""
        if self._running is None or self._running.poll() is None:
            return False
        self.kill()
        self.start()
        return True

    def kill(self) -> None:
        """As a power cut would: the program, and whatever it has started."""
        if self._running is not None:
            _end(self._running)
            self._running = None

    def ask(self) -> None:
        """Let it send one request; returns at once. Raises `Trouble` INPUT-001."""
        self._let("--ask", self.commands.ask)

    def hand_in(self) -> None:
        """Let it hand in a list; returns at once. Raises `Trouble` INPUT-001."""
        self._let("--hand-in", self.commands.hand_in)

    def rest(self) -> None:
        """End what was started to ask, so that one probe does not meet another's questions."""
        for one in self._asking:
            _end(one)
        self._asking = []

    def end(self) -> None:
        """End everything."""
        self.rest()
        self.kill()

    def stored(self) -> list[str]:
        """What the consumer says it has stored. Raises `Trouble` INPUT-001 when it cannot be asked."""
        try:
            done = subprocess.run(
                self._filled(self.commands.stored), capture_output=True, text=True, timeout=30, check=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Trouble("INPUT-001", f"--stored: {type(error).__name__}") from error
        return done.stdout.split()

    def said(self) -> str:
        """All that the consumer and its commands have printed."""
        logs = (self._place / name for name in (RUN_LOG, ASK_LOG))
        return "".join(log.read_text("utf-8", "replace") for log in logs if log.exists())

    def _let(self, option: str, command: str) -> None:
        self._asking.append(self._started(option, command, ASK_LOG))
        for one in self._asking[:-ENOUGH]:
            _end(one)
        self._asking = self._asking[-ENOUGH:]

    def _started(self, option: str, command: str, log_name: str) -> "subprocess.Popen[bytes]":
        with (self._place / log_name).open("ab") as log:
            try:
                return subprocess.Popen(self._filled(command), stdout=log, stderr=log, start_new_session=True)
            except OSError as error:
                raise Trouble("INPUT-001", f"{option}: {error.strerror}") from error

    def _filled(self, command: str) -> list[str]:
        def filled(word: str) -> str:
            for name, value in self._words.items():
                word = word.replace(f"{{{name}}}", value)
            return word

        return [filled(word) for word in shlex.split(command)]


def _end(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
