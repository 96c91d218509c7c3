"""One made-up message of each family, whole and in documented order; prefecture 99 does not exist."""

from tests.eligibility.message_samples import CARD_RESULT, NORMAL_RESULT, PERSON_ERROR, REQUEST

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'


def _message(header: str, body: str) -> str:
    return f"{_DECLARATION}<XmlMsg><MessageHeader>{header}</MessageHeader><MessageBody>{body}</MessageBody></XmlMsg>"


_CODE = "<MedicalInstitutionCode>9910000001</MedicalInstitutionCode>"
_TOKEN = "<ArbitraryFileIdentifier>BOX-20260401-0001</ArbitraryFileIdentifier>"
_DAY = "<QualificationConfirmationDate>20260401</QualificationConfirmationDate>"
_TIME = "<ProcessExecutionTime>20260401090112</ProcessExecutionTime>"
_NORMAL = "<SegmentOfResult>1</SegmentOfResult>"
_CODE_0 = "<CharacterCodeIdentifier>0</CharacterCodeIdentifier>"
_KEYS = (
    "<InsurerNumber>  990015</InsurerNumber><InsuredCardSymbol>架空１２</InsuredCardSymbol>"
    "<InsuredIdentificationNumber>3456</InsuredIdentificationNumber><InsuredBranchNumber>02</InsuredBranchNumber>"
)
_LIMIT = (
    "<LimitApplicationCertificateRelatedInfo>"
    "<LimitApplicationCertificateClassification>01</LimitApplicationCertificateClassification>"
    "<LimitApplicationCertificateClassificationFlag>A03</LimitApplicationCertificateClassificationFlag>"
    "</LimitApplicationCertificateRelatedInfo>"
)
_JOB = "<ReceptionNumber>R0000001</ReceptionNumber>"


def _search(inner: str) -> str:
    return f"<QualificationConfirmSearchInfo>{inner}</QualificationConfirmSearchInfo>"


_PERSON = (
    f"{_KEYS}<Birthdate>19790305</Birthdate>{_LIMIT}<ArbitraryIdentifier>P000123_1</ArbitraryIdentifier>"
)
_UNIT = (
    f"<BulkConfirmUnit>{_search(_PERSON)}"
    "<ProcessingResultStatus>1</ProcessingResultStatus><QualificationValidity>1</QualificationValidity>"
    "<ResultOfQualificationConfirmation><InsuredCardClassification>01</InsuredCardClassification>"
    f"{_KEYS}<Name>見本　花子</Name><Sex1>2</Sex1><Birthdate>19790305</Birthdate>"
    "<LimitApplicationCertificateChanged>0</LimitApplicationCertificateChanged>"
    "</ResultOfQualificationConfirmation><ReferenceNumber>000123</ReferenceNumber></BulkConfirmUnit>"
)
_FAILED_UNIT = (
    "<BulkConfirmUnit><ProcessingResultStatus>2</ProcessingResultStatus>"
    "<ProcessingResultCode>PLACEHOLDER</ProcessingResultCode></BulkConfirmUnit>"
)
_TICKETS = (
    "<BulkConfirmUnit><ProcessingResultStatus>1</ProcessingResultStatus><QualificationValidity>6</QualificationValidity>"
    "<ResultOfQualificationConfirmation><InsuredCardClassification>A1</InsuredCardClassification>"
    "<Name>見本　太郎</Name><Sex1>1</Sex1><Birthdate>19550101</Birthdate>"
    "<PublicExpenseNumber>12990015</PublicExpenseNumber><BeneficiaryNumber>1234566</BeneficiaryNumber>"
    "<WelfareOfficeName>架空市福祉事務所</WelfareOfficeName><PublicExpenseResultList>"
    "<MedicalTicketInfo><TicketType>01</TicketType><MedicalTreatmentMonth>202604</MedicalTreatmentMonth>"
    "<StatusOfInfecton>02</StatusOfInfecton></MedicalTicketInfo>"
    "<MedicalTicketInfo><TicketType>02</TicketType></MedicalTicketInfo>"
    "</PublicExpenseResultList></ResultOfQualificationConfirmation></BulkConfirmUnit>"
)
_BULK_HEADER = (
    f"{_TIME}{_DAY}{_CODE}{_TOKEN}{_JOB}{_NORMAL}<NumberOfProcessingResult>2</NumberOfProcessingResult>"
    f"<NumberOfNormalProcessing>1</NumberOfNormalProcessing><NumberOfError>1</NumberOfError>{_CODE_0}"
)


