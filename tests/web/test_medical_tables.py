"""Drugs, treatments and operations as rows, and drugs against months: each once, newest first, nothing lost."""

from dataclasses import replace

from werkzeug.datastructures import MultiDict

from appliance.eligibility.medical_questions import months_back
from appliance.eligibility.message_drugs import (
    ClaimedDay,
    ClaimedDrug,
    ClaimedMonth,
    DispensedDay,
    DispensedDrug,
    DispensedMonth,
    DrugBody,
    PrescribedDay,
    PrescribedDrug,
    PrescribedMonth,
    Treatment,
)
from appliance.eligibility.wording import day_of
from appliance.web.medical import filters, given
from appliance.web.medical.filters import Filters
from appliance.web.medical.given import Given
from appliance.web.medical.matrix import MANY, Line, matrix

TODAY = day_of("20261129")
assert TODAY is not None
MONTHS = months_back(TODAY, 12)


def claimed(day: str | None, code: str) -> ClaimedMonth:
    drug = ClaimedDrug(drug_c=code, drug_n=f"claimed {code}", qua1="2", unit="錠", times="28")
    done = (Treatment(sin_inf_n="再診料", me_tr_id_cl="12"), Treatment(sin_inf_n="手術", me_tr_id_cl="50"))
    found = ClaimedDay(di_date=day, drug_infs=(drug,), me_tr_infs=done)
    return ClaimedMonth(me_tr_month="202610", in_out="1", me_tr_di_h_nm="薬局", di_date_infs=(found,))


def dispensed(day: str, code: str) -> DispensedMonth:
    drug = DispensedDrug(cz_drug_c=code, cz_drug_n=f"dispensed {code}")
    return DispensedMonth(cz_di_date_infs=(DispensedDay(cz_di_date=day, cz_drug_infs=(drug,)),))


def prescribed(day: str, code: str) -> PrescribedMonth:
    drug = PrescribedDrug(sh_drug_c=code, sh_drug_n=f"prescribed {code}")
    return PrescribedMonth(sh_pr_date_infs=(PrescribedDay(sh_pr_date=day, sh_drug_infs=(drug,)),))


def test_claims_come_before_dispensing_and_that_before_prescribing() -> None:
    body = DrugBody(
        me_tr_month_inf=(claimed("20261005", "1"),),
        cz_di_inf=(dispensed("20261005", "1"), dispensed("20261005", "2")),
        sh_pr_inf=(prescribed("20261005", "2"), prescribed("20261101", "1")),
    )
    assert [(one.day, one.name) for one in given.drugs(body)] == [
        ("2026/11/01", "prescribed 1"),
        ("2026/10/05", "claimed 1"),
        ("2026/10/05", "dispensed 2"),
    ]


def test_one_block_hides_nothing_of_its_own() -> None:
    month = claimed("20261005", "1")
    (day,) = month.di_date_infs
    evening = replace(day.drug_infs[0], usage_n="夕食後")
    twice = replace(month, di_date_infs=(replace(day, drug_infs=(*day.drug_infs, evening)),))
    assert [one.usage for one in given.drugs(DrugBody(me_tr_month_inf=(twice,)))] == ["", "夕食後"]


def test_a_prescription_is_known_again_by_its_own_day() -> None:
    month = claimed("20261006", "1")
    days = tuple(replace(day, pr_date="20261005") for day in month.di_date_infs)
    body = DrugBody(
        me_tr_month_inf=(replace(month, di_date_infs=days),),
        cz_di_inf=(dispensed("20261005", "1"),),
        sh_pr_inf=(prescribed("20261005", "1"), prescribed("20261005", "2")),
    )
    assert [(one.day, one.name) for one in given.drugs(body)] == [
        ("2026/10/06", "claimed 1"),
        ("2026/10/05", "dispensed 1"),
        ("2026/10/05", "prescribed 2"),
    ]


def test_a_row_says_amount_days_and_place_and_a_month_stands_for_a_missing_day() -> None:
    (one,) = given.drugs(DrugBody(me_tr_month_inf=(claimed(None, "1"),)))
    assert (one.day, one.month, one.amount, one.times, one.where) == (
        "2026/10",
        "202610",
        "2錠",
        "28",
        "薬局",
    )
    assert one.source == "レセプト・入院"


def test_a_strange_day_is_shown_as_it_came() -> None:
    (one,) = given.drugs(DrugBody(cz_di_inf=(dispensed("きのう", "1"),)))
    assert (one.day, one.month) == ("きのう", "")


def test_unknown_codes_and_elements_are_kept_and_shown() -> None:
    month = replace(claimed("20261005", "1"), in_out="9", unknown=("<NewThing>値</NewThing>",))
    (one,) = given.drugs(DrugBody(me_tr_month_inf=(month,)))
    assert one.source == "レセプト・区分9"
    assert one.other == ("NewThing 値",)
    nameless = DispensedMonth(
        cz_di_date_infs=(DispensedDay(cz_di_date="20261005", cz_drug_infs=(DispensedDrug(cz_drug_c="99"),)),)
    )
    assert given.drugs(DrugBody(cz_di_inf=(nameless,)))[0].name == "99"


