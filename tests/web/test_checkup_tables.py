"""Checkups as item and date, with references and marks; their plots say what the table says."""

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from appliance.eligibility.message_medical import Checkup, CheckupBody, CheckupItem
from appliance.eligibility.rules.checkup_ranges import CheckupRangeRow, Mark, range_for
from appliance.eligibility.rules.packaged_book import packaged_book, with_additions
from appliance.web import charts
from appliance.web.medical.checkups import CheckupTable, Row, table_of
from appliance.web.medical.plots import plots_of

TODAY = date(2026, 11, 29)
HBA1C, WAIST, SUGAR = "3D046000001906202", "9N016160100000001", "1A020000000191111"


def item(code: str, name: str, value: str, unit: str = "", word: str | None = None) -> CheckupItem:
    return CheckupItem(item_code=code, item_name=name, data_value=value, unit=unit, data_value_name=word)


def exam(day: str, *items: CheckupItem) -> Checkup:
    return Checkup(effective_time=day, health_checkup_result_and_question_infos=items)


def table(*exams: Checkup, sex: str = "1") -> CheckupTable:
    return table_of(CheckupBody(specific_health_checkup_info=exams), packaged_book(), TODAY, sex)


def only(found: CheckupTable) -> Row:
    (row,) = found.rows
    return row


def test_they_stand_side_by_side_newest_first_and_nothing_is_lost() -> None:
    found = table(
        exam("20240510", item("", "体重", "60", "kg"), item("", "喫煙", "1", word="はい")),
        exam("20250610", item("", "体重", "62", "kg"), item("9N", "", "3")),
        exam("いつか", item("", "体重", "61", "kg")),
    )
    assert found.days == ("いつか", "2025/06/10", "2024/05/10")
    said = {row.name: tuple(value.said for value in row.values) for row in found.rows}
    assert said == {"体重": ("61", "62", "60"), "9N": ("", "3", ""), "喫煙": ("", "", "はい")}


@pytest.mark.parametrize(
    ("value", "mark"),
    [("5.5", None), ("5.6", Mark.HIGH), ("７．０", Mark.HIGH), ("5.6以上", None), ("", None), ("NaN", None)],
)
def test_a_value_on_the_line_is_marked_and_what_is_no_number_is_not(value: str, mark: Mark | None) -> None:
    row = only(table(exam("20250610", item(HBA1C, "HbA1c", value, "%"))))
    assert row.reference == "5.6未満"
    assert row.values[0].mark is mark


def test_low_is_marked_where_low_is_bad() -> None:
    hdl = item("3F070000002327101", "HDL", "39", "mg/dL")
    assert only(table(exam("20250610", hdl))).values[0].mark is Mark.LOW


@pytest.mark.parametrize(("sex", "reference"), [("1", "85未満"), ("2", "90未満"), ("3", ""), ("", "")])
def test_a_reference_of_one_sex_is_for_nobody_else(sex: str, reference: str) -> None:
    assert only(table(exam("20250610", item(WAIST, "腹囲", "86")), sex=sex)).reference == reference


@pytest.mark.parametrize(
    ("word", "mark"), [("（－）", None), ("-", None), ("（＋）", Mark.OTHER), ("（±）", Mark.OTHER)]
)
def test_words_are_compared_without_brackets_and_widths(word: str, mark: Mark | None) -> None:
    row = only(table(exam("20250610", item(SUGAR, "尿糖", "1", word=word))))
    assert row.values[0].mark is mark
    assert row.points == ()


def test_an_unknown_item_has_no_reference() -> None:
    assert range_for(packaged_book(), TODAY, "", "1") is None
    assert only(table(exam("20250610", item("ZZ", "知らない項目", "99")))).reference == ""


def test_casual_and_fasting_values_have_references_of_their_own() -> None:
    fasting = range_for(packaged_book(), TODAY, "3F015000002327101", "1")
    casual = range_for(packaged_book(), TODAY, "3F015129902327101", "1")
    assert fasting is not None
    assert casual is not None
    assert (fasting.below, casual.below) == ("150", "175")


@pytest.mark.parametrize(
    ("line", "reason"),
    [('below = "many"', "below"), ("", "どれか"), ('below = "1"\nsex = "3"', "sex")],
)
def test_a_wrong_row_is_refused_with_the_reason(line: str, reason: str) -> None:
    text = f"""[[checkup-ranges]]
id = "ours"
from = 2026-01-01
item = "ours"
label = "ours"
codes = ["ZZ"]
source = "ours"
{line}
"""
    (refusal,) = with_additions([("rules/ours.toml", text)]).refusals
    assert reason in refusal.reason


def test_a_site_may_have_its_own_reference() -> None:
    text = """[[checkup-ranges]]
id = "our-hba1c"
from = 2026-01-01
item = "hba1c"
label = "HbA1c"
codes = ["3D046"]
below = "6.0"
source = "当院の基準"
replaces = ["hba1c"]
"""
    found = range_for(with_additions([("rules/ours.toml", text)]), TODAY, HBA1C, "1")
    assert found is not None
    assert isinstance(found, CheckupRangeRow)
    assert found.said == "6.0未満"


def test_plots_are_drawn_of_what_was_measured_twice_and_need_no_style_of_their_own() -> None:
    found = table(
        exam("20240510", item(HBA1C, "HbA1c", "5.4", "%"), item("", "体重", "60"), item("", "同じ", "5")),
        exam(
            "20250610", item(HBA1C, "HbA1c", "5.8", "%"), item("", "RF定量", "3未満"), item("", "同じ", "5")
        ),
    )
    plots = {plot.name: plot for plot in plots_of(found)}
    assert set(plots) == {"HbA1c", "同じ"}
    plot = plots["HbA1c"]
    root = ElementTree.fromstring(str(plot.picture))  # noqa: S314 - we drew it
    assert root.get("aria-label") == "HbA1cの移り変わり: 2024年 5.4、2025年 5.8"
    elements = list(root.iter())
    assert not any(one.tag.endswith(("style", "script")) or "style" in one.attrib for one in elements)
    assert len([one for one in elements if one.tag.endswith("circle")]) == 2
    dashed = [one for one in elements if one.get("stroke-dasharray")]
    assert len(dashed) == 1  # the reference
    assert {one.get("stroke") for one in elements if one.get("stroke")} == {"currentColor"}
    assert only(table(exam("20250610", item("", "x", "1.50")))).points == (
        (date(2025, 6, 10), Decimal("1.50")),
    )


def test_small_plots_leave_the_look_of_other_charts_as_it_was() -> None:
    wide = charts.columns("件数", [("1", 3.0), ("2", 5.0)])
    row = only(table(*(exam(f"202{n}0610", item(HBA1C, "HbA1c", f"5.{n}", "%")) for n in (3, 4))))
    assert charts.points("HbA1c", row.points, row.limits)
    assert charts.columns("件数", [("1", 3.0), ("2", 5.0)]) == wide
    assert charts.points("HbA1c", row.points[:1], row.limits) == ""
