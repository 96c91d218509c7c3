"""What receptionists call each field of a message, and the order in which they want to read a result."""

from dataclasses import dataclass

from appliance.eligibility.message import (
    Block,
    ElderlyRecipientCertificate,
    LimitApplicationCertificate,
    MedicalTicket,
    Qualification,
    RequestBody,
    RequestHeader,
    RequestMessage,
    ResultBody,
    ResultHeader,
    ResultMessage,
    SearchInfo,
    SpecificDiseasesCertificate,
)

FIELD_LABELS: dict[type[Block], dict[str, str]] = {
    SearchInfo: {
        "insurer_number": "保険者番号",
        "insured_card_symbol": "記号",
        "insured_identification_number": "番号",
        "insured_branch_number": "枝番",
        "birthdate": "生年月日",
        "limit_application_certificate_related_cons_flg": "限度額情報の提供",
        "arbitrary_identifier": "任意の識別子",
    },
    RequestHeader: {
        "qualification_confirmation_date": "資格確認日",
        "medical_institution_code": "医療機関コード",
        "arbitrary_file_identifier": "照会の識別子",
    },
    RequestBody: {"qualification_confirm_search_info": "照会した内容"},
    RequestMessage: {"message_header": "照会の情報", "message_body": "照会"},
    ResultHeader: {
        "process_execution_time": "センターの処理日時",
        "qualification_confirmation_date": "資格確認日",
        "medical_institution_code": "医療機関コード",
        "arbitrary_file_identifier": "照会の識別子",
        "reference_classification": "照会区分",
        "segment_of_result": "処理結果区分",
        "error_code": "エラーコード",
        "error_message": "エラーメッセージ",
        "character_code_identifier": "文字コード",
    },
    ElderlyRecipientCertificate: {
        "elderly_recipient_certificate_date": "交付日",
        "elderly_recipient_valid_start_date": "有効開始日",
        "elderly_recipient_valid_end_date": "有効終了日",
        "elderly_recipient_contribution_ratio": "負担割合",
    },
    LimitApplicationCertificate: {
        "limit_application_certificate_classification": "証の種類",
        "limit_application_certificate_classification_flag": "適用区分",
        "limit_application_certificate_date": "交付日",
        "limit_application_certificate_valid_start_date": "有効開始日",
        "limit_application_certificate_valid_end_date": "有効終了日",
        "limit_application_certificate_long_term_date": "長期入院該当日",
    },
    SpecificDiseasesCertificate: {
        "specific_diseases_disease_category": "認定疾病",
        "specific_diseases_certificate_date": "交付日",
        "specific_diseases_valid_start_date": "有効開始日",
        "specific_diseases_valid_end_date": "有効終了日",
        "specific_diseases_self_pay": "自己負担限度額（月）",
    },
    MedicalTicket: {
        "ticket_type": "券の種類",
        "medical_ticket_valid_date": "有効開始日",
        "medical_ticket_expiration_date": "有効終了日",
        "issue_number": "交付番号",
        "medical_treatment_month": "診療年月",
        "designated_medical_institution_code": "指定医療機関コード",
        "designated_medical_institution_flag": "指定医療機関との一致",
        "designated_medical_institution_name": "指定医療機関",
        "prescription_issuer_medical_institution_code": "処方箋を出した医療機関コード",
        "prescription_issuer_medical_institution_name": "処方箋を出した医療機関",
        "injury_name1": "傷病名1",
        "injury_name2": "傷病名2",
        "injury_name3": "傷病名3",
        "medical_treatment_type": "診療別",
        "self_pay_amount": "本人支払額",
        "district_contact_name": "地区担当員",
        "handling_contact_name": "取扱担当者",
        "single_or_combined_use": "単独・併用",
        "status_of_social_insurance": "社会保険",
        "consistency_flag": "社会保険の整合",
        "status_of_infecton": "感染症の公費",
        "status_of_elderly_medical_care": "後期高齢者医療",
        "status_of_prefectural_expenses": "都道府県費",
        "remarks1": "備考1",
        "remarks2": "備考2",
        "remarks3": "備考3",
    },
    Qualification: {
        "insured_card_classification": "保険証区分",
        "insurer_number": "保険者番号",
        "insured_card_symbol": "記号",
        "insured_identification_number": "番号",
        "insured_branch_number": "枝番",
        "personal_family_classification": "本人・家族",
        "insured_name": "被保険者氏名（世帯主）",
        "name": "氏名",
        "name_of_other": "氏名（その他）",
        "name_kana": "カナ氏名",
        "name_of_other_kana": "カナ氏名（その他）",
        "sex1": "性別",
        "sex2": "性別（特別な取扱い）",
        "birthdate": "生年月日",
        "address": "住所",
        "post_number": "郵便番号",
        "qualification_date": "資格取得日",
        "disqualification_date": "資格喪失日",
        "insured_certificate_issuance_date": "交付日",
        "insured_card_valid_date": "有効開始日",
        "insured_card_expiration_date": "有効終了日",
        "insured_partial_contribution_ratio": "負担割合",
        "preschool_classification": "未就学区分",
        "reason_of_loss": "資格喪失の理由",
        "insurer_name": "保険者名",
        "public_expense_number": "公費負担者番号",
        "beneficiary_number": "受給者番号",
        "welfare_office_name": "福祉事務所",
        "elderly_recipient_certificate_info": "高齢受給者証",
        "limit_application_certificate_related_cons_flg": "提供の同意",
        "limit_application_certificate_related_cons_time": "同意した日時",
        "limit_application_certificate_related_info": "限度額",
        "specific_diseases_certificate_related_cons_flg": "提供の同意",
        "specific_diseases_certificate_related_cons_time": "同意した日時",
        "specific_diseases_certificate_list": "特定疾病療養受療証",
        "public_expense_result_list": "医療券・調剤券",
        "specific_health_checkups_info_cons_flg": "健診",
        "specific_health_checkups_info_cons_time": "健診: 同意した日時",
        "specific_health_checkups_info_available_time": "健診: 閲覧できる期限",
        "pharmacists_info_cons_flg": "薬剤",
        "pharmacists_info_cons_time": "薬剤: 同意した日時",
        "pharmacists_info_available_time": "薬剤: 閲覧できる期限",
        "diagnosis_info_cons_flg": "診療",
        "diagnosis_info_cons_time": "診療: 同意した日時",
        "diagnosis_info_available_time": "診療: 閲覧できる期限",
        "operation_info_cons_flg": "手術",
        "operation_info_cons_time": "手術: 同意した日時",
        "operation_info_available_time": "手術: 閲覧できる期限",
        "reference_number": "照会番号",
        "qualification_confirmation_key": "資格確認の鍵",
    },
    ResultBody: {
        "qualification_confirm_search_info": "照会した内容",
        "prescription_issue_select": "処方箋の形",
        "processing_result_status": "処理結果",
        "processing_result_code": "処理結果コード",
        "processing_result_message": "処理結果メッセージ",
        "qualification_validity": "資格の有効性",
        "result_list": "資格",
    },
    ResultMessage: {"message_header": "照会の情報", "message_body": "結果"},
}


