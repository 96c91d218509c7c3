"""Papers as several towns and insurers might print them. None of the places here are known to the box."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.papers.holders import (
    AID_LAWS,
    ASSISTANCE_LAW,
    ELDERLY_LAW,
    INSURER_LAWS,
    OTHER_LAWS,
    Holder,
    holder,
    spoken,
)
from tests.papers.sheet import Sheet

TINTS = ((255, 255, 255), (244, 249, 240), (255, 246, 244), (240, 246, 253), (255, 251, 232))
TITLES = {
    "child": ("こども医療費受給者証", "子ども医療費受給資格証", "こども医療費受給資格者証"),
    "single-parent": ("ひとり親家庭等医療証", "ひとり親家庭等医療費受給者証"),
    "disability": ("心身障害者医療費受給者証", "重度心身障害者医療費受給者証"),
    "public": (
        "自立支援医療受給者証（精神通院）",
        "特定医療費（指定難病）受給者証",
        "小児慢性特定疾病医療受給者証",
    ),
}


@dataclass(frozen=True)
class Paper:
    """A printed paper, and what stands on it by the box's field names (dates as 2026-11-22)."""

    kind: str
    layout: str
    sheet: Sheet
    truth: dict[str, str]
    is_true: bool


Truth = dict[str, str]
Layout = Callable[[Sheet, Holder, str, int], Truth]


def _aid_truth(who: Holder) -> Truth:
    return {
        "payer_number": who.payer_number,
        "recipient_number": who.recipient_number,
        "birthdate": who.birthdate.isoformat(),
        "valid_from": who.valid_from.isoformat(),
        "valid_until": who.valid_until.isoformat(),
        "name": who.name,
    }


def aid_table(sheet: Sheet, who: Holder, title: str, style: int) -> Truth:
    """A5 across: every line a row, the numbers in boxes."""
    sheet.text(60, 8, title, 6)
    cells = {"負担者番号": who.payer_number, "受給者番号": who.recipient_number}
    for number, (label, digits) in enumerate(cells.items()):
        top = 22 + number * 12
        sheet.label(12, top, 34, 12, label)
        sheet.cell(46, top, 150, 12)
        sheet.digits(49, top + 1.5, digits, (8, 9))
    rows = (
        ("住　所", who.address),
        ("氏　名", who.name),
        ("生年月日", spoken(who.birthdate, style)),
        ("有効期間", f"{spoken(who.valid_from, style)}から {spoken(who.valid_until, style)}まで"),
        ("一部負担金", "通院１回 200円"),
    )
    for number, (label, text) in enumerate(rows):
        sheet.row(12, 46 + number * 11, (34, 150), 11, label, text)
    sheet.text(20, 108, f"交付年月日　{spoken(who.issued_on, style)}", 3.4)
    sheet.text(20, 118, "発行機関名　みどり市長", 4)
    sheet.seal(90, 114)
    return _aid_truth(who)


def aid_card(sheet: Sheet, who: Holder, title: str, style: int) -> Truth:
    """A6 across: labels in two lines, boxes close together, a name in a cell with its reading."""
    sheet.cell(4, 4, sheet.width - 8, sheet.height - 8)
    sheet.text(36, 7, title, 5)
    sheet.label(8, 16, 24, 10, "公費負担者\n番号", 2.6)
    sheet.digits(32, 16, who.payer_number, (7, 10))
    sheet.label(8, 26, 24, 10, "公費負担医療の\n受給者番号", 2.6)
    sheet.digits(32, 26, who.recipient_number, (7, 10))
    rows = (
        ("受給者氏名", who.name),
        ("生年月日", f"{spoken(who.birthdate, style)}　{who.sex}"),
        ("居住地", who.address),
        ("有効期間", f"自 {spoken(who.valid_from, style)}　至 {spoken(who.valid_until, style)}"),
    )
    for number, (label, text) in enumerate(rows):
        sheet.row(8, 40 + number * 10, (24, 108), 10, label, text)
    sheet.text(12, 84, spoken(who.issued_on, style) + "　交付", 3)
    sheet.text(12, 90, "さくら市", 4)
    sheet.seal(100, 83)
    return _aid_truth(who)


