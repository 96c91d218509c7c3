"""docs/coverage.md answers for every wish once, and points only at what is there."""

import re
from dataclasses import dataclass

import pytest

from tests.lint.tracked import ROOT, project_files

PAGE = ROOT / "docs" / "coverage.md"
IDS = ROOT / "tests" / "lint" / "coverage_ids.txt"
LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")
LATER_WORK = re.compile(r"^\| ([a-z]+) \| [^|]+ \|$", re.MULTILINE)
NONE = "–"
# state: whether a row in it has a place, and whether it has later work
STATES = {"works": (True, False), "partly": (True, True), "later": (False, True)}


@dataclass(frozen=True)
class Wish:
    """One row of the page."""

    id: str
    mark: str
    what: str
    state: str
    where: tuple[str, ...]
    later: tuple[str, ...]


def wishes(text: str) -> list[Wish]:
    """The rows of every table with six columns, without the headings."""
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line[:2] == "| "
    ]
    return [
        Wish(row[0], row[1], row[2], row[3], _places(row[4]), _topics(row[5]))
        for row in rows
        if len(row) == 6 and row[0] != "id"
    ]


def complaints(wish: Wish, topics: set[str], files: set[str]) -> list[str]:
    """What is wrong with a row; `topics` is the later work there is, `files` every file of the project."""
    found = []
    if wish.state not in STATES:
        return [f"{wish.id}: no state: {wish.state}"]
    has_place, has_later = STATES[wish.state]
    if bool(wish.where) is not has_place:
        found.append(f"{wish.id}: {wish.state}, where is {wish.where}")
    if bool(wish.later) is not has_later:
        found.append(f"{wish.id}: {wish.state}, comes with {wish.later}")
    found += [f"{wish.id}: no such later work: {topic}" for topic in wish.later if topic not in topics]
    found += [f"{wish.id}: no such file: {place}" for place in wish.where if place not in files]
    if not wish.what:
        found.append(f"{wish.id}: says nothing")
    return found


def _places(cell: str) -> tuple[str, ...]:
    return () if cell == NONE else tuple(LINK.findall(cell)) or (cell,)


def _topics(cell: str) -> tuple[str, ...]:
    return () if cell == NONE else tuple(part.strip() for part in cell.split(","))


def test_every_wish_is_answered_once_with_its_mark() -> None:
    lines = IDS.read_text("utf-8").splitlines()
    asked = [tuple(line.split()) for line in lines if line and not line.startswith("#")]
    assert len(asked) == len(set(asked)) == 129
    answered = [(wish.id, wish.mark) for wish in wishes(PAGE.read_text("utf-8"))]
    assert sorted(answered) == sorted(asked)


def test_every_row_has_a_state_and_a_place_that_is_there() -> None:
    text = PAGE.read_text("utf-8")
    topics = set(LATER_WORK.findall(text))
    assert len(topics) > 4
    files = {f"../{path.relative_to(ROOT)}" for path in project_files()}
    assert [said for wish in wishes(text) for said in complaints(wish, topics, files)] == []


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("| S9-01 | Y | wish | done | [a](../a) | – |", "no state: done"),
        ("| S9-01 | Y | wish | works | – | – |", "where is ()"),
        ("| S9-01 | Y | wish | works | [a](../a) | pages |", "comes with ('pages',)"),
        ("| S9-01 | Y | wish | partly | [a](../a) | – |", "comes with ()"),
        ("| S9-01 | Y | wish | later | – | issue 6 |", "no such later work: issue 6"),
        ("| S9-01 | Y | wish | later | [a](../a) | pages |", "where is ('../a',)"),
        ("| S9-01 | Y | wish | works | [b](../b) | – |", "no such file: ../b"),
        ("| S9-01 | Y | wish | works | somewhere | – |", "no such file: somewhere"),
        ("| S9-01 | Y |  | works | [a](../a) | – |", "says nothing"),
    ],
)
def test_a_wrong_row_is_found(row: str, complaint: str) -> None:
    (wish,) = wishes(f"| id | mark | what | state | where | comes with |\n|---|---|---|---|---|---|\n{row}\n")
    assert complaint in "\n".join(complaints(wish, {"pages"}, {"../a"}))


def test_a_right_row_passes() -> None:
    (wish,) = wishes("| S9-01 | Y | wish | partly | [a](../a), [b](../b) | pages, box |\n")
    assert complaints(wish, {"pages", "box"}, {"../a", "../b"}) == []
