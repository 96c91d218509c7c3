#!/usr/bin/env python3
"""Make the tables of docs/security/*.md of the TOML files beside them, so that people and tests read the same."""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "security"
_HEADS = {
    "asvs": """# OWASP ASVS 5.0.0

Level 2 whole, level 3 for sessions, cryptography and secrets. The numbers are the standard's (CC BY-SA 4.0, OWASP Foundation), the words our
own: whoever judges reads the standard. It is our own judgement, made by reading the code, and no certificate. What is *partly* or *not* says what lacks.
""",
    "guideline": """# 医療情報システムの安全管理に関するガイドライン 第6.0版: システム運用編

What the box does for it. A number like 14① is a clause that was read in a public copy; a chapter or a word alone sums up and cites nothing.
*clinic* is what only the clinic can do. It is our own judgement and no official one.
""",
}


@dataclass(frozen=True)
class Row:
    """One requirement, or several that there is nothing for."""

    ids: tuple[str, ...]
    state: str
    asks: str
    how: str
    where: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Chapter:
    """One chapter with its rows, in the order of the file."""

    number: str
    title: str
    rows: tuple[Row, ...]


def chapters(text: str) -> list[Chapter]:
    """What a file says. Raises `KeyError`, `TOMLDecodeError` for one that is not of the form."""
    found = []
    for number, chapter in tomllib.loads(text).items():
        rows = [
            Row((key,), row["state"], row["asks"], row["how"], tuple(row["where"]), tuple(row["tests"]))
            for key, row in chapter.get("rows", {}).items()
        ]
        rows += [
            Row(tuple(one["ids"]), "not-applicable", "", one["why"], (), ())
            for one in chapter.get("absent", [])
        ]
        found.append(Chapter(number, chapter["title"], tuple(rows)))
    return found


def page(name: str, text: str) -> str:
    """The page of one file."""
    found = chapters(text)
    count = Counter(row.state for chapter in found for row in chapter.rows for _ in row.ids)
    sums = ", ".join(
        f"{count[state]} {state.replace('-', ' ')}"
        for state in sorted(count, key=lambda state: -count[state])
    )
    lines = [
        _HEADS[name],
        f"Of {count.total()}: {sums}. Made of [{name}.toml]({name}.toml) by `make matrices`.",
        "",
    ]
    for chapter in found:
        lines += [f"## {chapter.number} {chapter.title}", ""]
        lines += ["| id | asks | state | how | where | tests |", "|---|---|---|---|---|---|"]
        lines += [_line(row) for row in chapter.rows]
        lines.append("")
    return "\n".join(lines)


def _line(row: Row) -> str:
    state = row.state.replace("-", " ")
    cells = [", ".join(row.ids), row.asks, state, row.how, _links(row.where), _links(row.tests)]
    return f"| {' | '.join(cell.replace('|', '/') or '–' for cell in cells)} |"


def _links(paths: tuple[str, ...]) -> str:
    return ", ".join(dict.fromkeys(_link(path) for path in paths))


def _link(path: str) -> str:
    place, _, test = path.partition("::")
    return f"[{(test or place.rpartition('/')[2]).replace('_', chr(92) + '_')}](../../{place})"


def pages() -> Iterator[tuple[Path, str]]:
    """Every page with what has to stand in it."""
    for name in _HEADS:
        yield FOLDER / f"{name}.md", page(name, (FOLDER / f"{name}.toml").read_text("utf-8"))


def main() -> int:
    """Write them."""
    for path, text in pages():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
