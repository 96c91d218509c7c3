"""Drugs, treatments and checkups as rows of plain tables, newest first. What has no known shape is shown as it came."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from appliance.eligibility.message_drugs import DrugBody
from appliance.eligibility.message_medical import CheckupBody
from appliance.eligibility.wording import day_of

_IN_OUT = {"1": "入院", "2": "外来"}


@dataclass(frozen=True)
class Given:
    """One drug or treatment: when, what, how much, for how long, where. `source` says which records tell of it."""

    day: str
    name: str
    sub: str
    amount: str
    usage: str
    times: str
    where: str
    source: str


def drugs(body: DrugBody) -> tuple[Given, ...]:
    """Every drug once: claims come before 調剤結果, those before 処方, where they tell of the same."""
    found: dict[tuple[str, str], Given] = {}
    for code, given in (*_claimed(body), *_dispensed(body), *_prescribed(body)):
        found.setdefault((given.day, code or given.name), given)
    return _newest_first(found.values())


def _claimed(body: DrugBody) -> Iterator[tuple[str, Given]]:
    for month in body.me_tr_month_inf:
        for day in month.di_date_infs:
            for one in day.drug_infs:
                yield (
                    one.drug_c or "",
                    Given(
                        day=_day(day.di_date, month.me_tr_month),
                        name=one.drug_n or "",
                        sub=one.ingre_n or "",
                        amount=f"{one.qua1 or ''}{one.unit or ''}",
                        usage=_joined(one.usage_n, one.sp_inst),
                        times=one.times or "",
                        where=_joined(month.me_tr_di_h_nm, month.prls_h_nm),
                        source=_joined("レセプト", _IN_OUT.get(month.in_out or "")),
                    ),
                )


def _dispensed(body: DrugBody) -> Iterator[tuple[str, Given]]:
    for month in body.cz_di_inf:
        for day in month.cz_di_date_infs:
            for one in day.cz_drug_infs:
                yield (
                    one.cz_drug_c or "",
                    Given(
                        day=_day(day.cz_di_date, month.cz_di_month),
                        name=one.cz_drug_n or "",
                        sub=one.cz_ingre_n or "",
                        amount=f"{one.cz_qua1 or ''}{one.cz_unit or ''}",
                        usage=_joined(one.cz_usage_n, one.cz_sp_inst),
                        times=one.cz_times or "",
                        where=_joined(month.cz_me_tr_di_h_nm, month.cz_prls_h_nm),
                        source="調剤",
                    ),
                )


def _prescribed(body: DrugBody) -> Iterator[tuple[str, Given]]:
    for month in body.sh_pr_inf:
        for day in month.sh_pr_date_infs:
            for one in day.sh_drug_infs:
                yield (
                    one.sh_drug_c or "",
                    Given(
                        day=_day(day.sh_pr_date, month.sh_pr_month),
                        name=one.sh_drug_n or "",
                        sub=one.sh_ingre_n or "",
                        amount=f"{one.sh_qua1 or ''}{one.sh_unit or ''}",
                        usage=_joined(one.sh_usage_n, one.sh_sp_inst),
                        times=one.sh_times or "",
                        where=month.sh_pr_h_nm or "",
                        source="処方",
                    ),
                )


def treatments(body: DrugBody) -> tuple[Given, ...]:
    """Every 診療行為."""
    return _newest_first(
        Given(
            day=_day(day.di_date, month.me_tr_month),
            name=one.sin_inf_n or "",
            sub="",
            amount=f"{one.qua1 or ''}{one.unit or ''}",
            usage="",
            times=one.times or "",
            where=month.prls_h_nm or month.me_tr_di_h_nm or "",
            source=_joined("レセプト", _IN_OUT.get(month.in_out or "")),
        )
        for month in body.me_tr_month_inf
        for day in month.di_date_infs
        for one in day.me_tr_infs
    )


@dataclass(frozen=True)
class CheckupTable:
    """Items in rows, examinations in columns, newest first. A row is the item's name and a value for each day."""

    days: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def checkups(body: CheckupBody) -> CheckupTable:
    """The examinations side by side; an item stands where the newest examination has it."""
    found = sorted(body.specific_health_checkup_info, key=lambda one: one.effective_time or "", reverse=True)
    values: dict[str, dict[int, str]] = {}
    for place, one in enumerate(found):
        for item in one.health_checkup_result_and_question_infos:
            said = item.data_value_name or f"{item.data_value or ''} {item.unit or ''}".strip()
            values.setdefault(item.item_name or item.item_code or "", {})[place] = said
    return CheckupTable(
        days=tuple(_day(one.effective_time, None) for one in found),
        rows=tuple(
            (name, tuple(at.get(place, "") for place in range(len(found)))) for name, at in values.items()
        ),
    )


def _newest_first(found: Iterable[Given]) -> tuple[Given, ...]:
    return tuple(sorted(found, key=lambda one: one.day, reverse=True))


def _day(day: str | None, month: str | None) -> str:
    """`2026/10/05`, a month alone as `2026/10`: texts that sort."""
    known = day_of(day)
    if known is not None:
        return f"{known:%Y/%m/%d}"
    return f"{month[:4]}/{month[4:]}" if month and len(month) == 6 else day or month or ""


def _joined(*parts: str | None) -> str:
    return "・".join(part for part in parts if part)
