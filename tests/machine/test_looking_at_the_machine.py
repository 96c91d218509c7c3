"""What the machine says of itself goes over a socket unharmed, and where nobody answers we look ourselves."""

import socket
import threading
from dataclasses import replace
from pathlib import Path

from appliance.machine import looking
from appliance.machine.texts import texts
from appliance.machine.units import Unit, read

SHOWN = """\
Type=notify
MemoryCurrent=52428800
NRestarts=2
Id=madoguchi-web.service
LoadState=loaded
ActiveState=active
SubState=running
Result=success

Id=madoguchi-broker.service
LoadState=loaded
ActiveState=failed
SubState=failed
Result=exit-code
NRestarts=0
MemoryCurrent=[not set]

Id=chrony.service
LoadState=not-found
ActiveState=inactive

Id=pcscd.socket
LoadState=loaded
ActiveState=active
SubState=listening
Result=success
MemoryCurrent=18446744073709551615
"""


def test_units_are_read_as_systemd_shows_them() -> None:
    broker, web, pcscd = read(SHOWN)
    assert web == Unit("madoguchi-web.service", "active", "running", "success", 2, 52_428_800)
    assert (broker.has_failed, web.has_failed, pcscd.has_failed) == (True, False, False)
    assert pcscd.memory == 0
    assert read("") == ()


def test_the_answer_over_the_socket_is_the_machine(box_dir: Path) -> None:
    said = replace(
        looking.look(box_dir), version="1.2", slot="B", units=read(SHOWN), journal=("one line", "another")
    )
    with _answering(box_dir / "machine.sock", looking.as_json(said).encode()) as door:
        assert looking.ask(box_dir, door) == said
    told = texts(said)
    assert told["units"].startswith("madoguchi-broker.service: failed")
    assert told["journal"] == "one line\nanother"
    assert "動いている側: B" in told["machine"]


def test_where_nobody_answers_or_nonsense_comes_we_look_ourselves(box_dir: Path) -> None:
    assert looking.ask(box_dir, box_dir / "nobody.sock").cores > 0
    for nonsense in (b"", b"[1]", b'{"load": 3}', b"\xff"):
        with _answering(box_dir / "odd.sock", nonsense) as door:
            assert looking.ask(box_dir, door).cores > 0


class _answering:  # noqa: N801 - reads as a statement
    """Somebody behind `door` who says `answer` once and hangs up."""

    def __init__(self, door: Path, answer: bytes) -> None:
        self._door, self._answer = door, answer
        self._socket = socket.socket(socket.AF_UNIX)
        door.unlink(missing_ok=True)
        self._socket.bind(str(door))
        self._socket.listen(1)
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        channel, _ = self._socket.accept()
        with channel:
            channel.sendall(self._answer)

    def __enter__(self) -> Path:
        self._thread.start()
        return self._door

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._socket.close()
