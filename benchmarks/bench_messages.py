"""Reading and writing a result of 5 KB, beside the bare XML library on the same bytes in the same run.

The turns alternate, so that a busy moment of the machine meets all alike. lxml parses to a tree of its own and we to
typed values; it writes a tree that is there already and we typed values.
"""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lxml import etree

from appliance.eligibility.layout import layout
from appliance.eligibility.message import Qualification, ResultMessage
from appliance.eligibility.message_xml import Encoding, read_result, write
from benchmarks.report import Aim, Report, Row, as_markdown, as_values, milliseconds
from tests.eligibility.message_samples import NORMAL_RESULT

TURNS = 200
CALLS = 100
MOST_TIMES = 4.0

BARE_READ, READ, READ_JAPANESE = "lxml parses it", "read", "read, Shift_JIS"
BARE_WRITE, WRITE, WRITE_JAPANESE = "lxml serialises it", "write", "write, Shift_JIS"
_BESIDE = {READ: BARE_READ, READ_JAPANESE: BARE_READ, WRITE: BARE_WRITE, WRITE_JAPANESE: BARE_WRITE}


def sample() -> ResultMessage:
    """A result of about 5 KB: every consent given, 限度額 there."""
    message = read_result(NORMAL_RESULT.encode())
    (one,) = message.message_body.result_list
    given = {"cons_flg": "1", "cons_time": "20260401090110", "available_time": "20260402090110"}
    consents: dict[str, Any] = {
        slot.name: text
        for slot in layout(Qualification)
        for end, text in given.items()
        if slot.name.endswith(end)
    }
    full = replace(one, **consents)
    return replace(message, message_body=replace(message.message_body, result_list=(full,)))


def run() -> Report:
    """Measure all six ways in turn."""
    message = sample()
    data = write(message)
    japanese = write(message, Encoding.SHIFT_JIS)
    in_japanese = read_result(japanese)
    tree = etree.fromstring(data)
    rows = _measured(
        {
            BARE_READ: lambda: etree.fromstring(data),
            READ: lambda: read_result(data),
            READ_JAPANESE: lambda: read_result(japanese),
            BARE_WRITE: lambda: etree.tostring(tree, encoding="UTF-8", xml_declaration=True),
            WRITE: lambda: write(message),
            WRITE_JAPANESE: lambda: write(in_japanese, Encoding.SHIFT_JIS),
        }
    )
    return _report(rows, len(data))


def _measured(ways: dict[str, Callable[[], object]]) -> tuple[Row, ...]:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(TURNS):
        for name, call in ways.items():
            begun = time.perf_counter()
            for _ in range(CALLS):
                call()
            seconds[name].append(time.perf_counter() - begun)
    return tuple(
        Row(_titled(name), milliseconds(times), _titled(_BESIDE[name]) if name in _BESIDE else None)
        for name, times in seconds.items()
    )


def _titled(name: str) -> str:
    return f"{CALLS} × {name}"


def _report(rows: tuple[Row, ...], size: int) -> Report:
    report = Report(f"Messages: a result of {size:,} bytes, read and written", rows)
    aims = tuple(_aim(report, name) for name in (READ, WRITE))
    return replace(report, aims=aims)


def _aim(report: Report, name: str) -> Aim:
    ours, bare = report.row(_titled(name)), report.row(_titled(_BESIDE[name]))
    times = ours.p50 / bare.p50
    return Aim(
        f"{name} within {MOST_TIMES:g} times of what the bare XML library takes, at the median",
        f"{times:.1f} times; {1000 * CALLS / ours.p50:,.0f} a second",
        times <= MOST_TIMES,
    )


if __name__ == "__main__":
    found = run()
    print(as_markdown(found))
    print(json.dumps(as_values(found), ensure_ascii=False))
