"""What reaches a log: lines that nobody can forge, and exceptions without what they quote."""

import io
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from appliance.log_lines import LogLines


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the logger 「lines」 writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LogLines())
    logger = logging.getLogger("lines")
    logger.addHandler(handler)
    logger.propagate = False
    yield stream
    logger.removeHandler(handler)
    logger.propagate = True


def test_what_somebody_typed_makes_no_line_of_its_own(lines: io.StringIO) -> None:
    forged = "x\n2026-11-29T00:00:00 INFO madoguchi: all well\r\x1b[2K\u202egnp\u2028"
    logging.getLogger("lines").warning("refused: %s", forged)
    assert lines.getvalue().count("\n") == 1
    assert "\\u000a2026" in lines.getvalue()
    assert not {"\r", "\x1b", "\u202e", "\u2028"} & set(lines.getvalue())


def test_an_exception_is_told_without_its_message(lines: io.StringIO) -> None:
    def read(typed: str) -> None:
        try:
            int(typed)
        except ValueError as error:
            raise KeyError(typed) from error

    try:
        read("見本　花子")
    except KeyError:
        logging.getLogger("lines").exception("could not be read")
    said = lines.getvalue()
    assert "見本" not in said
    assert "could not be read" in said
    assert said.rstrip().endswith("KeyError")
    assert "ValueError\nwhich led to:" in said
    assert 'test_log_lines.py", line' in said


@pytest.mark.parametrize("how", ["work()", "t = threading.Thread(target=work); t.start(); t.join()"])
def test_what_nobody_caught_is_told_so_too(how: str) -> None:
    script = f"import threading; from appliance import log_lines\ndef work(): int('花子')\nlog_lines.install(); {how}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "nobody caught it" in done.stderr
    assert done.stderr.rstrip().endswith("ValueError")
    assert "花子" not in done.stderr
