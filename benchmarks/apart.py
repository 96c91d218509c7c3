"""Each benchmark in a process of its own.

libpcsclite keeps the first socket a process uses for good, and what one benchmark leaves in memory must not slow the next.
"""

import importlib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

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
