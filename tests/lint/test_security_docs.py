"""What the papers on security say points at what is there, and each requirement is judged once."""

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from appliance import paper_hatch
from appliance.devices.face import picture
from appliance.devices.paper import bounds, worker_child
from appliance.eligibility import appointments, consumer_requests, list_text, xml_source
from appliance.identity import opening
from appliance.sync import broker
from appliance.web.app import LARGEST_REQUEST
from tests.lint.tracked import ROOT, project_files
from tools.matrices import FOLDER, Row, chapters, pages

PAPER = ROOT / "docs" / "security.md"
IDS = ROOT / "tests" / "lint" / "asvs_ids.txt"
LINK = re.compile(r"\[([^\]]+)\]\(([^)#]+)\)")
CRYPTOGRAPHY = {"argon2", "cryptography", "hashlib", "hmac", "pyotp", "pyzipper", "ssl", "webauthn"}
# The virtual world and the vendors' bench stand on no box's side of the line.
ELSEWHERE = ("appliance/demo/", "appliance/cli/vendor/")
STATES = {"asvs": {"met", "partly", "not", "not-applicable"}}
STATES["guideline"] = STATES["asvs"] | {"clinic"}


def judged(name: str) -> list[Row]:
    """Every row of a file."""
    return [row for chapter in chapters((FOLDER / f"{name}.toml").read_text("utf-8")) for row in chapter.rows]


def complaints(row: Row, states: set[str], files: set[str]) -> list[str]:
    """What is wrong with a row; `files` are all of the project's."""
    said = []
    if row.state not in states:
        said.append(f"no state: {row.state}")
    if not row.how:
        said.append("does not say how")
    if row.state == "met" and not (row.where and row.tests):
        said.append("met, but without a place or without a test")
    if row.state == "partly" and not row.where:
        said.append("partly, but nowhere")
    said += [f"no such file: {one}" for one in row.where if one not in files]
    said += [f"no such test: {one}" for one in row.tests if not is_test(one, files)]
    return [f"{row.ids[0]}: {one}" for one in said]


def is_test(place: str, files: set[str]) -> bool:
    """Whether `file` or `file::test` is there."""
    path, _, name = place.partition("::")
    return path in files and (not name or f"def {name}(" in (ROOT / path).read_text("utf-8"))


def missing_links(text: str, files: set[str]) -> Iterator[str]:
    """What `docs/security.md` points at that is not there. A link whose words are a test's name points at that test."""
    for words, place in LINK.findall(text):
        path = str((PAPER.parent / place).resolve().relative_to(ROOT))
        name = f"::{words}" if words.startswith("test_") and not words.endswith(".py") else ""
        if not is_test(f"{path}{name}", files):
            yield f"{words}: {path}{name}"


