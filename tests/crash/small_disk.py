"""A whole box on a file system that fills up under it, seen from the reception: `python -m tests.crash.small_disk FOLDER`.

Run inside a mount namespace of its own (`command`): a tmpfs lies over FOLDER there, which goes with the process.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from appliance.ledger import checks
from appliance.ledger.checks import CheckState
from tests.browser import ARGUMENTS, CHROMIUM
from tests.crash.boundaries import Killing
from tests.crash.clinic import ROOT, Clinic, open_clinic

SIZE = "48m"
TYPED = {"insurer_number": "06139992", "symbol": "架空１２", "number": "3456", "birthdate": "S55.2.17"}
_WAIT_MS = 25_000
_SLOW_SECONDS = 12.0


def command(*words: str) -> list[str]:
    """The command that gives `words` mounts of its own, which nobody else sees."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, "--mount", "--", *words]


def why_not() -> str:
    """Why no file system can be mounted here; empty when one can."""
    tried = subprocess.run(
        command("mount", "-t", "tmpfs", "tmpfs", "/mnt"), check=False, capture_output=True, text=True
    )
    return tried.stderr.strip() if tried.returncode else ""


@contextlib.contextmanager
def full(clinic: Clinic) -> Iterator[None]:
    """No room at all, not even where the ledger has been before."""
    ballast = clinic.box.root / "ballast"
    assert clinic.ledger.read.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    with ballast.open("wb", buffering=0) as stream:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while stream.write(b"\0" * size):
                    pass
    yield
    ballast.unlink()


def run(clinic: Clinic, page: Page) -> dict[str, Any]:
    """What the receptionist sees and what becomes of it."""
    killing = Killing(clinic)
    clinic.until("sync at rest", killing.is_at_rest)
    with signed_in(clinic, page):
        page.keyboard.press("n")
        for name, value in TYPED.items():
            page.fill(f".manual [name={name}]", value)
        clinic.center.fault("slow", seconds=_SLOW_SECONDS)
        killing.enter()
        (asked,) = killing.said.entries.values()
        clinic.until("it is being asked", lambda: _state(clinic, asked) is CheckState.ASKING)
        with full(clinic):
            clinic.center.heal()
            said = _refused(page)
            kept = {name: page.input_value(f".manual [name={name}]") for name in TYPED}
            entries = len(checks.recent(clinic.ledger, 9))
            # Its log lies on the full disk too, so sync cannot say that it failed to write the answer down.
            clinic.until("the answer is there", lambda: _answers(clinic) == 1)
            while_full = _state(clinic, asked)
        page.click(".manual [type=submit]")
        expect(page.locator("#rows .row")).to_have_count(2, timeout=_WAIT_MS)
        expect(page.locator("#rows .row", has_text="有効")).to_have_count(1, timeout=_WAIT_MS)
        clinic.until("everything is done", killing.is_at_rest)
    return {
        "said": said,
        "kept": kept,
        "entries while full": entries,
        "asked while full": while_full,
        "alive": not any(clinic.is_dead(name) for name in ("sync", "web")),
        "states": sorted(one.state for one in checks.recent(clinic.ledger, 9)),
        "delivered": len(clinic.emr.inbox.messages()),
    }


def _refused(page: Page) -> str:
    page.click(".manual [type=submit]")
    refusal = page.locator("#manual-refusal")
    expect(refusal).to_be_in_viewport(timeout=_WAIT_MS)
    refusal.click(trial=True)  # nothing lies over it
    return refusal.inner_text()


def _answers(clinic: Clinic) -> int:
    asked = clinic.center.ask("state")["checks"].values()
    return sum(one["answered"] for one in asked)


def _state(clinic: Clinic, check_id: str) -> CheckState | None:
    check = checks.find(clinic.ledger, check_id)
    return check.state if check else None


@contextlib.contextmanager
def signed_in(clinic: Clinic, page: Page) -> Iterator[None]:
    """As the receptionist, on the board."""
    account = next(one for one in clinic.facts["accounts"] if one["role"] == "reception")
    page.goto(f"https://127.0.0.1:{clinic.settings.web_port}/")
    page.fill("input[name=name]", account["name"])
    page.fill("input[name=password]", account["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    yield


def main() -> None:
    """Print as JSON what was seen."""
    folder = Path(sys.argv[1])
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], check=True)
    os.chdir(ROOT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page(
            ignore_https_errors=True, viewport={"width": 1366, "height": 768}, locale="ja-JP"
        )
        page.set_default_timeout(_WAIT_MS)
        with open_clinic(folder) as clinic:
            clinic.start("sync", "web")
            clinic.until("pages", Killing(clinic).desk.is_up)
            print(json.dumps(run(clinic, page), ensure_ascii=False))
        browser.close()


if __name__ == "__main__":
    main()
