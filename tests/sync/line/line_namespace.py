"""A network of a test's own: a process in a new network namespace that sets links up and then looks at the line.

`python -m tests.sync.line.line_namespace URL COMMANDS` runs the `ip` commands (separated by `;`) and prints the report.
"""

import json
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from appliance.sync.line.looking import Target, look

ROOT = Path(__file__).parents[3]
_BEHIND = ("DOWN", "LOWERLAYERDOWN", "DORMANT")


def looked_at(url: str, *commands: str, known_prefixes: tuple[str, ...] = ()) -> dict[str, Any]:
    """The report of a look at `url` in a fresh namespace where `commands` were run; each is what follows `ip`."""
    arguments = (sys.executable, "-m", __name__, url, ";".join(commands), ",".join(known_prefixes))
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--net", *arguments],
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Run in the namespace."""
    url, commands, prefixes = sys.argv[1:]
    for command in filter(None, commands.split(";")):
        subprocess.run(["ip", *command.split()], check=True, stdin=subprocess.DEVNULL)
    _settle()
    known = tuple(filter(None, prefixes.split(",")))
    target = Target(url, ssl.create_default_context, known, connect_timeout=0.5, total_timeout=2.0)
    print(json.dumps(look(target, lambda: datetime.now(UTC)).as_json(), ensure_ascii=False))


def _settle() -> None:
    """The kernel says that a carrier is there up to a second after it is. Looks for five at most."""
    for _ in range(100):
        told = subprocess.run(
            ["ip", "-json", "link"], check=True, capture_output=True, stdin=subprocess.DEVNULL
        )
        if not any(
            "LOWER_UP" in one["flags"] and one["operstate"] in _BEHIND for one in json.loads(told.stdout)
        ):
            return
        time.sleep(0.05)


if __name__ == "__main__":
    main()