def imported(source: str) -> set[str]:
    """The first names of everything a module imports."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {
        alias.name.partition(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names
    }
    froms = {
        node.module.partition(".")[0] for node in nodes if isinstance(node, ast.ImportFrom) and node.module
    }
    return plain | froms


def section(title: str) -> str:
    """What stands under a heading of the paper."""
    _, _, rest = PAPER.read_text("utf-8").partition(f"## {title}\n")
    return rest.partition("\n## ")[0]


@pytest.fixture(scope="module")
def files() -> set[str]:
    """Every file of the project, from its root."""
    return {str(path.relative_to(ROOT)) for path in project_files()}


def test_every_requirement_of_the_level_is_judged_once() -> None:
    lines = [line.split() for line in IDS.read_text("utf-8").splitlines() if not line.startswith("#")]
    # As the standard counts its first two levels, and what we take of the third.
    assert Counter(level for _, level in lines) == {"1": 70, "2": 183, "3": 17}
    asked = [number for number, _ in lines]
    assert Counter(number for row in judged("asvs") for number in row.ids) == Counter(asked)


@pytest.mark.parametrize("name", ["asvs", "guideline"])
def test_every_row_points_at_what_is_there(name: str, files: set[str]) -> None:
    rows = judged(name)
    assert len(rows) > 40
    assert [said for row in rows for said in complaints(row, STATES[name], files)] == []


def test_the_pages_are_made_of_the_files() -> None:
    assert [path.name for path, text in pages() if path.read_text("utf-8") != text] == [], "make matrices"


def test_the_paper_points_at_what_is_there(files: set[str]) -> None:
    text = PAPER.read_text("utf-8")
    assert len(LINK.findall(text)) > 50
    assert list(missing_links(text, files)) == []


def test_the_limits_in_the_paper_are_those_of_the_code() -> None:
    text = section("What is taken in, and how much of it")
    rows = re.findall(r"^\| [^|]+ \| [^|]+ \| ([^|]+) \| \[", text, flags=re.MULTILINE)
    said = [number for row in rows for number in re.findall(r"\d+ \w+", row)]
    meant = [
        _bytes(LARGEST_REQUEST),
        _bytes(list_text.MOST_BYTES),
        f"{appointments.MOST_PEOPLE} people",
        _bytes(consumer_requests.MOST_BYTES),
        _bytes(paper_hatch.MOST_BYTES),
        f"{bounds.MOST_PIXELS} pixels",
        _bytes(worker_child.MOST_MEMORY),
        f"{worker_child.MOST_SECONDS} seconds",
        _bytes(xml_source.SIZE_LIMIT),
        _bytes(xml_source.BULK_SIZE_LIMIT),
        f"{xml_source.DEPTH_LIMIT} levels",
        _bytes(xml_source.SIZE_LIMIT),
        f"{opening.SIZE_LIMIT} bytes",
        _bytes(picture.MOST_BYTES),
        f"{picture.MOST_PIXELS} pixels",
        _bytes(int(re.findall(r"max_packet_size (\d+)", inspect.getsource(broker))[0])),
    ]
    assert said == meant


def _bytes(count: int) -> str:
    return f"{count >> 20} MiB" if count >= 1 << 20 else f"{count >> 10} KiB"


def test_every_use_of_cryptography_stands_in_the_inventory(files: set[str]) -> None:
    named = {place.removeprefix("../") for _, place in LINK.findall(section("Keys and algorithms"))}
    used = {
        name
        for name in files
        if name.startswith("appliance/") and name.endswith(".py") and not name.startswith(ELSEWHERE)
        if imported((ROOT / name).read_text("utf-8")) & CRYPTOGRAPHY
    }
    assert len(used) > 20
    assert sorted(used - named) == [], "say in docs/security.md, Keys and algorithms, what they use it for"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (Row(("1",), "done", "", "so", (), ()), "no state"),
        (Row(("1",), "met", "", "so", ("a.py",), ()), "without a test"),
        (Row(("1",), "met", "", "so", (), ("tests/t.py",)), "without a place"),
        (Row(("1",), "partly", "", "so", (), ()), "nowhere"),
        (Row(("1",), "not", "", "", (), ()), "does not say how"),
        (Row(("1",), "not", "", "so", ("b.py",), ()), "no such file: b.py"),
        (Row(("1",), "not", "", "so", (), ("tests/lint/test_security_docs.py::test_x",)), "no such test"),
    ],
)
def test_a_wrong_row_is_found(row: Row, complaint: str) -> None:
    there = {"a.py", "tests/t.py", "tests/lint/test_security_docs.py"}
    assert complaint in "\n".join(complaints(row, STATES["asvs"], there))


def test_a_link_to_nothing_is_found(files: set[str]) -> None:
    text = "[a](limits.md) [b](nowhere.md) [test_that_is_not_there](../tests/lint/test_security_docs.py)"
    assert [said.partition(":")[0] for said in missing_links(text, files)] == ["b", "test_that_is_not_there"]


def test_every_way_to_import_is_seen() -> None:
    assert imported("import ssl\nfrom cryptography.x509 import oid\ndef f():\n    import hmac as h\n") == {
        "ssl",
        "cryptography",
        "hmac",
    }
