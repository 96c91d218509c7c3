"""Probes on a consumer of our own at a bench that is there already."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from appliance.cli.vendor.acts import ACTS
from appliance.cli.vendor.bench import Bench
from appliance.cli.vendor.probes import Probe
from appliance.cli.vendor.program import Program

MOST_TIMES = 20


@contextmanager
def impatient(bench: Bench) -> Iterator[None]:
    """A bench that does not wait for long."""
    usual, bench.terms = bench.terms, replace(bench.terms, patience=1.0, repeat_within=1.0)
    yield
    bench.terms = usual


def rows(known: Mapping[str, Probe], *ids: str) -> dict[str, Probe]:
    """Some of the rows, in this order."""
    return {one: known[one] for one in ids}


def verdicts(bench: Bench, product: Program, rows: Mapping[str, Probe]) -> dict[str, str]:
    """What comes of these probes, with less of what they do many times; verdict and remark."""
    bench.program = product
    product.start()
    try:
        return {name: _of(bench, probe) for name, probe in rows.items()}
    finally:
        product.end()


def _of(bench: Bench, probe: Probe) -> str:
    outcome = ACTS[probe.act](bench, replace(probe, times=min(probe.times, MOST_TIMES)))
    return f"{outcome.verdict.value} {outcome.remark}".strip()
