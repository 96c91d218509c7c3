"""What is known of each model of card reader. None is not known, which is never the same as no."""

import calendar
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from appliance.eligibility import packaged
from appliance.eligibility.said import joined, said
from appliance.eligibility.toml_rows import Row, rows_of

FILE = "reader_profiles.toml"


class Access(StrEnum):
    """How this box gets at the cards on a reader: itself, or by the folder of the reader's own terminal alone."""

    PCSC = "pcsc"
    TERMINAL = "terminal"


ACCESS_LABELS = {
    Access.PCSC: "この装置でカードを読みます",
    Access.TERMINAL: "公式の資格確認端末につなぐ機種です。この装置からは、その端末のフォルダーだけを使えます",
}


FIELD_LABELS = {
    "size": "大きさ",
    "space": "必要な場所",
    "screen": "画面",
    "light_lux": "顔の明るさ（ルクス以上）",
    "light_note": "光の注意",
    "card_left": "カードの取り忘れ",
    "mask": "マスクのまま",
    "glasses": "眼鏡のまま",
    "voice": "音声案内",
    "languages": "言語",
    "gloves": "手袋のまま",
    "ocr": "券面の読み取り",
    "ocr_note": "券面の読み取りの条件",
    "pin_pad": "暗証番号の画面",
    "per_computer": "1台の端末に何台まで",
    "per_computer_note": "台数の条件",
    "spoof_guard": "なりすまし防止",
    "peep_guard": "のぞき見防止",
    "warranty_months": "保証（月）",
    "warranty_way": "保証の方法",
    "warranty_old": "保証の例外（納品日まで → 終わり）",
    "system": "端末のOS",
    "source": "出典",
}
"""What each thing that a profile can say is called, in the order in which it is shown."""

_LANGUAGES = {"ja": "日本語", "en": "英語", "ko": "韓国語", "zh": "中国語"}


@dataclass(frozen=True)
class Size:
    """Millimetres. `stand` tells the ways to stand a device apart, empty where there is one."""

    width: int
    depth: int
    height: int
    stand: str = ""

    def __str__(self) -> str:
        size = said(
            "幅{width}×奥行{depth}×高さ{height} mm", width=self.width, depth=self.depth, height=self.height
        )
        return joined(" ", (self.stand, size))


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One model. Everything from `size` on is None, or empty, where the source says nothing."""

    id: str
    maker: str
    model: str
    access: Access
    source: str
    size: tuple[Size, ...] = ()
    space: tuple[Size, ...] = ()
    screen: str | None = None
    light_lux: int | None = None
    light_note: str | None = None
    card_left: str | None = None
    mask: bool | None = None
    glasses: bool | None = None
    voice: bool | None = None
    languages: tuple[str, ...] | None = None
    gloves: bool | None = None
    ocr: tuple[str, ...] | None = None
    ocr_note: str | None = None
    pin_pad: str | None = None
    per_computer: int | None = None
    per_computer_note: str | None = None
    spoof_guard: bool | None = None
    peep_guard: bool | None = None
    warranty_months: int | None = None
    warranty_way: str | None = None
    warranty_old: tuple[date, date] | None = None
    system: str | None = None

    @property
    def name(self) -> str:
        """Maker and model."""
        return f"{self.maker} {self.model}"

    def warranty_end(self, delivered_on: date) -> date | None:
        """The last day of the warranty of a device delivered on that day; None where the term is not known."""
        if self.warranty_old is not None and delivered_on <= self.warranty_old[0]:
            return self.warranty_old[1]
        return None if self.warranty_months is None else _later(delivered_on, self.warranty_months)


@dataclass(frozen=True)
class Fit:
    """Whether a device fits one way to stand it; None when its size is not known. `reason` says why not."""

    stand: str
    fits: bool | None
    reason: str


_SIDES = {"width": "幅", "depth": "奥行", "height": "高さ"}
SCREEN_NOTE = "画面を見る人の場所、ケーブルの曲げ、背面のすき間は資料にありません"


def fits(profile: Profile, desk: Size) -> tuple[Fit, ...]:
    """Whether the space that `profile` needs is free at a place of the size `desk`, for each way to stand it."""
    needed = profile.space or profile.size
    if not needed:
        return (Fit("", None, "大きさが資料にありません"),)
    return tuple(_fit(one, desk) for one in needed)


def _fit(needed: Size, desk: Size) -> Fit:
    lacks = [
        said("{label}が{over} mm足りません", label=label, over=over)
        for side, label in _SIDES.items()
        if (over := getattr(needed, side) - getattr(desk, side)) > 0
    ]
    return Fit(needed.stand, not lacks, joined("、", lacks))


def spoken(one: Profile, key: str) -> str:
    """What `one` says under `key` of `FIELD_LABELS`; "-" where its source says nothing."""
    value = getattr(one, key)
    if value is None or value == ():
        return "-"
    if isinstance(value, bool):
        return "対応" if value else "非対応"
    if isinstance(value, tuple):
        between = " → " if isinstance(value[0], date) else "、"
        return joined(between, (_LANGUAGES.get(part, part) for part in map(str, value)))
    return str(value)


@cache
def profiles() -> tuple[Profile, ...]:
    """The packaged profiles, in the order of their file."""
    return tuple(_profile(row) for row in rows_of(packaged.text_of(FILE), FILE))


def profile(name: str) -> Profile | None:
    """The profile with that id."""
    return next((one for one in profiles() if one.id == name), None)


def _profile(row: Row) -> Profile:
    known = {item.name for item in fields(Profile)}
    unknown = row.values.keys() - known
    if row.table != "reader" or unknown:
        raise ValueError(
            str(
                row.refusal(
                    said("知らない項目です: {table} {unknown}", table=row.table, unknown=sorted(unknown))
                )
            )
        )
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.values.items()
    }
    for key in ("size", "space"):
        values[key] = tuple(Size(**one) for one in values.get(key, ()))
    return Profile(**values | {"access": Access(values["access"])})


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
