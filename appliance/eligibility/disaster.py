"""災害時医療情報閲覧: what a search without the card needs, what may be opened, and for which area the mode holds."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from appliance.eligibility.eras import parse_date
from appliance.eligibility.numbers import looks_like_my_number
from appliance.eligibility.said import said
from appliance.eligibility.wording import age_on

OLDEST_AGE = 130
LONGEST_TEXT = 100
_PREFECTURES = range(1, 48)


class Way(StrEnum):
    """What a person is searched by."""

    IDENTITY = "identity"
    NUMBERS = "numbers"


WAY_LABELS = {Way.IDENTITY: "氏名・住所などで検索", Way.NUMBERS: "資格確認書などの番号で検索"}


class Consent(StrEnum):
    """How the patient agreed, or why nobody could ask."""

    ORAL = "oral"
    UNCONSCIOUS = "unconscious"
    UNABLE = "unable"


CONSENT_LABELS = {
    Consent.ORAL: "口頭で同意を得た",
    Consent.UNCONSCIOUS: "同意なし（意識がない）",
    Consent.UNABLE: "同意なし（意思を確かめられない）",
}


class Kind(StrEnum):
    """What can be opened of one person, each by itself."""

    INSURANCE = "insurance"
    DRUGS = "drugs"
    TREATMENTS = "treatments"
    CHECKUPS = "checkups"


KIND_LABELS = {
    Kind.DRUGS: "薬剤情報",
    Kind.TREATMENTS: "診療情報",
    Kind.CHECKUPS: "特定健診",
    Kind.INSURANCE: "資格情報",
}


class Sex(StrEnum):
    """性別 as the interface codes it."""

    MALE = "1"
    FEMALE = "2"


SEX_LABELS = {Sex.MALE: "男", Sex.FEMALE: "女"}


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The fields as typed. `name` may be kanji or kana; only those of the way in use count."""

    name: str = ""
    birthdate: str = ""
    sex: str = ""
    address: str = ""
    insurer_number: str = ""
    symbol: str = ""
    number: str = ""
    branch: str = ""

    def of(self, way: Way) -> "Keys":
        """These without the fields that `way` does not use."""
        return Keys(**{name: getattr(self, name) for name in _USED[way]})

    @property
    def used(self) -> tuple[str, ...]:
        """The names of the fields that are not empty: what may be written down of a search."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name))


_USED = {
    Way.IDENTITY: ("name", "birthdate", "sex", "address"),
    Way.NUMBERS: ("insurer_number", "symbol", "number", "branch", "birthdate"),
}
_PLAIN = ("birthdate", "insurer_number", "branch")


def keys_of(form: Mapping[str, str]) -> Keys:
    """The keys in a posted form; digits that have to be plain are made so."""
    return Keys(**{one.name: _typed(one.name, form.get(one.name, "")) for one in fields(Keys)})


def _typed(name: str, text: str) -> str:
    return (unicodedata.normalize("NFKC", text) if name in _PLAIN else text).strip()


def is_kana(name: str) -> bool:
    """Whether a name is written in kana alone, full or half width."""
    letters = unicodedata.normalize("NFKC", name).replace(" ", "")
    return bool(letters) and all(
        "ぁ" <= one <= "ゖ" or "ァ" <= one <= "ヺ" or one in "ー・" for one in letters
    )


def errors(way: Way, keys: Keys, today: date) -> dict[str, str]:
    """What is wrong with `keys` for a search, in Japanese by field; empty when it can be asked."""
    found = dict(_identity_errors(keys) if way is Way.IDENTITY else _number_errors(keys))
    found["birthdate"] = _birthdate_error(keys.birthdate, today)
    for name in keys.used:
        found[name] = _shape_error(getattr(keys, name)) or found.get(name, "")
    return {name: text for name, text in found.items() if text}


def _identity_errors(keys: Keys) -> list[tuple[str, str]]:
    return [
        ("name", "" if keys.name else "氏名を漢字かカナで入力してください。"),
        ("sex", "" if keys.sex in set(Sex) else "性別を選んでください。"),
    ]


def _number_errors(keys: Keys) -> list[tuple[str, str]]:
    insurer, branch = keys.insurer_number, keys.branch
    return [
        (
            "insurer_number",
            ""
            if _is_digits(insurer) and len(insurer) in (6, 8)
            else "保険者番号は8桁、国保は6桁の数字です。",
        ),
        ("number", "" if keys.number else "番号を入力してください。"),
        (
            "branch",
            "" if not branch or (_is_digits(branch) and len(branch) == 2) else "枝番は2桁の数字です。",
        ),
    ]


def _birthdate_error(text: str, today: date) -> str:
    if not text:
        return "生年月日を入力してください。"
    try:
        day = parse_date(text)
    except ValueError as error:
        return said("{error}。", error=error.args[0])
    if day > today:
        return "生年月日が今日より後です。"
    return "" if age_on(day, today) <= OLDEST_AGE else "生年月日が古すぎます。年号を確かめてください。"


def _shape_error(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace("-", "").replace(" ", "")
    if looks_like_my_number(plain):
        return "12桁のマイナンバーは入力できません。"
    if any(unicodedata.category(one) in ("Cc", "Cs") or one in "\ufffe\uffff" for one in text):
        return "使えない文字があります。"
    return (
        "" if len(text) <= LONGEST_TEXT else said("{longest_text}文字までです。", longest_text=LONGEST_TEXT)
    )


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def area_codes(text: str) -> tuple[str, ...]:
    """都道府県 (2 digits) and 市区町村 (5 digits, or 6 with the check digit) in `text`, each once.

    Raises `ValueError` with a Japanese sentence for anything else.
    """
    words = unicodedata.normalize("NFKC", text).replace(",", " ").replace("、", " ").split()
    for word in words:
        if not (_is_digits(word) and len(word) in (2, 5, 6) and int(word[:2]) in _PREFECTURES):
            raise ValueError("地域のコードは、都道府県は2桁、市区町村は5桁の数字です")
    return tuple(dict.fromkeys(word[:5] for word in words))


def covers(codes: tuple[str, ...], institution_code: str) -> bool:
    """Whether an institution may lie in an area of these codes: its own code tells its prefecture and no more."""
    return not codes or institution_code[:2] in {code[:2] for code in codes}
