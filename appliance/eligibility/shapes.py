"""What a strict reader expects of the values: forms, lengths, which fields must be there, which carry a check digit.

Only what public sources say; where they are silent nothing is expected. Reading never depends on it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from appliance.eligibility import message as single
from appliance.eligibility import message_bulk as bulk
from appliance.eligibility import message_medical as medical
from appliance.eligibility import message_reference as reference
from appliance.eligibility.message import Block
from appliance.eligibility.numbers import has_valid_check_digit, normal_insurer_number
from appliance.eligibility.wording import day_of, moment_of


@dataclass(frozen=True)
class Form:
    """The form of a value, as a pattern of the whole text and in Japanese."""

    pattern: re.Pattern[str]
    words: str


def _form(pattern: str, words: str) -> Form:
    return Form(re.compile(pattern, re.DOTALL), words)


_DATE = _form("[0-9]{8}", "yyyyMMdd の8桁の日付")
_TIME = _form("[0-9]{14}", "yyyyMMddHHmmss の14桁の日時")
_MONTH = _form("[0-9]{6}", "yyyyMM の6桁の年月")
_PERCENT = _form("[0-9]{3}", "3桁の百分率（1割は 010）")
_BRANCH = _form("[0-9]{2}", "2桁の数字")
_AT_MOST_20 = _form(".{0,20}", "20文字以内")
_COUNT = _form("[0-9]+", "数字")

_FORMS = {
    "insurer_number": _form("[0-9]{8}| {2}[0-9]{6}", "8文字（6桁の番号は前に空白2つ）"),
    "medical_institution_code": _form("[0-9]{10}", "10桁の数字"),
    "insured_branch_number": _BRANCH,
    "branch_number": _BRANCH,
    "insured_card_symbol": _AT_MOST_20,
    "insurance_card_symbol": _AT_MOST_20,
    "insured_identification_number": _AT_MOST_20,
    "insured_person_identification_number": _AT_MOST_20,
    "reference_number": _form(".{0,50}", "50文字以内"),
    "post_number": _form("[0-9]{3}-[0-9]{4}", "nnn-nnnn"),
    "public_expense_number": _form("[0-9]{8}", "8桁の数字"),
    "birthdate": _DATE,
    "consent_date_from": _DATE,
    "consent_date_to": _DATE,
    "examination_date_from": _DATE,
    "examination_date_to": _DATE,
    "medical_treatment_month": _MONTH,
    "file_category": _form("[1-4]", "1から4"),
    "number_of_processing_result": _COUNT,
    "number_of_normal_processing": _COUNT,
    "number_of_error": _COUNT,
}
_MONTHS_HERE: Mapping[type[Block], tuple[str, ...]] = {medical.DrugRequestBody: ("start_date", "end_date")}
_NOT_TOLD = ("effective_time", "di_date", "pr_date", "cz_di_date", "cz_pr_date", "sh_pr_date")
"""Fields whose names look like a date's or a time's, but whose form nobody describes."""


def form_of(block: type[Block], name: str) -> Form | None:
    """The form that the field `name` of `block` should have; None when none is known."""
    if name in _MONTHS_HERE.get(block, ()):
        return _MONTH
    if name in _FORMS or name in _NOT_TOLD:
        return _FORMS.get(name)
    if name.endswith("_date"):
        return _DATE
    if name.endswith("_time"):
        return _TIME
    return _PERCENT if name.endswith("_ratio") else None


def fits(form: Form, value: str) -> bool:
    """Whether `value` has the form; a date must be in the calendar too."""
    if form.pattern.fullmatch(value) is None:
        return False
    if form is _DATE:
        return day_of(value) is not None
    if form is _MONTH:
        return day_of(f"{value}01") is not None
    return form is not _TIME or moment_of(value) is not None


# Widths that a large receipt computer gives these: longer values may be cut there.
STORED_WIDTHS = {
    "drug_c": 9,
    "drug_n": 64,
    "ingre_n": 200,
    "usage_n": 30,
    "sp_inst": 80,
    "item_code": 17,
    "item_name": 80,
    "data_type": 2,
    "data_value": 256,
}

Musts = Mapping[type[Block], tuple[str, ...]]
"""For each kind of block in a message the fields that must be there and not be empty."""

_KEYS = ("insurer_number", "insured_identification_number")
_CENTER = ("medical_institution_code", "segment_of_result")
_REQUEST: Musts = {single.RequestHeader: ("medical_institution_code",)}
_DATED: Musts = {single.RequestHeader: ("qualification_confirmation_date", "medical_institution_code")}
_MEDICAL: Musts = {
    medical.MedicalRequestHeader: (
        "medical_institution_code",
        "insurer_number",
        "insured_person_identification_number",
    )
}
_REGISTRATION: Musts = {reference.ReferenceNumberRegistration: ("reference_number", *_KEYS)}

_ONLINE: Musts = {**_REQUEST, bulk.ConsentSearchInfo: ("medical_treatment_flag",)}
_UNITS: Musts = {
    bulk.BulkResultHeader: ("segment_of_result",),
    bulk.BulkConfirmUnit: ("processing_result_status",),
}
MUSTS: dict[str, Musts] = {
    "OQSsiquc01req": {
        **_DATED,
        single.SearchInfo: (*_KEYS, "birthdate", "limit_application_certificate_related_cons_flg"),
    },
    "OQSsiquc01res": {
        single.ResultHeader: _CENTER,
        single.ResultBody: ("processing_result_status",),
        single.Qualification: ("insured_card_classification", "name", "sex1", "birthdate"),
    },
    "OQSsiimm01req": {**_REQUEST, **_REGISTRATION},
    "OQSsiimm01res": {
        reference.ReferenceResultHeader: ("segment_of_result",),
        reference.ReferenceResultBody: ("processing_result_status",),
    },
    "OQSmuquc01req": {**_DATED, bulk.BulkSearchInfo: (*_KEYS, "birthdate")},
    "OQSmuquc02res": _UNITS,
    "OQSmuimm01req": {**_REQUEST, **_REGISTRATION},
    "OQSmuimm02res": {bulk.BulkResultHeader: ("segment_of_result",)},
    "OQSmutic01req": {**_REQUEST, bulk.TicketSearchInfo: ("medical_treatment_month",)},
    "OQSmutic02res": _UNITS,
    "OQSmuhvq01req": {
        **_REQUEST,
        bulk.ConsentSearchInfo: ("consent_date_from", "consent_date_to", "medical_treatment_flag"),
    },
    "OQSmuhvq02res": _UNITS,
    "OQSmuonq01req": _ONLINE,
    "OQSmuonq02res": _UNITS,
    "YZKsiquc01req": {**_MEDICAL, medical.DrugRequestBody: ("start_date", "end_date", "file_category")},
    "TKKsiquc01req": {**_MEDICAL, medical.CheckupRequestBody: ("file_category",)},
    **{
        f"OQSmu{job}01res": {bulk.ReceiptBody: ("reception_number",)}
        for job in ("quc", "imm", "tic", "hvq", "onq")
    },
    **{
        f"OQSmu{job}02req": {**_REQUEST, bulk.FetchBody: ("reception_number",)}
        for job in ("quc", "imm", "tic", "hvq", "onq")
    },
}

_CHECKED = ("insurer_number", "medical_institution_code", "public_expense_number", "beneficiary_number")


def has_wrong_check_digit(name: str, value: str) -> bool:
    """Whether the field `name` carries a check digit and `value`, all digits, has another one. Real numbers do, too."""
    number = normal_insurer_number(value) if name == "insurer_number" else value.strip()
    return name in _CHECKED and number.isascii() and number.isdigit() and not has_valid_check_digit(number)