def _registration(number: str) -> str:
    return (
        f"<ReferenceNumberRegistrationInfo><ReferenceNumber>{number}</ReferenceNumber>{_KEYS}"
        "</ReferenceNumberRegistrationInfo>"
    )


def _medical(body: str) -> str:
    header = (
        f"{_CODE}<InsurerNumber>06990015</InsurerNumber><InsuranceCardSymbol>架空１２</InsuranceCardSymbol>"
        "<InsuredPersonIdentificationNumber>3456</InsuredPersonIdentificationNumber><BranchNumber>02</BranchNumber>"
        "<ArbitraryFileIdentifier>000123</ArbitraryFileIdentifier>"
    )
    return _message(header, body)


_CONSENT_DAYS = "<ConsentDateFrom>20260401</ConsentDateFrom><ConsentDateTo>20260430</ConsentDateTo>"
_EXAMINED = (
    "<ExaminationDateFrom>20260401</ExaminationDateFrom><ExaminationDateTo>20260430</ExaminationDateTo>"
)


def _drug(prefix: str) -> str:
    return (
        f"<{prefix}DrugInfs><{prefix}DrugInf><{prefix}DrugC>999999999</{prefix}DrugC>"
        f"<{prefix}DrugN>架空錠５ｍｇ</{prefix}DrugN><{prefix}Qua1>1</{prefix}Qua1><{prefix}Times>14</{prefix}Times>"
        f"</{prefix}DrugInf></{prefix}DrugInfs>"
    )


_DRUGS = (
    "<MeTrMonthInf><DiOrg>1</DiOrg><MeTrDiHCd>9910000001</MeTrDiHCd><MeTrDiHNm>架空薬局</MeTrDiHNm>"
    "<MeTrMonth>202603</MeTrMonth><PrlsHCd>9910000002</PrlsHCd><InOut>2</InOut><DiDateInfs><DiDateInf>"
    f"<DiDate>20260302</DiDate><PrDate>20260301</PrDate>{_drug('')}<MeTrInfs><MeTrInf><SinInfN>架空検査</SinInfN>"
    "<SinInfCd>160000000</SinInfCd></MeTrInf></MeTrInfs></DiDateInf></DiDateInfs></MeTrMonthInf>"
    "<MeTrMonthInf><MeTrMonth>202602</MeTrMonth></MeTrMonthInf>"
    "<CzDiInf><CzDiMonthInf><CzDiMonth>202604</CzDiMonth><CzDiDateInfs><CzDiDateInf>"
    f"<CzDiDate>20260401</CzDiDate>{_drug('Cz')}</CzDiDateInf></CzDiDateInfs></CzDiMonthInf></CzDiInf>"
    "<ShPrInf><ShPrMonthInf><ShPrMonth>202604</ShPrMonth><ShPrDateInfs><ShPrDateInf>"
    f"<ShPrDate>20260401</ShPrDate>{_drug('Sh')}</ShPrDateInf></ShPrDateInfs></ShPrMonthInf></ShPrInf>"
)
_CHECKUP = (
    "<SpecificHealthCheckupInfo><EffectiveTime>20250601</EffectiveTime><HealthCheckupResultAndQuestionInfos>"
    "<HealthCheckupResultAndQuestionInfo><ItemCode>9N001000000000001</ItemCode><ItemName>身長</ItemName>"
    "<DataType>PQ</DataType><DataValue>160.2</DataValue><Unit>cm</Unit></HealthCheckupResultAndQuestionInfo>"
    "</HealthCheckupResultAndQuestionInfos></SpecificHealthCheckupInfo>"
)
_PATIENT = (
    "<QuaInf><Name>見本　花子</Name><KanaName>ﾐﾎﾝ ﾊﾅｺ</KanaName><Birth>19790305</Birth>"
    "<AdmGendCode>2</AdmGendCode></QuaInf>"
)
_EXAMINEE = (
    "<QualificationsInfo><Name>見本　花子</Name><KanasName>ﾐﾎﾝ ﾊﾅｺ</KanasName><Birthday>19790305</Birthday>"
    "<AdministrativeGenderCode>2</AdministrativeGenderCode></QualificationsInfo>"
)
_RECEIPT = _message(
    f"{_TIME}{_CODE}{_TOKEN}{_CODE_0}", f"{_JOB}<ReceptionDateTime>20260401200500</ReceptionDateTime>"
)
_FETCH = _message(_CODE, _JOB)
_BULK = _message(_BULK_HEADER, _UNIT + _FAILED_UNIT)
_TICKET_BULK = _message(_BULK_HEADER, _TICKETS)
_REFERENCE_HEADER = f"{_CODE}{_TOKEN}"