@dataclass(frozen=True)
class Group:
    """Fields of a qualification that are read together, under one heading."""

    title: str
    fields: tuple[str, ...]


QUALIFICATION_GROUPS = (
    Group("患者", ("name", "name_kana", "birthdate", "sex1", "sex2", "name_of_other", "name_of_other_kana")),
    Group(
        "保険",
        (
            "insurer_name",
            "insurer_number",
            "insured_card_symbol",
            "insured_identification_number",
            "insured_branch_number",
            "insured_partial_contribution_ratio",
            "personal_family_classification",
            "insured_name",
            "insured_card_classification",
            "preschool_classification",
        ),
    ),
    Group(
        "資格の期間",
        (
            "qualification_date",
            "disqualification_date",
            "reason_of_loss",
            "insured_card_valid_date",
            "insured_card_expiration_date",
            "insured_certificate_issuance_date",
        ),
    ),
    Group("高齢受給者証", ("elderly_recipient_certificate_info",)),
    Group(
        "限度額",
        (
            "limit_application_certificate_related_info",
            "limit_application_certificate_related_cons_flg",
            "limit_application_certificate_related_cons_time",
        ),
    ),
    Group(
        "特定疾病",
        (
            "specific_diseases_certificate_list",
            "specific_diseases_certificate_related_cons_flg",
            "specific_diseases_certificate_related_cons_time",
        ),
    ),
    Group("公費・医療扶助", ("public_expense_number", "beneficiary_number", "welfare_office_name")),
    Group("医療券・調剤券", ("public_expense_result_list",)),
    Group(
        "診療情報などの閲覧の同意",
        tuple(
            f"{item}_{part}"
            for item in (
                "specific_health_checkups_info",
                "pharmacists_info",
                "diagnosis_info",
                "operation_info",
            )
            for part in ("cons_flg", "available_time", "cons_time")
        ),
    ),
    Group("住所", ("post_number", "address")),
    Group("その他", ("reference_number", "qualification_confirmation_key")),
)


def field_label(block: type[Block], name: str) -> str:
    """What reception calls the field `name` of `block`. Raises `KeyError` for a field nobody has named."""
    return FIELD_LABELS[block][name]
