"""The manual form: numbers typed from a document, what is wrong with them, and the request they make."""

import json
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from appliance.eligibility.asking_again import asked_again
from appliance.eligibility.documents import Document
from appliance.eligibility.eras import parse_date
from appliance.eligibility.message import RequestMessage, SearchInfo
from appliance.eligibility.number_hints import hinted_warnings
from appliance.eligibility.numbers import (
    looks_like_my_number,
    normal_insurer_number,
    padded_insurer_number,
)
from appliance.eligibility.rules.laws import LawSide, laws
from appliance.eligibility.rules.packaged_book import packaged_book
from appliance.eligibility.said import said
from appliance.eligibility.structures import NumberKind
from appliance.eligibility.wording import age_on, day_of, spoken_day

OLDEST_AGE = 130
ELDERLY_LAW = "39"
_NUMBER_FIELDS = ("insurer_number", "symbol", "number", "branch")


@dataclass(frozen=True)
class Typed:
    """The fields as typed; `insurer_number`, `branch` and `birthdate` with full-width digits made plain."""

    insurer_number: str = ""
    symbol: str = ""
    number: str = ""
    branch: str = ""
    birthdate: str = ""
    limit_consent: bool = False
    document: Document = Document.CERTIFICATE


@dataclass(frozen=True)
class Findings:
    """What is wrong, by field. Errors stop, warnings may be overridden; `echo` says how the birth date was understood."""

    errors: dict[str, str]
    warnings: dict[str, tuple[str, ...]]
    echo: str

    @property
    def all_warnings(self) -> tuple[str, ...]:
        """Every warning, whatever its field."""
        return tuple(text for texts in self.warnings.values() for text in texts)


def read(form: Mapping[str, str]) -> Typed:
    """The fields of a posted form. 記号 and 番号 stay as on the document but for spaces around them."""
    document = form.get("document", "")
    return Typed(
        insurer_number=_plain(form.get("insurer_number", "")),
        symbol=form.get("symbol", "").strip(),
        number=form.get("number", "").strip(),
        branch=_plain(form.get("branch", "")),
        birthdate=_plain(form.get("birthdate", "")),
        limit_consent=form.get("limit_consent") == "1",
        document=Document(document) if document in set(Document) else Document.CERTIFICATE,
    )


def judge(typed: Typed, today: date) -> Findings:
    """What is wrong with `typed` on the day `today`."""
    errors = {name: text for name, text in _errors(typed, today) if text}
    warnings = {name: texts for name, texts in _warnings(typed, errors, today) if texts}
    return Findings(errors, warnings, birthdate_echo(typed.birthdate, today))


def request_of(typed: Typed, institution_code: str, today: date) -> RequestMessage:
    """The request for `typed`, in which `judge` found no error."""
    search = SearchInfo(
        insurer_number=padded_insurer_number(typed.insurer_number),
        insured_card_symbol=typed.symbol or None,
        insured_identification_number=typed.number,
        insured_branch_number=typed.branch or None,
        birthdate=parse_date(typed.birthdate).strftime("%Y%m%d"),
        limit_application_certificate_related_cons_flg="1" if typed.limit_consent else "0",
    )
    return again(search, institution_code, today)


def again(search: SearchInfo, institution_code: str, today: date) -> RequestMessage:
    """A new request for the same numbers, for the qualification of `today`."""
    return asked_again(search, institution_code, today, secrets.token_hex(8))


def typed_of(search: SearchInfo, document: Document | None) -> Typed:
    """The form filled with the numbers of an earlier check, to be put right."""
    day = day_of(search.birthdate)
    return Typed(
        insurer_number=normal_insurer_number(search.insurer_number or ""),
        symbol=search.insured_card_symbol or "",
        number=search.insured_identification_number or "",
        branch=search.insured_branch_number or "",
        birthdate=spoken_day(day).partition("（")[0] if day else "",
        limit_consent=False,
        document=document or Document.CERTIFICATE,
    )


def warnings_shown(form: Mapping[str, str]) -> set[str]:
    """The warnings that were on the screen when a form was sent (`shown`, a JSON list); none for anything else."""
    try:
        shown = json.loads(form.get("shown", "[]"))
    except (ValueError, RecursionError):
        return set()
    return {text for text in shown if isinstance(text, str)} if isinstance(shown, list) else set()


def _errors(typed: Typed, today: date) -> list[tuple[str, str]]:
    return [
        ("insurer_number", _insurer_number_error(typed.insurer_number)),
        ("number", "" if typed.number else "番号を入力してください。"),
        ("branch", _branch_error(typed.branch)),
        ("birthdate", birthdate_error(typed.birthdate, today)),
        *((name, _my_number_error(getattr(typed, name))) for name in _NUMBER_FIELDS),
    ]


def _insurer_number_error(number: str) -> str:
    if not number:
        return "保険者番号を入力してください。"
    if not (number.isascii() and number.isdigit()) or len(number) not in (6, 8):
        return "保険者番号は8桁、国保は6桁の数字です。"
    return ""


def _branch_error(branch: str) -> str:
    if not branch or (len(branch) == 2 and branch.isascii() and branch.isdigit()):
        return ""
    return "枝番は2桁の数字です（例: 01）。書類になければ空のままにしてください。"


def birthdate_error(text: str, today: date) -> str:
    """What is wrong with a typed birth date on the day `today`; empty when nothing is."""
    if not text:
        return "生年月日を入力してください。"
    try:
        day = parse_date(text)
    except ValueError as error:
        return said("{error}。", error=error.args[0])
    if day > today:
        return "生年月日が今日より後です。"
    return "" if age_on(day, today) <= OLDEST_AGE else "生年月日が古すぎます。年号を確かめてください。"


def _my_number_error(text: str) -> str:
    if looks_like_my_number(_plain(text).replace("-", "").replace(" ", "")):
        return "12桁のマイナンバーは入力できません。保険の書類の番号を入力してください。"
    return ""


def _warnings(typed: Typed, errors: dict[str, str], today: date) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    if "insurer_number" not in errors:
        known = laws(packaged_book(), LawSide.INSURER, today)
        found.append(("insurer_number", hinted_warnings(NumberKind.INSURER, typed.insurer_number, known)))
    if typed.insurer_number.startswith(ELDERLY_LAW) and typed.symbol:
        found.append(("symbol", ("後期高齢者の書類に記号はありません。",)))
    return found


def birthdate_echo(text: str, today: date) -> str:
    """How a typed birth date is understood: both calendars and the age; empty for what is no date."""
    try:
        day = parse_date(text)
    except ValueError:
        return ""
    spoken = spoken_day(day)
    return said("{spoken}・{age}歳", spoken=spoken, age=age_on(day, today)) if day <= today else spoken


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
