"""Which code the long suites have proved: `python -m tests.covered check crash` fails when it has changed since.

`record` writes down what is there now; whoever has run the suite (`make crash` with a thousand kills, `make cluster`, `make stories`, `make image-test`)
does that and commits it.
"""

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUITES = {
    "crash": (
        "appliance/ledger/**/*.py",
        "appliance/sync/**/*.py",
        "appliance/web/*.py",
        "appliance/web/reception/entry.py",
        "appliance/web/bulk/views.py",
        "tests/crash/*.py",
    ),
    "cluster": (
        "appliance/ledger/conditions.py",
        "appliance/ledger/deliveries.py",
        "appliance/sync/mqtt_*.py",
        "appliance/sync/service.py",
        "appliance/sync/topics.py",
        "docs/many-boxes.md",
        "tests/cluster/*.py",
        "tools/cluster-packages.txt",
    ),
    "crawl": (
        "appliance/web/**/*.py",
        "appliance/web/**/*.html",
        "tests/crawl/*.py",
        "tools/crawler.lock",
    ),
    "image": (
        "image-build/**/*",
        "systemd/**/*",
        "tests/image/*.py",
        "tools/debian-packages.txt",
        "requirements-box.lock",
        "pyproject.toml",
        "appliance/__main__.py",
        "appliance/service_manager.py",
        "appliance/cli/running.py",
        "appliance/cli/commissioning/*.py",
        "appliance/cli/updating/*.py",
    ),
    "stories": (
        *(f"appliance/**/*.{kind}" for kind in ("py", "html", "css", "js", "toml", "json", "po", "svg")),
        "contract/**/*.json",
        "tests/*.py",
        "tests/stories/*.py",
        "tools/debian-packages.txt",
        "requirements.lock",
    ),
}
"""What each suite covers. The guide is in it because the rights in it are what the clusters of the tests are given."""


def files(suite: str, root: Path = ROOT) -> list[Path]:
    """All that `suite` covers below `root`. Raises `AssertionError` for a pattern that finds nothing."""
    found = {pattern: [path for path in root.glob(pattern) if path.is_file()] for pattern in SUITES[suite]}
    assert all(found.values()), [pattern for pattern, paths in found.items() if not paths]
    return sorted(path for paths in found.values() for path in paths)


def fingerprint(suite: str, root: Path = ROOT) -> str:
    """Of the names and contents of all that `suite` covers below `root`."""
    whole = hashlib.sha256()
    for path in files(suite, root):
        data = path.read_bytes()
        whole.update(f"{path.relative_to(root)}\0{len(data)}\0".encode() + data)
    return whole.hexdigest()


def record_of(suite: str) -> Path:
    """Where it is written down what the suite was last run on."""
    return Path(__file__).parent / suite / "covered.txt"


def main(what: str, suite: str) -> int:
    """0 when what is there is what was recorded, 1 otherwise."""
    now, record = fingerprint(suite), record_of(suite)
    if what == "record":
        record.write_text(f"{now}\n", "ascii")
    return 0 if record.exists() and record.read_text("ascii").strip() == now else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
