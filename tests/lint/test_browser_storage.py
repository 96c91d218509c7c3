"""What scripts leave in a browser's storage is a short list, and nothing of a patient is on it."""

import re

from tests.lint.tracked import ROOT, project_files

USE = re.compile(
    r"\b(localStorage|sessionStorage|indexedDB|caches)\b(?:\.setItem\(([^,]+),|\[([^\]]+)\] =|\.(open)\()?"
)
WRITTEN = {
    ("appliance/web/handbook/static/begin.js", '"madoguchi-tour"'),
    ("appliance/web/handbook/static/help.js", "TOUR"),
    ("appliance/web/reception/static/manual.js", "LAST"),
    ("appliance/web/static/lock.js", "MINE"),
}
"""Where a tour of the pages stands, which kind of document was typed last, and when somebody last touched a page."""


def writes(name: str, text: str) -> set[tuple[str, str]]:
    """What a script writes into storage; databases and caches count with their first use."""
    return {
        (name, key or index or kind)
        for kind, key, index, opened in USE.findall(text)
        if key or index or opened or kind in ("indexedDB", "caches")
    }


def test_scripts_store_what_is_known_to_be_harmless() -> None:
    scripts = [path for path in project_files() if path.suffix == ".js" and "appliance" in path.parts]
    assert len(scripts) > 20
    found = set().union(*(writes(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in scripts))
    assert found == WRITTEN


def test_every_kind_of_storage_is_seen() -> None:
    text = 'localStorage[KEY] = 1; sessionStorage.setItem("a", x); indexedDB.open("b"); localStorage.getItem("c");'
    assert writes("x.js", text) == {("x.js", "KEY"), ("x.js", '"a"'), ("x.js", "indexedDB")}
