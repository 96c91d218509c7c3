"""wapiti, a crawler that fills in every form it finds, at a running demo: as a stranger and signed in as each role.

What it tries: scripts in fields (also such as come out on another page), SQL, commands, foreign files, XML entities, line
breaks in headers, uploads, ways elsewhere; and whether an answer is a 500. The administrator comes last, who can break most.
"""

import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.ledger.accounts import Role
from appliance.ledger.database import Ledger
from appliance.settings import Box
from appliance.web.guard import COOKIE
from tests.stories.demo_box import DemoBox, start
from tests.web.desk_world import Desk

ROOT = Path(__file__).parents[2]
CRAWLER = ROOT / ".crawler" / "bin" / "wapiti"
MODULES = "xss,permanentxss,sql,exec,file,xxe,crlf,redirect,upload,csp,cookieflags"
SECONDS = int(os.environ.get("CRAWL_SECONDS", "45"))
"""How long it looks for pages, and a sixth of it for each kind of attack: it comes as far as it comes."""

FEWEST_PAGES = {"stranger": 1, Role.PATIENT_SCREEN: 2}
"""For all others a dozen: a crawler that was signed out at once would find nothing wrong."""

WHO = ("stranger", Role.PATIENT_SCREEN, Role.RECEPTION, Role.CLINICIAN, Role.MAINTENANCE, Role.ADMINISTRATOR)

pytestmark = [
    pytest.mark.timeout(6 * SECONDS),
    pytest.mark.skipif(not CRAWLER.exists(), reason="`make crawl` installs the crawler"),
]


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoBox]:
    """A demo where three patients have been."""
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        running = start(Path(folder), 1)
        with contextlib.closing(running):
            for person in ("p01", "p04", "p09"):
                running.until_delivered(running.visit(person))
            yield running


@pytest.mark.parametrize("who", WHO)
def test_a_crawler_finds_nothing(demo: DemoBox, who: str, tmp_path: Path) -> None:
    report = crawled(demo, who, tmp_path)
    found = {**report["vulnerabilities"], **report["anomalies"]}
    assert {kind: [one["curl_command"] for one in rows] for kind, rows in found.items() if rows} == {}
    assert report["infos"]["crawled_pages_nbr"] >= FEWEST_PAGES.get(who, 12)


def crawled(demo: DemoBox, who: str, folder: Path) -> Any:
    """What the crawler says of the pages that `who` can reach."""
    url, report = f"{demo.url}/", folder / "report.json"
    options = {
        "--scope": "folder",
        "--module": MODULES,
        "--depth": "4",
        "--max-links-per-page": "100",
        "--max-files-per-dir": "20",
        "--max-scan-time": str(SECONDS),
        "--max-attack-time": str(SECONDS // 6),
        "--tasks": "4",
        "--verify-ssl": "0",
        "--store-session": str(folder / "session"),
        "--format": "json",
        "--output": str(report),
        # Else it would be a stranger from then on.
        "--exclude": f"{demo.url}/sign-out",
    }
    words = [word for option in options.items() for word in option]
    command = [str(CRAWLER), "--url", url, *words, "--flush-session", "--no-bugreport"]
    with contextlib.ExitStack() as stack:
        if who != "stranger":
            cookie = stack.enter_context(signed_in(demo, Role(who)))
            command += ["--header", f"Cookie: {COOKIE}={cookie}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=5 * SECONDS, check=False)
    assert report.exists(), done.stdout + done.stderr
    return json.loads(report.read_text("utf-8"))


@contextlib.contextmanager
def signed_in(demo: DemoBox, role: Role) -> Iterator[str]:
    """The cookie of an account of its own."""
    box = Box(demo.root)
    with contextlib.closing(Ledger.of(box)) as ledger:
        desk = Desk(box, ledger, box.load())
        yield desk.prove(desk.sign_in(role, f"crawler-{role.value}"))
