"""公費の証 that the center does not know: what stands on it, and what is wrong with what was typed from one."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from appliance.eligibility.eras import parse_date
from appliance.eligibility.number_hints import hinted_warnings
from appliance.eligibility.numbers import looks_like_my_number
from appliance.eligibility.said import said
from appliance.eligibility.structures import NumberKind

PROGRAMMES = (
    "こども医療費",
    "ひとり親家庭等医療費",
    "心身障害者医療費",
    "妊産婦医療費",
    "自立支援医療（精神通院）",
    "指定難病",
    "小児慢性特定疾病",
)
"""The usual ones, proposed while typing; every town has names of its own."""

LONGEST_NUMBER = 30
LONGEST_TEXT = 40
_MY_NUMBER = "12桁のマイナンバーは入力できません。証の番号を入力してください。"


@dataclass(frozen=True)
class LocalFacts:
    """What stands on the certificate; `pays` is the patient's part in the clinic's own words, e.g. 「1回500円」."""

    programme: str
    payer_number: str = field(repr=False)
    beneficiary_number: str = field(repr=False)
    valid_from: date | None
    valid_until: date
    pays: str = ""


@dataclass(frozen=True)
class TypedLocal:
    """The fields as typed, numbers and days in plain digits."""

    programme: str = ""
    payer_number: str = ""
    beneficiary_number: str = ""
    valid_from: str = ""
    valid_until: str = ""
    pays: str = ""


def read(form: Mapping[str, str]) -> TypedLocal:
    """The fields of a posted form."""
    return TypedLocal(
        **{
            name: unicodedata.normalize("NFKC", form.get(name, "")).strip()
            for name in TypedLocal.__dataclass_fields__
        }
    )


def errors_of(typed: TypedLocal) -> dict[str, str]:
    """What stops, by field."""
    return {name: text for name, text in _errors(typed) if text}


def warnings_of(typed: TypedLocal, laws: Mapping[str, str], today: date) -> dict[str, tuple[str, ...]]:
    """What looks wrong and may be right all the same, by field: real numbers of towns break the rules."""
    found = {}
    if typed.payer_number:
        found["payer_number"] = hinted_warnings(NumberKind.PUBLIC_PAYER, typed.payer_number, laws)
    if len(typed.beneficiary_number) == 7:
        found["beneficiary_number"] = hinted_warnings(NumberKind.BENEFICIARY, typed.beneficiary_number, laws)
    last = _day(typed.valid_until)
    if last is not None and last < today:
        found["valid_until"] = ("期限が過ぎています。",)
    return {name: texts for name, texts in found.items() if texts}


def facts_of(typed: TypedLocal) -> LocalFacts:
    """What `typed` says, in which `errors_of` found nothing."""
    return LocalFacts(
        programme=typed.programme,
        payer_number=typed.payer_number,
        beneficiary_number=typed.beneficiary_number,
        valid_from=_day(typed.valid_from),
        valid_until=parse_date(typed.valid_until),
        pays=typed.pays,
    )


def _errors(typed: TypedLocal) -> Iterator[tuple[str, str]]:
    yield "programme", _text_error(typed.programme, "制度の名前を入力してください。")
    yield "pays", _text_error(typed.pays)
    yield "payer_number", _number_error(typed.payer_number, "公費負担者番号を入力してください。")
    yield "beneficiary_number", _number_error(typed.beneficiary_number, "受給者番号を入力してください。")
    first, last = _day(typed.valid_from), _day(typed.valid_until)
    if typed.valid_from and first is None:
        yield "valid_from", "日付の書き方がわかりません（例: 令和8年4月1日、R8.4.1）。"
    if last is None:
        yield "valid_until", "有効期限を入力してください（例: 令和9年3月31日、R9.3.31）。"
    elif first is not None and last < first:
        yield "valid_until", "有効期限が始まりより前です。"


def _number_error(number: str, missing: str) -> str:
    if not number:
        return missing
    if looks_like_my_number(number.replace("-", "").replace(" ", "")):
        return _MY_NUMBER
    is_plain = number.isascii() and number.replace("-", "").isalnum()
    return (
        ""
        if is_plain and len(number) <= LONGEST_NUMBER
        else said("番号は{longest_number}字までの英数字です。", longest_number=LONGEST_NUMBER)
    )


def _text_error(text: str, missing: str = "") -> str:
    if looks_like_my_number("".join(letter for letter in text if letter.isdigit())):
        return _MY_NUMBER
    if not text:
        return missing
    return (
        ""
        if len(text) <= LONGEST_TEXT and text.isprintable()
        else said("{longest_text}文字までです。", longest_text=LONGEST_TEXT)
    )


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
