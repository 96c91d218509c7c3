"""The pictures of docs/field-guide.md, anew from a working demo: `python -m tests.stories.guide_pictures`.

Of each page the part that the guide speaks of, in few colours: a picture must come through a clinic's line.
"""

import argparse
import html
import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from appliance.console.drawing import page as console_page
from appliance.console.facts import Facts, Slow, State, Wrong
from tests.browser import ARGUMENTS, CHROMIUM
from tests.stories.demo_box import DemoBox, start
from tests.stories.pages import signed_in

FOLDER = Path("docs/field-guide")
LARGEST = 80_000
"""Bytes that a picture may have."""
COLOURS = 32
_SIZE: ViewportSize = {"width": 1100, "height": 720}
_AT = datetime(2026, 11, 30, 0, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Taken:
    """One page of the demo: the picture's name, who sees it, where."""

    name: str
    role: str
    path: str


PAGES = (
    Taken("trust", "administrator", "/trust"),
    Taken("desk", "administrator", "/desk"),
    Taken("readers", "administrator", "/desk/readers"),
    Taken("certificate", "administrator", "/desk/certificate"),
    Taken("accounts", "administrator", "/desk/accounts"),
    Taken("consumers", "administrator", "/desk/consumers"),
    Taken("trial", "administrator", "/desk/trial"),
    Taken("backups", "administrator", "/desk/backups"),
    Taken("support", "administrator", "/desk/support"),
    Taken("reception", "reception", "/"),
)


def console_facts(state: State, *troubles: Wrong) -> Facts:
    """A box as its monitor shows it, with a made-up fingerprint."""
    machine = Slow(
        "uketsuke",
        ("192.168.1.20",),
        "3F0A 91C2 5D7E 08B4 6612 A9F3 C410 7B2D 90E5 1A68 D7C3 42FF 0B94 E817 5A26 C3D0",
        "0.1.0+202611300030",
        "A",
        (),
    )
    urls = ("https://uketsuke.local/", "https://192.168.1.20/")
    return Facts(state, "", "1319999999", urls, "http://192.168.1.20/trust", troubles, machine)


CONSOLES = {
    "console-ready": console_facts(State.READY),
    "console-offline": console_facts(
        State.OFFLINE, Wrong("LINE-001", "center"), Wrong("READER-001", "reader 2")
    ),
}


def pages(demo: DemoBox, browser: Browser) -> Iterator[tuple[str, Image.Image]]:
    """Each page as it looks on a reception PC. Raises `AssertionError` for one that does not open."""
    for role in dict.fromkeys(one.role for one in PAGES):
        with signed_in(browser, demo, role) as page:
            page.set_viewport_size(_SIZE)
            for one in PAGES:
                if one.role == role:
                    answer = page.goto(demo.url + one.path)
                    assert answer is not None
                    assert answer.ok, one.path
                    page.locator("h1, .board").first.wait_for()
                    yield one.name, _picture(page.screenshot())


def consoles(browser: Browser) -> Iterator[tuple[str, Image.Image]]:
    """The page of the monitor, as a monitor of 80 by 25 would show it."""
    page = browser.new_page(viewport={"width": 760, "height": 480})
    for name, facts in CONSOLES.items():
        text = html.escape("\n".join(console_page(facts, _AT, 80, 25, japanese=False)))
        page.set_content(
            "<body style='margin:0;background:#000'><pre style='margin:12px;color:#ccc;"
            f"font:15px/18px monospace'>{text}</pre></body>"
        )
        yield name, _picture(page.screenshot())
    page.close()


def _picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.stories.guide_pictures")
    parser.add_argument("--to", type=Path, default=FOLDER)
    to: Path = parser.parse_args().to
    to.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp")))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        stack.callback(browser.close)
        _save(to, consoles(browser))
        demo = start(folder, 2)
        stack.callback(demo.close)
        for person in ("p01", "p04", "p12"):
            demo.visit(person)
        _save(to, pages(demo, browser))
    return 0


def _save(folder: Path, pictures: Iterator[tuple[str, Image.Image]]) -> None:
    for name, picture in pictures:
        path = folder / f"{name}.png"
        picture.save(path, optimize=True)
        print(name, path.stat().st_size, "bytes", flush=True)
        assert path.stat().st_size <= LARGEST, name


if __name__ == "__main__":
    sys.exit(main())
