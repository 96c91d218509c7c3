"""The control socket of the stand-ins."""

import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from appliance.demo.control import ask, serve
from appliance.eligibility.trouble import Trouble


def _handler(request: dict[str, Any]) -> Mapping[str, Any]:
    match request.get("do"):
        case "echo":
            return {"said": request["text"]}
        case "refuse":
            raise Trouble("DEMO-002", "no such reader")
        case _:
            raise RuntimeError("a bug")


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A socket far deeper than the 108 bytes a socket address has."""
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    server = serve(folder / "it.sock", _handler)
    yield folder / "it.sock"
    server.close()


def test_answers_in_japanese_too(path: Path) -> None:
    assert ask(path, {"do": "echo", "text": "見本"}) == {"said": "見本"}


def test_a_refusal_keeps_its_code(path: Path) -> None:
    with pytest.raises(Trouble, match="no such reader") as raised:
        ask(path, {"do": "refuse"})
    assert raised.value.code == "DEMO-002"


def test_a_bug_is_answered_and_the_server_lives_on(path: Path) -> None:
    with pytest.raises(Trouble, match="DEMO-003"):
        ask(path, {"do": "crash"})
    assert ask(path, {"do": "echo", "text": "a"}) == {"said": "a"}


@pytest.mark.parametrize("line", [b"nonsense\n", b"[1]\n", b"\xff\xfe\n"])
def test_garbage_is_refused(box_dir: Path, line: bytes) -> None:
    server = serve(box_dir / "s", _handler)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(box_dir / "s"))
        client.sendall(line)
        assert b'"DEMO-002"' in client.recv(1000)
    server.close()


def test_nobody_there(path: Path) -> None:
    with pytest.raises(Trouble, match="DEMO-001"):
        ask(path.with_name("other.sock"), {"do": "echo"})


def test_socket_is_for_its_owner_and_goes_with_the_server(box_dir: Path) -> None:
    server = serve(box_dir / "s", _handler)
    assert (box_dir / "s").stat().st_mode & 0o777 == 0o600
    server.close()
    assert not (box_dir / "s").exists()
