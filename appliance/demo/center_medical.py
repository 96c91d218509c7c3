"""薬剤・診療・健診 of fictitious people: drugs that do not exist, for months near the day they are asked for."""

import hashlib
from datetime import date, datetime, timedelta

from appliance.demo.people import Person
from appliance.eligibility.message_drugs import (
    ClaimedDay,
    ClaimedDrug,
    ClaimedMonth,
    DispensedDay,
    DispensedDrug,
    DispensedMonth,
    DrugBody,
    DrugHeader,
    DrugMessage,
    Treatment,
)
from appliance.eligibility.message_drugs import Person as DrugPerson
from appliance.eligibility.message_medical import (
    RESULT_CODE_NORMAL,
    Checkup,
    CheckupBody,
    CheckupHeader,
    CheckupItem,
    CheckupMessage,
    CheckupPerson,
)
from appliance.eligibility.visit import Consents

_DRUGS = (
    ("990000101", "ミホン錠５ｍｇ", "見本塩酸塩", "2", "錠", "１日２回朝夕食後"),
    ("990000202", "カクウカプセル１００ｍｇ", "架空酸", "3", "カプセル", "１日３回毎食後"),
    ("990000303", "シケン錠１０ｍｇ", "試験ナトリウム", "1", "錠", "１日１回就寝前"),
    ("990000404", "ミホン点眼液０．１％", "見本水和物", "1", "瓶", "１日４回点眼"),
)
_ITEMS = (
    ("9N001000000000001", "身長", "cm", 150, 180),
    ("9N006000000000001", "体重", "kg", 45, 85),
    ("9A751000000000001", "収縮期血圧", "mmHg", 105, 150),
    ("9A761000000000001", "拡張期血圧", "mmHg", 60, 95),
    ("3D046000001906202", "HbA1c", "%", 5, 8),
)
_CLINIC = ("1319999999", "見本クリニック")
_PHARMACY = ("1349999990", "見本薬局")
MONTHS = 6


def drugs(
    header: DrugHeader, person: Person, consents: Consents, today: date, period: tuple[str, str]
) -> DrugMessage:
    """The drugs of the months `period` (yyyyMM, both ends in it), with treatments as far as `consents` go."""
    months = [month for month in _months_before(today) if period[0] <= month <= period[1]]
    named = DrugPerson(
        name=person.name,
        kana_name=person.name_kana,
        birth=f"{person.birthdate:%Y%m%d}",
        adm_gend_code=person.sex,
    )
    return DrugMessage(
        message_header=_with_person(header, named),
        message_body=DrugBody(
            me_tr_month_inf=tuple(_claimed(person, consents, month) for month in months),
            # The latest dispensing stands in 調剤結果 too, as it does in real life.
            cz_di_inf=tuple(_dispensed(person, month) for month in months[:1]),
        ),
    )


def _with_person(header: DrugHeader, person: DrugPerson) -> DrugHeader:
    return DrugHeader(
        process_execution_time=header.process_execution_time,
        medical_institution_code=header.medical_institution_code,
        arbitrary_file_identifier=header.arbitrary_file_identifier,
        character_code_identifier=header.character_code_identifier,
        result_code=RESULT_CODE_NORMAL,
        qua_inf=person,
    )


def _months_before(today: date) -> list[str]:
    """The last `MONTHS` months, the present one not among them, newest first."""
    found = []
    day = today
    for _ in range(MONTHS):
        day = day.replace(day=1) - timedelta(days=1)
        found.append(f"{day:%Y%m}")
    return found


def _chance(person: Person, *about: object) -> int:
    return int.from_bytes(hashlib.sha256(f"{person.id} {about}".encode()).digest()[:4], "big")


def _drug_of(person: Person, month: str) -> tuple[str, str, str, str, str, str]:
    return _DRUGS[_chance(person, month) % len(_DRUGS)]


def _claimed(person: Person, consents: Consents, month: str) -> ClaimedMonth:
    code, name, ingredient, quantity, unit, usage = _drug_of(person, month)
    day = f"{month}{_chance(person, month, 'day') % 27 + 1:02d}"
    treatments = []
    if consents.diagnosis_info:
        treatments.append(
            Treatment(sin_inf_n="再診料", sin_inf_cd="112007410", qua1="1", times="1", unit="回")
        )
    if consents.operation_info and _chance(person, month, "operation") % 3 == 0:
        treatments.append(
            Treatment(sin_inf_n="見本手術", sin_inf_cd="150999910", qua1="1", times="1", unit="回")
        )
    return ClaimedMonth(
        me_tr_di_h_cd=_PHARMACY[0],
        me_tr_di_h_nm=_PHARMACY[1],
        me_tr_month=month,
        prls_h_cd=_CLINIC[0],
        prls_h_nm=_CLINIC[1],
        in_out="2",
        di_date_infs=(
            ClaimedDay(
                di_date=day,
                pr_date=day,
                drug_infs=(
                    ClaimedDrug(
                        drug_c=code,
                        drug_n=name,
                        ingre_n=ingredient,
                        qua1=quantity,
                        unit=unit,
                        usage_n=usage,
                        times="28",
                    ),
                ),
                me_tr_infs=tuple(treatments),
            ),
        ),
    )


def _dispensed(person: Person, month: str) -> DispensedMonth:
    code, name, ingredient, quantity, unit, usage = _drug_of(person, month)
    day = f"{month}{_chance(person, month, 'day') % 27 + 1:02d}"
    drug = DispensedDrug(
        cz_drug_c=code,
        cz_drug_n=name,
        cz_ingre_n=ingredient,
        cz_qua1=quantity,
        cz_unit=unit,
        cz_usage_n=usage,
        cz_times="28",
    )
    return DispensedMonth(
        cz_me_tr_di_h_cd=_PHARMACY[0],
        cz_me_tr_di_h_nm=_PHARMACY[1],
        cz_di_month=month,
        cz_prls_h_cd=_CLINIC[0],
        cz_prls_h_nm=_CLINIC[1],
        cz_di_date_infs=(DispensedDay(cz_di_date=day, cz_pr_date=day, cz_drug_infs=(drug,)),),
    )


def checkups(header: CheckupHeader, person: Person, today: date) -> CheckupMessage:
    """The last two yearly examinations."""
    named = CheckupPerson(
        name=person.name,
        kanas_name=person.name_kana,
        birthday=f"{person.birthdate:%Y%m%d}",
        administrative_gender_code=person.sex,
    )
    return CheckupMessage(
        message_header=CheckupHeader(
            process_execution_time=header.process_execution_time,
            medical_institution_code=header.medical_institution_code,
            arbitrary_file_identifier=header.arbitrary_file_identifier,
            character_code_identifier=header.character_code_identifier,
            result_code=RESULT_CODE_NORMAL,
            qualifications_info=named,
        ),
        message_body=CheckupBody(
            specific_health_checkup_info=tuple(_checkup(person, today.year - back) for back in (1, 2))
        ),
    )


def _checkup(person: Person, year: int) -> Checkup:
    items = tuple(
        CheckupItem(
            item_code=code,
            item_name=name,
            data_type="PQ",
            data_value=f"{low + _chance(person, name, year) % ((high - low) * 10) / 10:.1f}",
            unit=unit,
        )
        for code, name, unit, low, high in _ITEMS
    )
    day = datetime(year, _chance(person, year) % 6 + 5, 10)  # noqa: DTZ001 - a day on paper
    return Checkup(effective_time=f"{day:%Y%m%d}", health_checkup_result_and_question_infos=items)
