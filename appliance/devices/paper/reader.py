"""Reading a picture in a process of its own, one at a time, within a bound."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from datetime import date

from appliance import paper_hatch
from appliance.devices.paper.bounds import require_fit
from appliance.eligibility.papers import PaperReading
from appliance.eligibility.trouble import Trouble

LONGEST = 60.0
"""Seconds a reading may take, on a slow board too."""

_CHILD = "appliance.devices.paper.worker_child"


class PaperReader:
    """Reads one picture after the other; may be called from any thread."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._one_at_a_time = threading.Lock()

    def read(self, picture: bytes, today: date) -> PaperReading:
        """What stands on the paper of `picture`.

        Raises `Trouble`: PAPER-001 no picture that fits, PAPER-002 no paper that is known, PAPER-003 not done in time,
        PAPER-004 no engine.
        """
        require_fit(picture)
        if not self._one_at_a_time.acquire(timeout=self._longest):
            raise Trouble("PAPER-003", "ほかの書類を読んでいます")
        try:
            return self._read(picture, today)
        finally:
            self._one_at_a_time.release()

    def _read(self, picture: bytes, today: date) -> PaperReading:
        # A session of its own, so that its engine ends with it.
        with subprocess.Popen(
            [sys.executable, "-m", _CHILD, today.isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            try:
                said, _ = process.communicate(picture, timeout=self._longest)
            except subprocess.TimeoutExpired as error:
                raise Trouble("PAPER-003", f"{self._longest:.0f}秒") from error
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        if process.returncode != 0 and not said:
            raise Trouble("PAPER-003", f"終了状態 {process.returncode}")
        return paper_hatch.unpacked(said)
