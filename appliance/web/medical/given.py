"""Drugs and treatments as rows, newest first. What has no known shape, and what has no name here, is shown as it came."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import normalize

from lxml import etree

from appliance.eligibility.medical_agreed import is_operation
from appliance.eligibility.message import Block
from appliance.eligibility.message_drugs import DrugBody
from appliance.eligibility.said import joined, said
from appliance.eligibility.wording import day_of

_IN_OUT = {"1": "入院", "2": "外来"}


@dataclass(frozen=True, kw_only=True)
class Given:
    """One drug or treatment: when, what, how much, for how long, where. `source` says which records tell of it.

    `month` is yyyyMM where it is known. `site` is who prescribed or did it, `site_code` its code where it is named.
    `other` is what stands beside it and has no name here.
    """

    day: str
    month: str
    code: str
    name: str
    sub: str = ""
    amount: str
    usage: str = ""
    times: str
    where: str
    site: str
    site_code: str
    source: str
    prescribed: str = ""
    other: tuple[str, ...] = ()

    @property
    def substance(self) -> str:
        """What makes two drugs the same: the ingredient, else the code, else the name."""
        return normalize("NFKC", self.sub).replace(" ", "") or self.code or self.name


def drugs(body: DrugBody) -> tuple[Given, ...]:
    """Every drug once: claims come before 調剤結果, those before 処方, where they tell of the same.

    What was dispensed is known by its day, what was prescribed by that day or the day of the prescription. One block never
    hides anything of its own: the same drug taken in two ways on a day stands twice.
    """
    found: list[Given] = []
    dispensed: set[tuple[str, str]] = set()
    prescribed: set[tuple[str, str]] = set()
    for block, is_prescription in ((_claimed, False), (_dispensed, False), (_prescribed, True)):
        told = dispensed | prescribed if is_prescription else set(dispensed)
        new = [given for given in block(body) if (given.day, given.code or given.name) not in told]
        found += new
        dispensed |= {(given.day, given.code or given.name) for given in new}
        prescribed |= {(given.prescribed, given.code or given.name) for given in new if given.prescribed}
    return _newest_first(found)


def _claimed(body: DrugBody) -> Iterator[Given]:
    for month in body.me_tr_month_inf:
        place = _Place(
            where=_joined(month.me_tr_di_h_nm, month.prls_h_nm),
            site=month.prls_h_nm or month.me_tr_di_h_nm or "",
            site_code=month.prls_h_cd or month.me_tr_di_h_cd or "",
            source=_joined("レセプト", _in_out(month.in_out)),
        )
        for day in month.di_date_infs:
            for one in day.drug_infs:
                yield _drug(one, "", place, _When(day.di_date, month.me_tr_month, day.pr_date), (day, month))


def _dispensed(body: DrugBody) -> Iterator[Given]:
    for month in body.cz_di_inf:
        place = _Place(
            where=_joined(month.cz_me_tr_di_h_nm, month.cz_prls_h_nm),
            site=month.cz_prls_h_nm or month.cz_me_tr_di_h_nm or "",
            site_code=month.cz_prls_h_cd or month.cz_me_tr_di_h_cd or "",
            source="調剤",
        )
        for day in month.cz_di_date_infs:
            for one in day.cz_drug_infs:
                yield _drug(
                    one, "cz_", place, _When(day.cz_di_date, month.cz_di_month, day.cz_pr_date), (day, month)
                )


def _prescribed(body: DrugBody) -> Iterator[Given]:
    for month in body.sh_pr_inf:
        place = _Place(
            where=month.sh_pr_h_nm or "",
            site=month.sh_pr_h_nm or month.sh_me_tr_di_h_nm or "",
            site_code=month.sh_pr_h_cd or month.sh_me_tr_di_h_cd or "",
            source="処方",
        )
        for day in month.sh_pr_date_infs:
            for one in day.sh_drug_infs:
                yield _drug(one, "sh_", place, _When(day.sh_pr_date, month.sh_pr_month), (day, month))


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where something was given, and which records tell of it."""

    where: str
    site: str
    site_code: str
    source: str


@dataclass(frozen=True)
class _When:
    """When something was given: the day, the month it stands under, and the day of its prescription."""

    day: str | None
    month: str | None
    prescribed: str | None = None


def _drug(one: Block, prefix: str, place: _Place, when: _When, around: tuple[Block, ...]) -> Given:
    """A drug of one of the three blocks, whose elements differ by `prefix` alone; `around` are day and month it stands in."""

    def given(name: str) -> str:
        return getattr(one, prefix + name) or ""

    return Given(
        day=_day(when.day, when.month),
        month=_month(when.day, when.month),
        code=given("drug_c"),
        name=given("drug_n") or given("drug_c") or "（薬の名前なし）",
        sub=given("ingre_n"),
        amount=given("qua1") + given("unit"),
        usage=_joined(given("usage_n"), given("sp_inst")),
        times=given("times"),
        **vars(place),
        prescribed=_day(when.prescribed, None),
        other=_unknown(one, *around),
    )


def treatments(body: DrugBody) -> tuple[Given, ...]:
    """Every 診療行為 but the operations."""
    return _newest_first(given for is_cut, given in _done(body) if not is_cut)


def operations(body: DrugBody) -> tuple[Given, ...]:
    """The operations."""
    return _newest_first(given for is_cut, given in _done(body) if is_cut)


def _done(body: DrugBody) -> Iterator[tuple[bool, Given]]:
    for month in body.me_tr_month_inf:
        for day in month.di_date_infs:
            for one in day.me_tr_infs:
                site = month.prls_h_nm or month.me_tr_di_h_nm or ""
                given = Given(
                    day=_day(day.di_date, month.me_tr_month),
                    month=_month(day.di_date, month.me_tr_month),
                    code=one.sin_inf_cd or "",
                    name=one.sin_inf_n or one.sin_inf_cd or "（名前なし）",
                    amount=f"{one.qua1 or ''}{one.unit or ''}",
                    times=one.times or "",
                    where=site,
                    site=site,
                    site_code=month.prls_h_cd or month.me_tr_di_h_cd or "",
                    source=_joined("レセプト", _in_out(month.in_out)),
                    other=_unknown(one, day, month),
                )
                yield is_operation(one), given


def _newest_first(found: Iterable[Given]) -> tuple[Given, ...]:
    return tuple(sorted(found, key=lambda one: one.day, reverse=True))


def _in_out(code: str | None) -> str | None:
    return _IN_OUT.get(code, said("区分{code}", code=code)) if code else None


def _day(day: str | None, month: str | None) -> str:
    """`2026/10/05`, a month alone as `2026/10`: texts that sort."""
    known = day_of(day)
    if known is not None:
        return f"{known:%Y/%m/%d}"
    return f"{month[:4]}/{month[4:]}" if month and len(month) == 6 else day or month or ""


def _month(day: str | None, month: str | None) -> str:
    known = day_of(day) or day_of(f"{month}01")
    return f"{known:%Y%m}" if known is not None else ""


def _joined(*parts: str | None) -> str:
    return joined("・", parts)


def _unknown(*blocks: Block) -> tuple[str, ...]:
    """Elements that this version does not know, as `Name 値`."""
    return tuple(_spoken(xml) for block in blocks for xml in block.unknown)


def _spoken(xml: str) -> str:
    try:
        element = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return xml
    return f"{element.tag} {''.join(map(str, element.itertext())).strip()}".strip()
