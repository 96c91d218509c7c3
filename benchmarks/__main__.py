"""`python -m benchmarks [NAME ...]`: run all benchmarks or those named, print tables, write `build/bench.json`."""

import argparse
import json
import os
import platform
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from benchmarks.apart import measure_apart
from benchmarks.report import Skipped, as_markdown, as_values

FOLDER = Path(__file__).parent
OUTPUT = FOLDER.parent / "build" / "bench.json"
FACE_DATA, FACE_ONNX = "MADOGUCHI_FACE_DATA", "MADOGUCHI_FACE_ONNX"
_ORDER = (
    "bell",
    "card",
    "delivery",
    "consumers",
    "cluster",
    "folder",
    "bulk",
    "drain",
    "ledger",
    "statistics",
    "everypage",
    "memory",
    "resources",
    "messages",
    "fuzz",
    "face",
    "cardface",
    "paper",
    "pages",
    "box",
    "boxface",
)


def names() -> tuple[str, ...]:
    """The benchmarks there are: `bench_<name>.py` with a `run()` that gives a `Report`."""
    found = {path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py")}
    return tuple(
        sorted(found, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    )


def machine() -> str:
    """One line on the machine, without its name."""
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} × {_processor()}, Python {platform.python_version()}, load {load:.1f} before the run"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return model or platform.machine()


def run_one(name: str) -> dict[str, Any] | None:
    """Run and print one benchmark; its values (empty when it was skipped), or None after a traceback."""
    begun = time.monotonic()
    try:
        report = measure_apart(name)
    except Skipped as skipped:
        print(f"## {name}: SKIPPED\n\n{skipped}\n", flush=True)
        return {}
    except Exception:
        traceback.print_exc()
        return None
    print(f"{as_markdown(report)}\n({name}: {time.monotonic() - begun:.0f} s)\n", flush=True)
    return {"name": name, **as_values(report)}


def main() -> int:
    """The command line. 1 when a benchmark broke down; a missed aim is printed, not an error."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="measure what the project promises"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of: {' '.join(names())}")
    parser.add_argument("--data", metavar="DIR", help=f"pictures of faces for `face` (or ${FACE_DATA})")
    parser.add_argument("--onnx", metavar="FILE", help=f"the second model for `face` (or ${FACE_ONNX})")
    given = parser.parse_args()
    os.environ.update(
        {key: value for key, value in ((FACE_DATA, given.data), (FACE_ONNX, given.onnx)) if value}
    )
    chosen = given.names or list(names())
    if unknown := set(chosen) - set(names()):
        parser.error(f"no such benchmark: {' '.join(sorted(unknown))}")
    line = machine()
    print(f"{line}. Times in milliseconds.\n", flush=True)
    done = [run_one(name) for name in chosen]
    OUTPUT.parent.mkdir(exist_ok=True)
    found = {"machine": line, "benchmarks": [values for values in done if values]}
    OUTPUT.write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    return 1 if None in done else 0


if __name__ == "__main__":
    sys.exit(main())