def aid_tall(sheet: Sheet, who: Holder, title: str, style: int) -> Truth:
    """A6 upright: numbers side by side under their labels."""
    sheet.text(12, 8, title, 5)
    sheet.text(12, 20, "公費負担者番号", 3)
    sheet.digits(12, 25, who.payer_number, (5.2, 8))
    sheet.text(60, 20, "受給者番号", 3)
    sheet.digits(60, 25, who.recipient_number, (5.2, 8))
    top = 40.0
    sheet.row(8, top, (22, 68), 12, "受給者\n氏　名", who.name)
    sheet.row(8, top + 12, (22, 68), 12, "生年月日", spoken(who.birthdate, style))
    sheet.row(8, top + 24, (22, 68), 12, "保護者氏名", who.name.split("　", maxsplit=1)[0] + "　一郎")
    sheet.label(8, top + 36, 22, 20, "有効期間")
    sheet.cell(30, top + 36, 68, 20)
    sheet.value(33, top + 39, f"{spoken(who.valid_from, style)}から", 3.6)
    sheet.value(33, top + 48, f"{spoken(who.valid_until, style)}まで", 3.6)
    sheet.text(12, 112, f"{spoken(who.issued_on, style)}", 3)
    sheet.text(12, 120, "ひばり町長", 4)
    sheet.seal(56, 114)
    return _aid_truth(who)


def ticket_table(sheet: Sheet, who: Holder, _title: str, style: int) -> Truth:
    """医療券 as offices print it from a program: a dense table on A5."""
    month = f"令和{who.valid_from.year - 2018}年{who.valid_from.month}月分"
    sheet.text(50, 8, f"生活保護法医療券・調剤券（{month}）", 5)
    sheet.label(10, 20, 32, 11, "公費負担者番号")
    sheet.digits(42, 20, who.payer_number, (7.5, 11))
    sheet.row(102, 20, (24, 74), 11, "有効期間", "")
    sheet.value(128, 21, f"{spoken(who.valid_from, style)}から", 3)
    sheet.value(128, 26, f"{spoken(who.valid_until, style)}まで", 3)
    sheet.label(10, 31, 32, 11, "受給者番号")
    sheet.digits(42, 31, who.recipient_number, (7.5, 11))
    sheet.row(102, 31, (24, 74), 11, "単独・併用別", "単独")
    sheet.row(10, 42, (32, 60), 11, "氏名", who.name)
    sheet.row(102, 42, (24, 74), 11, "生年月日", spoken(who.birthdate, style))
    sheet.row(10, 53, (32, 158), 11, "居住地", who.address)
    sheet.row(10, 64, (32, 158), 11, "指定医療機関名", "みどり内科クリニック")
    sheet.row(10, 75, (32, 60), 11, "傷病名", "(1) 高血圧症")
    sheet.row(102, 75, (24, 74), 11, "診療別", "入院外")
    sheet.row(10, 86, (32, 158), 11, "本人支払額", "0円")
    sheet.text(14, 104, "福祉事務所長", 4)
    sheet.seal(60, 100)
    return _aid_truth(who)


def ticket_list(sheet: Sheet, who: Holder, _title: str, style: int) -> Truth:
    """医療券 upright, numbers below each other with much air."""
    sheet.text(20, 10, "医 療 券", 7)
    sheet.text(70, 12, f"交付番号　{who.number}", 3.4)
    sheet.label(10, 24, 36, 14, "公費負担者番号", 3.2)
    sheet.cell(46, 24, 82, 14)
    sheet.digits(50, 26, who.payer_number, (9, 10))
    sheet.label(10, 38, 36, 14, "受給者番号", 3.2)
    sheet.cell(46, 38, 82, 14)
    sheet.digits(50, 40, who.recipient_number, (9, 10))
    rows = (
        ("氏　　名", who.name),
        ("生年月日", spoken(who.birthdate, style)),
        ("居　住　地", who.address),
        ("有効期間", f"{spoken(who.valid_from, style)}～{spoken(who.valid_until, style)}"),
        ("診　療　別", "入院外"),
    )
    for number, (label, text) in enumerate(rows):
        sheet.row(10, 52 + number * 13, (36, 82), 13, label, text)
    sheet.text(14, 130, "みどり市福祉事務所長", 4)
    sheet.seal(80, 126)
    return _aid_truth(who)


