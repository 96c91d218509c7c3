"""A box's sync process with one shared folder and a center that answers at once; and the barest such exchange there is."""

import fcntl
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from appliance.eligibility.message import Qualification, ResultBody, ResultHeader, ResultMessage
from appliance.eligibility.message_xml import write
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box
from appliance.sync.asker import Asker
from appliance.sync.center_link import Question
from appliance.sync.folder_lane import FolderLane

INSTITUTION_CODE = "1319999999"
REQUEST, RESULT = "OQSsiquc01req_", "OQSsiquc01res_"


class InstantCenter:
    """A `CenterLink` that has one answer to everything."""

    def __init__(self, results: tuple[Qualification, ...]) -> None:
        header = ResultHeader(medical_institution_code=INSTITUTION_CODE, segment_of_result="1")
        body = ResultBody(processing_result_status="1", qualification_validity="1", result_list=results)
        self._answer = write(ResultMessage(message_header=header, message_body=body))

    def ask(self, question: Question) -> bytes:
        """The answer."""
        return self._answer

    def probe(self) -> None:
        """All is well."""

    def close(self) -> None:
        """Nothing to close."""


def serve_box(said: Connection, root: str, results: tuple[Qualification, ...]) -> None:
    """Folder lane and asker of the box in `root`, as in its sync process; tells its peak memory (bytes) when asked."""
    box = Box(Path(root))
    settings = box.load()
    ledger = Ledger.of(box)
    lanes = (
        FolderLane(box, settings, ledger, utc_now),
        Asker(settings, ledger, InstantCenter(results), utc_now),
    )
    for lane in lanes:
        lane.start()
    said.send("ready")
    try:
        while said.recv():
            said.send(_peak_memory())
    except EOFError:
        pass
    for lane in reversed(lanes):
        lane.stop()
    ledger.close()


def _peak_memory() -> int:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def serve_bare(said: Connection, root: str) -> None:
    """Rename every request in ROOT/req to its answer in ROOT/res, woken by the kernel and by nothing else."""
    requests, results = Path(root, "req"), Path(root, "res")
    descriptor = os.open(requests, os.O_RDONLY)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGIO})
    fcntl.fcntl(descriptor, fcntl.F_NOTIFY, fcntl.DN_CREATE | fcntl.DN_RENAME | fcntl.DN_MULTISHOT)
    said.send("ready")
    while not said.poll():
        if signal.sigtimedwait({signal.SIGIO}, 0.5) is None:
            continue
        for name in os.listdir(requests):
            if name.startswith(REQUEST):
                os.rename(requests / name, results / name.replace(REQUEST, RESULT))
    os.close(descriptor)
