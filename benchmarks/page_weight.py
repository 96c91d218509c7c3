"""What a browser loads for a page the first time: style sheets, scripts and pictures, and whatever those ask for."""

import re
from collections.abc import Callable, Iterator
from posixpath import join, normpath

from lxml import html

Fetch = Callable[[str], bytes]

_IMPORT = re.compile(
    r"""^\s*(?:import\s+(?:[\w*{}\s,$]+\s+from\s+)?|export\s+[\w*{}\s,$]+\s+from\s+)["']([./][^"']+)["']""",
    re.MULTILINE,
)
_IN_STYLE = re.compile(r"""url\(["']?([^"')]+)["']?\)|@import\s+["']([^"']+)["']""")
_LOADING_LINKS = {"stylesheet", "icon", "modulepreload", "preload"}


def load_all(page: bytes, path: str, fetch: Fetch) -> None:
    """Have each file fetched, once; `fetch` gives the content at an address."""
    seen: set[str] = set()
    waiting = list(_in_page(page, path))
    while waiting:
        at = waiting.pop()
        if at not in seen:
            seen.add(at)
            waiting += _in_file(at, fetch(at))


def _in_page(page: bytes, path: str) -> Iterator[str]:
    if not page.strip():
        return
    tree = html.fromstring(page)
    for link in tree.iter("link"):
        if _LOADING_LINKS & set((link.get("rel") or "").split()):
            yield _resolved(path, link.get("href") or "")
    for one in tree.iter("script", "img", "audio", "source"):
        if src := one.get("src"):
            yield _resolved(path, src)


def _in_file(at: str, content: bytes) -> Iterator[str]:
    name = at.partition("?")[0]
    pattern = _IMPORT if name.endswith(".js") else _IN_STYLE if name.endswith(".css") else None
    for match in pattern.finditer(content.decode()) if pattern else ():
        text = next(one for one in match.groups() if one)
        if not text.startswith("data:"):
            yield _resolved(name, text)


def _resolved(base: str, href: str) -> str:
    return href if href.startswith("/") else normpath(join(base.rpartition("/")[0] + "/", href))