def _insured_truth(who: Holder) -> Truth:
    return {
        "insurer_number": who.insurer_number,
        "symbol": who.symbol,
        "number": who.number,
        "branch": who.branch,
        "birthdate": who.birthdate.isoformat(),
        "valid_until": who.valid_until.isoformat(),
        "name": who.name,
    }


def certificate_card(sheet: Sheet, who: Holder, _title: str, style: int) -> Truth:
    """A card without a single line, as a company's insurer prints it."""
    sheet.text(4, 4, "健康保険　資格確認書", 3.6)
    sheet.text(50, 4.5, "本人（被保険者）", 2.4)
    sheet.value(46, 9, f"{spoken(who.issued_on, style)}交付", 2.2)
    left = 4.0
    for label, text in (("記号", who.symbol), ("番号", who.number), ("(枝番)", who.branch)):
        left += sheet.text(left, 13.4, label, 2.2) + 1.5
        left += sheet.value(left, 12.8, text, 3) + 3
    rows = (
        ("氏名", who.name, 3.2),
        ("生年月日", spoken(who.birthdate, style), 2.6),
        ("性別", who.sex, 2.6),
        ("資格取得年月日", spoken(who.valid_from, style), 2.6),
        ("有効期限", spoken(who.valid_until, style), 2.6),
        ("保険者番号", who.insurer_number, 3),
        ("保険者名称", "みどり健康保険組合", 2.6),
    )
    for number, (label, text, size) in enumerate(rows):
        sheet.text(4, 19.4 + number * 4.6, label, 2.2)
        sheet.value(27, 19 + number * 4.6, text, size)
    return _insured_truth(who)


def certificate_table(sheet: Sheet, who: Holder, _title: str, style: int) -> Truth:
    """A5 across with ruled rows, the insurer's number in boxes at the foot."""
    sheet.text(70, 8, "資 格 確 認 書", 6)
    sheet.label(12, 22, 30, 12, "記　号")
    sheet.cell(42, 22, 50, 12)
    sheet.value(46, 26, who.symbol, 4)
    sheet.label(92, 22, 20, 12, "番　号")
    sheet.cell(112, 22, 50, 12)
    sheet.value(116, 26, who.number, 4)
    sheet.label(162, 22, 14, 12, "枝番")
    sheet.cell(176, 22, 20, 12)
    sheet.value(180, 26, who.branch, 4)
    rows = (
        ("氏　名", f"{who.name}（{who.kana}）"),
        ("生年月日", spoken(who.birthdate, style)),
        ("性　別", who.sex),
        ("資格取得日", spoken(who.valid_from, style)),
        ("有効期限", spoken(who.valid_until, style)),
    )
    for number, (label, text) in enumerate(rows):
        sheet.row(12, 34 + number * 11, (30, 154), 11, label, text)
    sheet.label(12, 92, 30, 12, "保険者番号")
    sheet.cell(42, 92, 154, 12)
    sheet.digits(46, 93.5, who.insurer_number, (7, 9))
    sheet.row(12, 104, (30, 154), 11, "保険者名", "みどり市")
    sheet.seal(170, 116)
    return _insured_truth(who)


