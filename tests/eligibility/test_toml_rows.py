"""Every row knows its line, every refusal points at one."""

import pytest

from appliance.eligibility.toml_rows import UNKNOWN_LINE, BadFile, Refusal, rows_of

TEXT = '''# a note
[[rule]]
name = "a"
value = 1

[[ other ]]  # of another kind
name = "b"
long = """
[[rule]]
name = "not a row"
"""

[[rule]]
value = [
    1, 2,
]
name = "c"
'''


def refusal_of(text: str) -> Refusal:
    with pytest.raises(BadFile) as failed:
        rows_of(text, "x.toml")
    return failed.value.refusal


def test_rows_come_in_their_order_with_the_lines_of_header_and_keys() -> None:
    rows = rows_of(TEXT, "x.toml")
    assert [(row.table, row.line, row.values["name"]) for row in rows] == [
        ("rule", 2, "a"),
        ("other", 6, "b"),
        ("rule", 13, "c"),
    ]
    assert rows[0].lines == {"name": 3, "value": 4}
    assert rows[2].lines == {"value": 14, "name": 17}


def test_a_refusal_points_at_the_key_or_at_the_row() -> None:
    row = rows_of(TEXT, "x.toml")[2]
    assert str(row.refusal("だめです", "name")) == "x.toml 17行目: だめです"
    assert str(row.refusal("ありません", "missing")) == "x.toml 13行目: ありません"


@pytest.mark.parametrize(
    ("text", "line"),
    [('[[rule]]\nname = "a\n', 2), ("[[rule]]\nname\n", 2), ("[[rule]]\na = 1\na = 2\n", 3)],
)
def test_text_that_is_not_toml_is_refused_by_line(text: str, line: int) -> None:
    assert (refusal_of(text).file, refusal_of(text).line) == ("x.toml", line)
    assert "TOMLとして読めません" in refusal_of(text).reason
    assert "at line" not in refusal_of(text).reason


@pytest.mark.parametrize("text", ["name = 1\n", "[rule]\nname = 1\n", "rule = [1]\n"])
def test_only_rows_stand_at_the_top(text: str) -> None:
    assert "[[行]] ではない項目" in refusal_of(text).reason


def test_rows_written_in_line_are_rows_without_a_known_line() -> None:
    (row,) = rows_of('rule = [{ name = "a" }]\n', "x.toml")
    assert (row.values, row.line) == ({"name": "a"}, UNKNOWN_LINE)
    assert str(row.refusal("だめです", "name")) == "x.toml: だめです"


def test_no_rows_are_no_rows() -> None:
    assert rows_of("", "x.toml") == ()
