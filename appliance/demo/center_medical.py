"""薬剤・診療・健診 of fictitious people: drugs that do not exist, for the months before the day they are asked for."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime

from appliance.demo.medical_world import (
    ALWAYS,
    CHECKUP_ITEMS,
    CHECKUP_WORDS,
    COURSES,
    OPERATION,
    OWN,
    SCAN,
    VISIT,
    Course,
    Site,
)
from appliance.demo.people import Person
from appliance.eligibility.medical_questions import months_back
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

MONTHS = 60
YEARS = 5


def drugs(
    header: DrugHeader, person: Person, consents: Consents, today: date, period: tuple[str, str]
) -> DrugMessage:
    """The months of `period` (yyyyMM, both ends in it): drugs, treatments and operations as far as `consents` go."""
    months = [
        (back, month)
        for back, month in enumerate(months_back(today, MONTHS + 1))
        if back and period[0] <= month <= period[1]
    ]
    named = DrugPerson(
        name=person.name,
        kana_name=person.name_kana,
        birth=f"{person.birthdate:%Y%m%d}",
        adm_gend_code=person.sex,
    )
    claims = (_claimed(person, consents, back, month) for back, month in months)
    return DrugMessage(
        message_header=_with_person(header, named),
        message_body=DrugBody(
            me_tr_month_inf=tuple(one for month in claims for one in month),
            # The latest dispensing stands in 調剤結果 too, as it does in real life.
            cz_di_inf=tuple(
                _dispensed(person, course, month)
                for back, month in months[:1]
                for course in _courses(person, back)[:1]
                if consents.pharmacists_info
            ),
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


def _chance(person: Person, *about: object) -> int:
    return int.from_bytes(hashlib.sha256(f"{person.id} {about}".encode()).digest()[:4], "big")


def _courses(person: Person, back: int) -> list[Course]:
    return [
        course
        for number, course in enumerate(COURSES)
        if course.is_in(back) and (number < ALWAYS or _chance(person, "course", number) % 4)
    ]


def _day(person: Person, month: str) -> str:
    return f"{month}{_chance(person, month, 'day') % 27 + 1:02d}"


def _claimed(person: Person, consents: Consents, back: int, month: str) -> Iterator[ClaimedMonth]:
    """One month's claims, a block for each site."""
    courses = _courses(person, back)
    for site in dict.fromkeys(course.clinic for course in courses):
        here = [course for course in courses if course.clinic == site]
        given = tuple(_drug(course) for course in here) if consents.pharmacists_info else ()
        done = tuple(_treatments(person, consents, month, site))
        if not (given or done):
            continue
        pharmacy = here[0].pharmacy
        day = _day(person, month)
        yield ClaimedMonth(
            me_tr_di_h_cd=(pharmacy or site)[0],
            me_tr_di_h_nm=(pharmacy or site)[1],
            me_tr_month=month,
            prls_h_cd=site[0],
            prls_h_nm=site[1],
            in_out="2" if pharmacy else "1",
            di_date_infs=(ClaimedDay(di_date=day, pr_date=day, drug_infs=given, me_tr_infs=done),),
        )


def _drug(course: Course) -> ClaimedDrug:
    drug = course.drug
    return ClaimedDrug(
        drug_c=drug.code,
        drug_n=drug.name,
        ingre_n=drug.ingredient,
        qua1=drug.quantity,
        unit=drug.unit,
        usage_n=drug.usage,
        times=course.days,
    )


def _treatments(person: Person, consents: Consents, month: str, site: Site) -> Iterator[Treatment]:
    if consents.diagnosis_info:
        yield _treatment(VISIT)
        if _chance(person, month, site) % 5 == 0:
            yield _treatment(SCAN)
    if consents.operation_info and _chance(person, month, "operation") % 12 == 0 and site == OWN:
        yield _treatment(OPERATION)


def _treatment(what: tuple[str, str]) -> Treatment:
    # 診療識別 50 is that of operations, 12 and 70 those of visits and pictures.
    kind = {VISIT: "12", OPERATION: "50", SCAN: "70"}[what]
    return Treatment(sin_inf_n=what[1], sin_inf_cd=what[0], me_tr_id_cl=kind, qua1="1", times="1", unit="回")


def _dispensed(person: Person, course: Course, month: str) -> DispensedMonth:
    drug = course.drug
    pharmacy = course.pharmacy or course.clinic
    day = _day(person, month)
    given = DispensedDrug(
        cz_drug_c=drug.code,
        cz_drug_n=drug.name,
        cz_ingre_n=drug.ingredient,
        cz_qua1=drug.quantity,
        cz_unit=drug.unit,
        cz_usage_n=drug.usage,
        cz_times=course.days,
    )
    return DispensedMonth(
        cz_me_tr_di_h_cd=pharmacy[0],
        cz_me_tr_di_h_nm=pharmacy[1],
        cz_di_month=month,
        cz_prls_h_cd=course.clinic[0],
        cz_prls_h_nm=course.clinic[1],
        cz_di_date_infs=(DispensedDay(cz_di_date=day, cz_pr_date=day, cz_drug_infs=(given,)),),
    )


def checkups(header: CheckupHeader, person: Person, today: date) -> CheckupMessage:
    """The yearly examinations of the last five years."""
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
            specific_health_checkup_info=tuple(
                _checkup(person, today.year - back) for back in range(1, YEARS + 1)
            )
        ),
    )


def _checkup(person: Person, year: int) -> Checkup:
    measured = tuple(
        CheckupItem(
            item_code=code,
            item_name=name,
            data_type="PQ",
            data_value=f"{value + swing * (_chance(person, name, year) % 201 - 100) / 100:.1f}",
            unit=unit,
        )
        for code, name, unit, value, swing in CHECKUP_ITEMS
    )
    said = tuple(
        CheckupItem(
            item_code=code,
            item_name=name,
            data_type="CD",
            data_value=str(_chance(person, name, year) % len(words) + 1),
            data_value_name=words[_chance(person, name, year) % len(words)],
        )
        for code, name, words in CHECKUP_WORDS
    )
    day = datetime(year, _chance(person, year) % 6 + 5, 10)  # noqa: DTZ001 - a day on paper
    return Checkup(
        effective_time=f"{day:%Y%m%d}", health_checkup_result_and_question_infos=(*measured, *said)
    )
