"""axe, loaded into a page of Chromium, and what it finds there."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
LOAD = f"() => {{ {AXE} }}"
RUN = """async () => {
  // A page that has just come takes no touches for a moment, and axe would leave it out.
  const stage = document.querySelector(".stage");
  if (stage) stage.inert = false;
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const bad = violations.filter((one) => ["serious", "critical"].includes(one.impact));
  return bad.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`));
}"""


def findings(page: Page) -> list[str]:
    """What axe finds serious or critical on the page as it stands."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(LOAD)
    found: list[str] = page.evaluate(RUN)
    return found
