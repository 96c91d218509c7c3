"""A vendor's evening: who has the contract and the kit gets a first message by its lines, as they are written."""

import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "contract"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
BOUND = 60.0

pytestmark = pytest.mark.timeout(180)


def blocks(text: str, heading: str = "") -> list[str]:
    """The lines to paste below a heading, block by block."""
    section = text.partition(heading)[2] if heading else text
    return BLOCK.findall(section.partition("\n## ")[0] if heading else section)


class Terminal:
    """One terminal: a block pasted into a shell, in a folder."""

    def __init__(self, folder: Path, block: str) -> None:
        environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin:/usr/sbin:/sbin",
            "NODE_PATH": "/usr/share/nodejs",
            "PYTHONUNBUFFERED": "1",
            "HOME": os.environ.get("HOME", "/"),
        }
        self.process = subprocess.Popen(
            [
                "env",
                "--default-signal=INT",
                "setpriv",
                "--pdeathsig",
                "TERM",
                "--",
                "bash",
                "-e",
                "-c",
                block,
            ],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.text = ""

    def until(self, words: str) -> str:
        """All that it has said, once it has said `words` (a pattern)."""
        end = time.monotonic() + BOUND
        assert self.process.stdout is not None
        while not re.search(words, self.text):
            assert time.monotonic() < end, f"never said {words}: {self.text}"
            if select.select([self.process.stdout], [], [], 1.0)[0]:
                said = os.read(self.process.stdout.fileno(), 65536)
                assert said, f"ended without {words}: {self.text}"
                self.text += said.decode("utf-8", "replace")
        return self.text

    def ended(self) -> int:
        """Its exit status, when it ends by itself; `text` then has all of it."""
        out, _ = self.process.communicate(timeout=BOUND)
        self.text += out.decode()
        return self.process.returncode

    def close(self) -> None:
        """Ctrl-C to all that runs in it."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            self.process.communicate(timeout=BOUND)


@contextmanager
def terminal(folder: Path, block: str) -> Iterator[Terminal]:
    made = Terminal(folder, block)
    try:
        yield made
    finally:
        made.close()


def test_the_first_message_and_every_rare_one_by_the_lines_of_the_readmes() -> None:
    first = blocks((CONTRACT / "README.md").read_text("utf-8"), "## The first message in ten minutes")
    box, consumer, patient = first
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as place, ExitStack() as terminals:
        folder = Path(place)
        terminals.enter_context(terminal(folder, box)).until("ready mqtts://")
        second = terminals.enter_context(terminal(folder, consumer))
        third = Terminal(folder, patient)
        assert third.ended() == 0, third.text
        second.until(r"stored [0-9a-f]{32} answered 有効")
        own = folder / "my-emr"
        python, javascript, watch, rare, check = blocks((own / "README.md").read_text("utf-8"))
        assert python.strip() == consumer.splitlines()[-1]
        watching = terminals.enter_context(terminal(own, watch))
        watching.until("box/state")
        second.close()
        node = terminals.enter_context(terminal(own, javascript))
        played = Terminal(folder, rare)
        assert played.ended() == 0, played.text
        assert "まだackがありません" not in played.text
        node.until("refused")
        assert re.search(r"eligibility .* 無効（新しい資格あり）", watching.until("新しい資格あり"))
        assert "見本" not in watching.text, "watch names nobody"
        checked = Terminal(own, check)
        assert checked.ended() == 0, checked.text
        assert "PASS 23、FAIL 0、NOT SEEN 0" in checked.text
        assert "PASS 23" in (own / "check.html").read_text("utf-8")
        assert (own / "credentials" / "credentials.json").stat().st_mode & 0o077 == 0