SAMPLES: dict[str, str] = {
    "OQSsiquc01req": REQUEST,
    "OQSsiquc01res": NORMAL_RESULT,
    "OQSsiimm01req": _message(_REFERENCE_HEADER, _registration("000123")),
    "OQSsiimm01res": _message(
        f"{_TIME}{_CODE}{_TOKEN}{_NORMAL}",
        "<ProcessingResultStatus>1</ProcessingResultStatus><ReferenceNumber>000123</ReferenceNumber>",
    ),
    "OQSmuquc01req": _message(
        f"{_DAY}{_CODE}{_TOKEN}", _search(_PERSON) + _search(f"{_KEYS}<Birthdate>19550101</Birthdate>")
    ),
    "OQSmuquc01res": _RECEIPT,
    "OQSmuquc02req": _FETCH,
    "OQSmuquc02res": _BULK,
    "OQSmuimm01req": _message(_REFERENCE_HEADER, _registration("000123") + _registration("000124")),
    "OQSmuimm01res": _RECEIPT,
    "OQSmuimm02req": _FETCH,
    "OQSmuimm02res": _message(
        _BULK_HEADER,
        f"<BulkConfirmUnit>{_registration('000123')}<ProcessingResultStatus>1</ProcessingResultStatus>"
        "</BulkConfirmUnit>",
    ),
    "OQSmutic01req": _message(
        f"{_CODE}{_TOKEN}", _search("<MedicalTreatmentMonth>202604</MedicalTreatmentMonth>")
    ),
    "OQSmutic01res": _RECEIPT,
    "OQSmutic02req": _FETCH,
    "OQSmutic02res": _TICKET_BULK,
    "OQSmuhvq01req": _message(
        f"{_CODE}{_TOKEN}", _search(f"{_CONSENT_DAYS}<MedicalTreatmentFlag>2</MedicalTreatmentFlag>")
    ),
    "OQSmuhvq01res": _RECEIPT,
    "OQSmuhvq02req": _FETCH,
    "OQSmuhvq02res": _BULK,
    "OQSmuonq01req": _message(
        f"{_CODE}{_TOKEN}", _search(f"{_EXAMINED}<MedicalTreatmentFlag>3</MedicalTreatmentFlag>")
    ),
    "OQSmuonq01res": _RECEIPT,
    "OQSmuonq02req": _FETCH,
    "OQSmuonq02res": _BULK,
    "OQSsihvq01req": REQUEST,
    "OQSsihvq01res": NORMAL_RESULT,
    "OQSsionq01req": REQUEST,
    "OQSsionq01res": NORMAL_RESULT,
    "YZKsiquc01req": _medical(
        "<StartDate>202510</StartDate><EndDate>202604</EndDate><FileCategory>2</FileCategory>"
        "<PrDiInfClassification>1</PrDiInfClassification><MedicalTreatmentFlag>1</MedicalTreatmentFlag>"
    ),
    "YZKsiquc01res": _message(
        f"{_TIME}{_CODE}<ArbitraryFileIdentifier>000123</ArbitraryFileIdentifier>{_CODE_0}"
        f"<ResultCode>1</ResultCode>{_PATIENT}",
        _DRUGS,
    ),
    "TKKsiquc01req": _medical(
        "<FileCategory>2</FileCategory><PrDiInfClassification>1</PrDiInfClassification>"
        "<MedicalTreatmentFlag>1</MedicalTreatmentFlag>"
    ),
    "TKKsiquc01res": _message(
        f"{_TIME}{_CODE}<ArbitraryFileIdentifier>000123</ArbitraryFileIdentifier>{_CODE_0}"
        f"<ResultCode>1</ResultCode>{_EXAMINEE}",
        _CHECKUP,
    ),
    **{
        f"{prefix}{way}": _message(f"{_CODE}{_TOKEN}", "<Url>https://example.invalid/</Url><Kind>1</Kind>")
        for prefix in ("OQSsihvd01", "OQSsiurl01", "OQSsiinq01", "OQSsiupd01", "CIPsiquc01")
        for way in ("req", "res")
    },
}
"""By family: `families.FAMILIES` has the same keys."""

MIXED = (CARD_RESULT, PERSON_ERROR)
"""More that come in the field: a card's result in mixed order, an answer with next to nothing in it."""
