"""The process that reads one picture: `python -m appliance.devices.paper.worker_child TODAY`, picture in, answer out.

It lives for one picture only and dies with whoever asked, may use so much memory and processor time and no more, and can write no file.
"""

import ctypes
import os
import signal
import sys
from datetime import date

from appliance.devices.confining import confine

MOST_MEMORY = 1536 * 1024 * 1024
"""Bytes of address space, libraries included, for this process and for each engine it starts."""

MOST_SECONDS = 60
MOST_FILES = 64
_PR_SET_PDEATHSIG = 1


def _limit() -> None:
    # Before any library that unpacks pictures is loaded.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    confine(MOST_MEMORY, seconds=MOST_SECONDS, files=MOST_FILES)
    os.environ.update(OMP_THREAD_LIMIT="1", OPENBLAS_NUM_THREADS="1")


def main() -> None:
    """Read a picture from stdin, answer with one line as `paper_hatch.packed` makes it."""
    _limit()
    import cv2  # noqa: PLC0415 - after the limits

    from appliance import paper_hatch  # noqa: PLC0415
    from appliance.devices.paper.reading import read_paper  # noqa: PLC0415
    from appliance.eligibility.trouble import Trouble  # noqa: PLC0415
    from appliance.own_memory import keep_memory_private  # noqa: PLC0415

    keep_memory_private()
    cv2.setNumThreads(1)
    try:
        reading = read_paper(sys.stdin.buffer.read(), date.fromisoformat(sys.argv[1]))
        line = paper_hatch.packed(reading)
    except Trouble as trouble:
        line = paper_hatch.packed_trouble(trouble)
    except MemoryError:
        line = paper_hatch.packed_trouble(Trouble("PAPER-003", "メモリ"))
    sys.stdout.buffer.write(line)


if __name__ == "__main__":
    main()
