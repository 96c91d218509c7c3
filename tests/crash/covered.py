"""Which code the crash suite has proved: `python -m tests.crash.covered check` fails when it has changed since.

`record` writes down what is there now; whoever has run `make crash` with a thousand kills does that and commits it.
"""

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECORD = Path(__file__).with_name("covered.txt")
COVERED = (
    "appliance/ledger/**/*.py",
    "appliance/sync/**/*.py",
    "appliance/web/*.py",
    "appliance/web/reception/entry.py",
    "appliance/web/bulk/views.py",
    "tests/crash/*.py",
)


def fingerprint(root: Path) -> str:
    """Of the names and contents of all that is covered below `root`."""
    found = sorted(path for pattern in COVERED for path in root.glob(pattern))
    whole = hashlib.sha256()
    for path in found:
        data = path.read_bytes()
        whole.update(f"{path.relative_to(root)}\0{len(data)}\0".encode() + data)
    return whole.hexdigest()


def main(what: str) -> int:
    """0 when what is there is what was recorded, 1 otherwise."""
    now = fingerprint(ROOT)
    if what == "record":
        RECORD.write_text(f"{now}\n", "ascii")
    return 0 if RECORD.exists() and RECORD.read_text("ascii").strip() == now else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
