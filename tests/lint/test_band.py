"""Files stay small enough to read in one go."""

from tests.lint.tracked import ROOT, project_files

MOST_LINES = 800


def lines_over(text: str, most: int) -> int:
    """By how many lines a text is too long, 0 when it is not."""
    return max(0, len(text.splitlines()) - most)


def test_no_python_file_is_over_the_cap() -> None:
    sources = [path for path in project_files() if path.suffix == ".py"]
    assert len(sources) > 8
    over = {
        str(path.relative_to(ROOT)): lines_over(path.read_text(encoding="utf-8"), MOST_LINES)
        for path in sources
    }
    assert {name: by for name, by in over.items() if by} == {}


def test_a_long_file_is_found() -> None:
    assert lines_over("x\n" * 800, MOST_LINES) == 0
    assert lines_over("x\n" * 801, MOST_LINES) == 1
