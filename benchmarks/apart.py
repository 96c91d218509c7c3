"""Each benchmark in a process of its own, and what it measures against in further ones.

libpcsclite keeps the first socket a process uses for good, and what one benchmark leaves in memory must not slow the next.
"""

import importlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

from benchmarks.report import Report


def measure(name: str) -> Report:
    """Run one benchmark in this process. Raises `TypeError` when its `run()` gives no report."""
    report = importlib.import_module(f"benchmarks.bench_{name}").run()
    if not isinstance(report, Report):
        raise TypeError(f"bench_{name}.run() gave no Report")
    return report


def measure_apart(name: str) -> Report:
    """Run one benchmark in the main thread of a new process. Raises what it raised."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, name).result()


@contextmanager
def child(target: Callable[..., None], *arguments: object) -> Iterator[Connection]:
    """`target(connection, *arguments)` in a new process, entered once it said that it is ready."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=target, args=(there, *arguments))
    process.start()
    there.close()
    try:
        here.recv()
        yield here
    finally:
        here.close()
        process.join()


def until_closed(said: Connection) -> None:
    """Say that this process is ready, then wait until nobody needs it any more."""
    said.send("ready")
    try:
        said.recv()
    except EOFError:
        return
