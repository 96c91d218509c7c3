"""Keeping a demo alive in the foreground: until it is ready, and from then on until somebody ends it."""

import signal
import threading
from collections.abc import Callable
from datetime import timedelta

import click

from appliance.cli.launch import READY_SECONDS, Demo
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import utc_now

_LOOK_SECONDS = 0.2


def stop_on_signals() -> threading.Event:
    """An event that Ctrl-C, the end of the terminal or of the service manager sets."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def wait_until_ready(running: Demo, missing: Callable[[], tuple[str, ...]], stop: threading.Event) -> bool:
    """Whether nothing is `missing` any more; False when it was stopped before. Raises `Trouble` DEMO-003."""
    deadline = utc_now() + timedelta(seconds=READY_SECONDS)
    with running.ledger.listen() as ear:
        while absent := missing():
            if stop.is_set():
                return False
            if utc_now() > deadline:
                raise Trouble("DEMO-003", f"{', '.join(absent)}: {running.box.log_dir}")
            running.supervisor.revive()
            ear.wait(_LOOK_SECONDS)
    return True


def watch(running: Demo, stop: threading.Event) -> None:
    """Start again what dies, until stopped."""
    while not stop.wait(_LOOK_SECONDS):
        for name in running.supervisor.revive():
            click.echo(f"{name} を起動し直しました", err=True)
