"""The form of a note: what was typed, what is wrong with it, and what becomes of it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from appliance.eligibility.comparing import Likeness, compare_names
from appliance.eligibility.eras import parse_date, wareki
from appliance.eligibility.numbers import looks_like_my_number
from appliance.eligibility.outage import SEX_LABELS, NoteFacts, Reason, ReceivedAs
from appliance.eligibility.said import said
from appliance.web.reception.manual import Findings, birthdate_echo, birthdate_error

OLDEST_VISIT = timedelta(days=366)
LONGEST = 200
_HIRAGANA = range(ord("ぁ"), ord("ゖ") + 1)
_TO_KATAKANA = {letter: letter + 0x60 for letter in _HIRAGANA}
_KANA = re.compile(r"[ァ-ヺー・ヽヾA-Za-z'.\- ]*")
_TWELVE = re.compile(r"(?<![0-9])(?:[0-9][ -]?){11}[0-9](?![0-9])")
_TEXTS = ("name", "kana", "address", "reason_text")


@dataclass(frozen=True)
class Typed:
    """The fields as typed, `kana` in full-width katakana. `visited_on` is `2026-11-22`, the codes may be empty."""

    name: str = ""
    kana: str = ""
    birthdate: str = ""
    sex: str = ""
    address: str = ""
    visited_on: str = ""
    reason: str = ""
    reason_text: str = ""
    received_as: str = ""
    institution_code: str = ""


def read(form: Mapping[str, str]) -> Typed:
    """The fields of a posted form. Name and address stay as they were typed but for spaces around them."""
    given = {name: form.get(name, "").strip() for name in Typed.__dataclass_fields__}
    return Typed(**given | {"kana": katakana(given["kana"])})


def judge(typed: Typed, today: date, codes: tuple[str, ...], *, is_twice: bool = False) -> Findings:
    """What is wrong with `typed` on the day `today`; `is_twice` when such a note was written already."""
    errors = {name: text for name, text in _errors(typed, today, codes) if text}
    warnings: dict[str, tuple[str, ...]] = {}
    if is_twice:
        warnings["name"] = ("同じ日の、同じ氏名と生年月日のメモがもうあります。",)
    if not typed.address:
        warnings["address"] = (
            "住所がないと、障害時モードで探せないことがあります。不開示の方は空のままにします。",
        )
    return Findings(errors, warnings, birthdate_echo(typed.birthdate, today))


def facts_of(typed: Typed) -> NoteFacts:
    """The note that `typed` makes, in which `judge` found no error."""
    return NoteFacts(
        name=typed.name,
        kana=typed.kana,
        sex=typed.sex,
        birthdate=parse_date(typed.birthdate),
        address=typed.address,
        visited_on=date.fromisoformat(typed.visited_on),
        reason=Reason(typed.reason),
        reason_text=typed.reason_text,
        received_as=ReceivedAs(typed.received_as),
        institution_code=typed.institution_code,
    )


def typed_of(facts: NoteFacts) -> Typed:
    """The form filled with a note, to be put right."""
    return Typed(
        name=facts.name,
        kana=facts.kana,
        birthdate=written_day(facts.birthdate),
        sex=facts.sex,
        address=facts.address,
        visited_on=facts.visited_on.isoformat(),
        reason=facts.reason,
        reason_text=facts.reason_text,
        received_as=facts.received_as,
        institution_code=facts.institution_code,
    )


def is_same(typed: Typed, facts: NoteFacts) -> bool:
    """Whether `typed` is about the person of a note, by name and birth date."""
    try:
        born = parse_date(typed.birthdate)
    except ValueError:
        return False
    return born == facts.birthdate and compare_names(typed.name, facts.name) is Likeness.SAME


def has_my_number(text: str) -> bool:
    """Whether a My Number stands somewhere in a text, with or without spaces and hyphens in it."""
    plain = unicodedata.normalize("NFKC", text)
    return any(looks_like_my_number(re.sub("[ -]", "", one)) for one in _TWELVE.findall(plain))


def text_error(text: str) -> str:
    """What is wrong with a free text; empty when nothing is."""
    if has_my_number(text):
        return "12桁のマイナンバーは書けません。消してください。"
    return "" if len(text) <= LONGEST else said("{longest}文字までです。", longest=LONGEST)


def _errors(typed: Typed, today: date, codes: tuple[str, ...]) -> list[tuple[str, str]]:
    needs_text = typed.reason == Reason.OTHER and not typed.reason_text
    return [
        *((name, text_error(getattr(typed, name))) for name in _TEXTS),
        *([] if typed.name else [("name", "氏名を入力してください。")]),
        *([] if _KANA.fullmatch(typed.kana) else [("kana", "フリガナはかなで入力してください。")]),
        ("birthdate", birthdate_error(typed.birthdate, today)),
        ("sex", "" if typed.sex in SEX_LABELS else "性別を選んでください。"),
        ("visited_on", _visit_error(typed.visited_on, today)),
        ("reason", "" if typed.reason in set(Reason) else "理由を選んでください。"),
        *([("reason_text", "どんな理由かを書いてください。")] if needs_text else []),
        ("received_as", "" if typed.received_as in set(ReceivedAs) else "どう受け付けたかを選んでください。"),
        ("institution_code", "" if typed.institution_code in codes else "医療機関コードを選んでください。"),
    ]


def _visit_error(text: str, today: date) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "受診日を入力してください。"
    if day > today:
        return "受診日が今日より後です。"
    return "" if today - day <= OLDEST_VISIT else "受診日が1年より前です。年を確かめてください。"


def katakana(text: str) -> str:
    """A reading in full-width katakana, whatever kana it was typed in."""
    return unicodedata.normalize("NFKC", text).strip().translate(_TO_KATAKANA)


def written_day(day: date) -> str:
    """A day as one would type it."""
    try:
        return wareki(day)
    except ValueError:
        return day.isoformat()
