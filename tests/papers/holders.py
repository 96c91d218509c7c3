"""Random people on papers: numbers with right or wrong check digits, dates of every era, names with rare characters."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from appliance.eligibility.eras import wareki
from appliance.eligibility.numbers import check_digit

INSURER_LAWS = ("01", "06", "31", "32", "34", "63")
AID_LAWS = ("80", "81", "82", "83", "85", "86", "90")
OTHER_LAWS = ("15", "16", "19", "21", "51", "52", "54")
ASSISTANCE_LAW = "12"
ELDERLY_LAW = "39"
TODAY = date(2026, 11, 22)

_NAMES = (
    ("山田　太郎", "ヤマダ　タロウ"),
    ("髙橋　花子", "タカハシ　ハナコ"),
    ("渡邉　さくら", "ワタナベ　サクラ"),
    ("山﨑　健一", "ヤマザキ　ケンイチ"),
    ("佐藤　美咲", "サトウ　ミサキ"),
    ("小笠原　龍之介", "オガサワラ　リュウノスケ"),
    ("林　葵", "ハヤシ　アオイ"),
)
_ADDRESSES = ("東京都千代田区一番町1-2-3", "神奈川県横浜市中区本町4丁目5番6号", "大阪府大阪市北区中之島7-8")


@dataclass(frozen=True)
class Holder:
    """Everything that may be printed on a paper. Numbers are as printed; `is_true` says whether their digits are right."""

    name: str
    kana: str
    address: str
    birthdate: date
    sex: str
    insurer_number: str
    symbol: str
    number: str
    branch: str
    payer_number: str
    recipient_number: str
    issued_on: date
    valid_from: date
    valid_until: date
    ratio: str
    is_true: bool = field(default=True)


def holder(rng: random.Random, law: str, *, is_true: bool = True) -> Holder:
    """A person whose 保険者番号 or 公費負担者番号 begins with `law` ("" for 国保)."""
    name, kana = rng.choice(_NAMES)
    start = TODAY - timedelta(days=rng.randint(0, 300))
    numbered = _number(rng, law, 3 if len(law) == 2 else 5, is_true=is_true)
    return Holder(
        name=name,
        kana=kana,
        address=rng.choice(_ADDRESSES),
        birthdate=_birthdate(rng, law),
        sex=rng.choice(("男", "女")),
        insurer_number=numbered if law not in (*AID_LAWS, *OTHER_LAWS, ASSISTANCE_LAW) else "",
        symbol=rng.choice((_digits(rng, 8), _digits(rng, 2), _digits(rng, 4))),
        number=_digits(rng, 8 if law == ELDERLY_LAW else rng.choice((3, 5, 7))),
        branch=rng.choice(("00", "01", "02", "03")),
        payer_number=numbered,
        recipient_number=_with_digit(_digits(rng, 6), rng, is_true=is_true),
        issued_on=start - timedelta(days=rng.randint(3, 30)),
        valid_from=start,
        valid_until=start + timedelta(days=rng.choice((180, 365, 700, 1500))),
        ratio=rng.choice(("1割", "2割", "3割")),
        is_true=is_true,
    )


def spoken(day: date, style: int) -> str:
    """`day` as papers print it: 昭和54年3月5日, with wide gaps, or with padded numbers."""
    text = wareki(day)
    if style == 0:
        return text
    era, rest = text[:2], text[2:]
    year, _, rest = rest.partition("年")
    month, _, rest = rest.partition("月")
    numbers = [part if part == "元" else f"{int(part):2d}" for part in (year, month, rest.removesuffix("日"))]
    gap = " " if style == 1 else ""
    return f"{era}{gap}{numbers[0]}{gap}年{gap}{numbers[1]}{gap}月{gap}{numbers[2]}{gap}日"


def _birthdate(rng: random.Random, law: str) -> date:
    oldest, youngest = (96, 75) if law == ELDERLY_LAW else (17, 0) if law in AID_LAWS else (90, 0)
    return TODAY - timedelta(days=rng.randint(youngest * 365 + 40, oldest * 365))


def _number(rng: random.Random, law: str, units: int, *, is_true: bool) -> str:
    prefecture = f"{rng.randint(1, 47):02d}"
    # 国保 has no law: two digits of the prefecture and three of the unit.
    body = f"{law}{prefecture}{_digits(rng, 3)}" if law else f"{prefecture}{_digits(rng, min(units, 3))}"
    return _with_digit(body, rng, is_true=is_true)


def _with_digit(body: str, rng: random.Random, *, is_true: bool) -> str:
    right = int(check_digit(body))
    return f"{body}{right if is_true else (right + rng.randint(1, 9)) % 10}"


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))
