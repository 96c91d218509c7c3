"""The self-test against real processes: nothing passes before they work, everything does then, and a dead one is named."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.cli.updating import self_test
from appliance.ledger.new_box import prepare
from appliance.settings import Box, Settings
from tests.conftest import free_ports

OF_PROCESSES = ("web", "broker", "sync")


@contextlib.contextmanager
def running(box: Box, what: str) -> Iterator[None]:
    command = [sys.executable, "-m", "appliance", "--state", str(box.root), "run", what]
    environment = {key: value for key, value in os.environ.items() if key != "NOTIFY_SOCKET"}
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.timeout(120)
def test_real_processes_pass_and_a_dead_one_is_named(tmp_path: Path) -> None:
    web, mqtt = free_ports(2)
    box = Box(tmp_path / "state")
    box.root.mkdir()
    prepare(box, Settings(institution_code="1319999999", web_port=web, broker_port=mqtt)).close()
    parts = self_test.parts_of(box, web)
    assert set(parts) == {"reader", "ledger", "queue", *OF_PROCESSES}
    # The card service of the machine the tests run on is nobody's to start here.
    del parts["reader"]
    assert self_test.run(parts, 0) == OF_PROCESSES
    with contextlib.ExitStack() as stack:
        for what in ("web", "sync"):
            stack.enter_context(running(box, what))
        with running(box, "broker"):
            assert self_test.run(parts, 90) == ()
        assert self_test.run(parts, 0) == ("broker",)


def test_a_broken_ledger_does_not_pass(tmp_path: Path) -> None:
    box = Box(tmp_path / "state")
    box.root.mkdir()
    prepare(box, Settings(institution_code="1319999999")).close()
    parts = self_test.parts_of(box, 443)
    mine = {name: parts[name] for name in ("ledger", "queue")}
    assert self_test.run(mine, 0) == ()
    content = bytearray(box.ledger_file.read_bytes())
    content[100:4000] = bytes(3900)
    box.ledger_file.write_bytes(content)
    assert "ledger" in self_test.run(mine, 0)


def test_of_a_box_that_nobody_has_set_up_only_the_readers_are_asked(tmp_path: Path) -> None:
    assert list(self_test.parts_of(Box(tmp_path), 443)) == ["reader"]