def test_treatments_and_operations_apart() -> None:
    body = DrugBody(me_tr_month_inf=(claimed("20260905", "1"), claimed("20261005", "1")))
    assert [(one.day, one.name) for one in given.treatments(body)] == [
        ("2026/10/05", "再診料"),
        ("2026/09/05", "再診料"),
    ]
    assert {one.name for one in given.operations(body)} == {"手術"}


def row(month: str, code: str = "1", site: str = "A", ingredient: str = "", times: str = "28") -> Given:
    return Given(
        day=f"{month[:4]}/{month[4:]}/05",
        month=month,
        code=code,
        name=f"drug {code}",
        sub=ingredient,
        amount="1錠",
        times=times,
        where=site,
        site=site,
        site_code=site,
        source="レセプト",
    )


def lines(*found: Given) -> dict[str, Line]:
    return {f"{line.name} {line.site}": line for line in matrix(found, MONTHS).lines}


def test_each_drug_of_each_site_is_a_line_and_what_is_newest_stands_on_top() -> None:
    found = matrix((row("202610"), row("202608"), row("202609", "2"), row("202609", "3", "B")), MONTHS)
    assert [(line.name, line.site) for line in found.lines] == [
        ("drug 1", "A"),
        ("drug 2", "A"),
        ("drug 3", "B"),
    ]
    assert found.lines[0].cells[:4] == ("", "28", "", "28")
    assert found.counts[:4] == (0, 1, 2, 1)
    assert found.different == 3
    assert [(year.label, year.span) for year in found.years] == [("2026", 11), ("2025", 1)]


def test_what_comes_twice_in_a_month_stands_in_one_cell() -> None:
    early = replace(row("202610", times="14"), day="2026/10/01")
    (line,) = lines(row("202610", times="7"), early, row("202609", times="")).values()
    assert line.cells[1:3] == ("14+7", "・")


def test_two_ways_of_taking_it_on_a_day_are_one_dispensing() -> None:
    (line,) = lines(row("202610"), row("202610"), row("202609", times="7"), row("202609", times="3")).values()
    assert line.cells[1:3] == ("28", "3/7")


def test_the_same_ingredient_from_two_sites_at_about_the_same_time_is_marked_on_both() -> None:
    found = lines(
        row("202610", "1", "A", "見本 塩酸塩"),
        row("202609", "2", "B", "見本塩酸塩"),
        row("202610", "3", "C", "別の酸"),
    )
    assert found["drug 1 A"].twice == ("B",)
    assert found["drug 2 B"].twice == ("A",)
    assert found["drug 3 C"].twice == ()


def test_a_change_of_clinic_long_ago_is_not_marked() -> None:
    found = lines(row("202610", "1", "A", "酸"), row("202605", "2", "B", "酸"))
    assert all(not line.twice for line in found.values())


def test_two_brands_from_one_site_are_one_kind_and_not_marked() -> None:
    found = matrix((row("202610", "1", "A", "酸"), row("202610", "2", "A", "酸")), MONTHS)
    assert found.counts[1] == 1
    assert not found.has_twice


def test_many_drugs_in_a_month_are_marked() -> None:
    few = matrix(tuple(row("202610", str(n)) for n in range(MANY - 1)), MONTHS)
    many = matrix(tuple(row("202610", str(n)) for n in range(MANY)), MONTHS)
    assert (few.has_many, many.has_many) == (False, True)


def test_what_bears_no_month_is_told_of_and_what_is_older_is_left_out() -> None:
    strange = replace(row("202610"), month="", day="きのう")
    found = matrix((strange, row("202001")), MONTHS)
    assert (found.lines, found.undated) == ((), 1)


def test_filters_of_an_address() -> None:
    sites = ("A", "B")
    read = filters.read
    assert read(MultiDict({"months": "36", "site": "1"}), sites) == Filters(36, "1")
    for nonsense in ({"months": "7", "site": "2"}, {"months": "x", "site": "-1"}, {"site": "見本"}, {}):
        assert read(MultiDict(nonsense), sites) == Filters(12, "")


def test_period_and_site_leave_out_what_they_say() -> None:
    assert TODAY is not None
    found = (row("202611"), row("202608", site="B"), replace(row("202001"), month=""), row("202001"))
    sites = filters.sites_of(found)
    assert filters.read(MultiDict({"months": "3"}), sites).of_period(found, TODAY) == (found[0], found[2])
    of_b = filters.read(MultiDict({"site": "1"}), sites)
    assert of_b.of_site(found, sites, ["A"]) == (found[1],)
    assert filters.read(MultiDict({"site": "others"}), sites).of_site(found, sites, ["A"]) == (found[1],)
