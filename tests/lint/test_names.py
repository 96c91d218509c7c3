"""Test files without packages around them are told apart by their names alone."""

from collections import Counter

from tests.lint.tracked import project_files


def test_every_test_file_has_a_name_of_its_own() -> None:
    names = Counter(path.name for path in project_files() if path.match("test_*.py"))
    assert len(names) > 20
    assert [name for name, count in names.items() if count > 1] == []