def certificate_elderly(sheet: Sheet, who: Holder, _title: str, style: int) -> Truth:
    """後期高齢者: no 記号, no 枝番; the ratio."""
    sheet.cell(4, 4, sheet.width - 8, sheet.height - 8)
    sheet.text(28, 7, "後期高齢者医療資格確認書", 4.6)
    rows = (
        ("有効期限", spoken(who.valid_until, style)),
        ("被保険者番号", who.number),
        ("住所", who.address),
        ("氏名", who.name),
        ("生年月日", spoken(who.birthdate, style)),
        ("発効期日", spoken(who.valid_from, style)),
        ("一部負担金の割合", who.ratio),
    )
    for number, (label, text) in enumerate(rows):
        sheet.row(8, 16 + number * 8.6, (32, 96), 8.6, label, text)
    sheet.label(8, 78, 32, 9, "保険者番号")
    sheet.digits(44, 78, who.insurer_number, (6.5, 9))
    sheet.text(10, 92, "みどり県後期高齢者医療広域連合", 3)
    truth = _insured_truth(who) | {"ratio": who.ratio}
    return {key: text for key, text in truth.items() if key not in ("symbol", "branch")}


def certificate_town(sheet: Sheet, who: Holder, _title: str, style: int) -> Truth:
    """国保: a small card with some lines and a six-digit insurer."""
    sheet.text(5, 4, "みどり市国民健康保険", 2.8)
    sheet.text(5, 8, "資格確認書", 4)
    sheet.text(48, 4, "有効期限", 2.2)
    sheet.value(58, 3.8, spoken(who.valid_until, style), 2.5)
    sheet.cell(4, 13.5, 78, 8)
    left = 6.0
    for label, text in (("記号", who.symbol), ("番号", who.number), ("枝番", who.branch)):
        left += sheet.text(left, 16.2, label, 2.2) + 1.5
        left += sheet.value(left, 15.8, text, 3) + 3
    rows = (
        ("氏　名", who.name),
        ("生年月日", spoken(who.birthdate, style)),
        ("適用開始", spoken(who.valid_from, 0)),
    )
    for number, (label, text) in enumerate(rows):
        sheet.row(4, 21.5 + number * 6.5, (16, 62), 6.5, label, text)
    sheet.text(5, 43, "交付者名", 2.2)
    sheet.text(20, 42.6, "みどり市", 2.8)
    sheet.text(5, 47.6, "保険者番号", 2.2)
    sheet.value(20, 47, who.insurer_number, 3)
    return _insured_truth(who)


A5, A6, A5_TALL, A6_TALL, CARD = (210, 148), (148, 105), (148, 210), (105, 148), (86, 54)
AIDS: tuple[tuple[Layout, tuple[int, int]], ...] = ((aid_table, A5), (aid_card, A6), (aid_tall, A6_TALL))
BY_KIND: dict[str, tuple[tuple[Layout, tuple[int, int]], ...]] = {
    "certificate": (
        (certificate_card, CARD),
        (certificate_table, A5),
        (certificate_elderly, A6),
        (certificate_town, CARD),
    ),
    "child": AIDS,
    "single-parent": AIDS,
    "disability": AIDS,
    "ticket": ((ticket_table, A5), (ticket_list, (138, 150))),
    "public": AIDS,
}


def paper(kind: str, seed: int, *, is_true: bool = True) -> Paper:
    """A paper of `kind`, always the same for the same `seed`."""
    rng = random.Random(f"{kind}-{seed}")  # noqa: S311 - fakes that can be made again
    layout, size = BY_KIND[kind][seed % len(BY_KIND[kind])]
    law = _law(kind, layout, rng)
    who = holder(rng, law, is_true=is_true)
    # A card is small print: more pixels a mm, as a camera held closer gives them.
    sheet = Sheet(*size, rng, 20.0 if size == CARD else 10.0, rng.choice(TINTS))
    truth = layout(sheet, who, rng.choice(TITLES.get(kind, ("",))), rng.randrange(3))
    return Paper(kind, layout.__name__, sheet, truth, is_true)


def _law(kind: str, layout: Layout, rng: random.Random) -> str:
    if kind == "certificate":
        laws: dict[Layout, str] = {
            certificate_elderly: ELDERLY_LAW,
            certificate_town: "",
            certificate_table: "",
        }
        return laws.get(layout, rng.choice(INSURER_LAWS))
    return ASSISTANCE_LAW if kind == "ticket" else rng.choice(OTHER_LAWS if kind == "public" else AID_LAWS)
