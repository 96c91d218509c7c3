"""What the digits of each number mean, and what looks wrong about one that a person typed.

Warnings are for input alone and never stop anybody; an answer of the center is not judged at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from appliance.eligibility.numbers import has_valid_check_digit


class NumberKind(StrEnum):
    """The numbers with a shape of their own."""

    INSURER = "insurer"
    PUBLIC_PAYER = "public-payer"
    BENEFICIARY = "beneficiary"
    INSTITUTION = "institution"
    BRANCH = "branch"


NUMBER_LABELS = {
    NumberKind.INSURER: "保険者番号",
    NumberKind.PUBLIC_PAYER: "公費負担者番号",
    NumberKind.BENEFICIARY: "受給者番号",
    NumberKind.INSTITUTION: "医療機関コード",
    NumberKind.BRANCH: "枝番",
}

UNKNOWN_INSURERS = frozenset({"77777777", "77777779"})
"""保険者番号 that stand for 不詳 in a claim."""

MEDICAL_ASSISTANCE_LAW = "12"
PREFECTURES = range(1, 48)
FEE_TABLES = {"1": "医科", "3": "歯科", "4": "調剤", "6": "訪問看護"}
_NO_LAW = "00"


@dataclass(frozen=True)
class Part:
    """Some digits of a number and what they are."""

    label: str
    digits: str


_CHECK = ("検証番号", 1)
_LAYOUTS: dict[tuple[NumberKind, int], tuple[tuple[str, int], ...]] = {
    (NumberKind.INSURER, 8): (("法別番号", 2), ("都道府県", 2), ("保険者別番号", 3), _CHECK),
    (NumberKind.INSURER, 6): (("都道府県", 2), ("保険者別番号", 3), _CHECK),
    (NumberKind.PUBLIC_PAYER, 8): (("法別番号", 2), ("都道府県", 2), ("実施機関", 3), _CHECK),
    (NumberKind.BENEFICIARY, 7): (("受給者区分", 6), _CHECK),
    (NumberKind.INSTITUTION, 10): (("都道府県", 2), ("点数表", 1), ("郡市区", 2), ("医療機関", 4), _CHECK),
    (NumberKind.BRANCH, 2): (("枝番", 2),),
}
_SHAPES = {
    NumberKind.INSURER: "保険者番号は8桁、国保は6桁の数字です。",
    NumberKind.PUBLIC_PAYER: "公費負担者番号は8桁の数字です。",
    NumberKind.BENEFICIARY: "受給者番号は7桁の数字です（地方単独の公費では、ほかの桁数もあります）。",
    NumberKind.INSTITUTION: "医療機関コードは10桁の数字です。",
    NumberKind.BRANCH: "枝番は2桁の数字です（例: 01）。",
}


def parts_of(kind: NumberKind, number: str) -> tuple[Part, ...]:
    """The parts of `number` (its padding aside), none when its length or characters do not fit."""
    bare = number.strip()
    if not (bare.isascii() and bare.isdigit()):
        return ()
    parts, at = [], 0
    for label, width in _LAYOUTS.get((kind, len(bare)), ()):
        parts.append(Part(label, bare[at : at + width]))
        at += width
    return tuple(parts)


def is_unknown_insurer(number: str) -> bool:
    """Whether a 保険者番号 is one that stands for 不詳."""
    return number.strip() in UNKNOWN_INSURERS


def is_national_association(number: str) -> bool:
    """Whether a 保険者番号 is that of a 国保組合: six digits, the unit beginning with 3."""
    bare = number.strip().removeprefix(_NO_LAW) if len(number.strip()) == 8 else number.strip()
    return len(bare) == 6 and bare[2] == "3"


def number_warnings(kind: NumberKind, number: str, laws: Mapping[str, str]) -> tuple[str, ...]:
    """What looks wrong about a typed number, as Japanese sentences; empty when nothing does, and for a blank 枝番.

    `laws` are the known 法別番号 of the side asked about, see `rules.laws`.
    """
    if kind is NumberKind.BRANCH and not number.strip():
        return ()
    if kind is NumberKind.INSURER and is_unknown_insurer(number):
        return ()
    parts = parts_of(kind, number)
    if not parts:
        return (_SHAPES[kind],)
    return tuple(_warnings(kind, number.strip(), parts, laws))


def insurer_number_warnings(number: str, laws: Mapping[str, str]) -> tuple[str, ...]:
    """`number_warnings` for a 保険者番号; the number of 医療扶助, typed in the same field, is as good."""
    known = {**laws, MEDICAL_ASSISTANCE_LAW: "", _NO_LAW: ""}
    return number_warnings(NumberKind.INSURER, number, known)


def _warnings(kind: NumberKind, bare: str, parts: tuple[Part, ...], laws: Mapping[str, str]) -> Iterator[str]:
    digits = {part.label: part.digits for part in parts}
    if (law := digits.get("法別番号")) is not None and law not in laws:
        yield f"法別番号 {law} は一覧にありません。"
    if (prefecture := digits.get("都道府県")) is not None and int(prefecture) not in PREFECTURES:
        yield f"都道府県番号 {prefecture} はありません。"
    if (table := digits.get("点数表")) is not None and table not in FEE_TABLES:
        yield f"点数表番号 {table} は一覧にありません。"
    if kind is not NumberKind.BRANCH and not has_valid_check_digit(bare):
        yield "検証番号が合いません。1桁ちがいがないかお確かめください。"
