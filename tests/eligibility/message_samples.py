"""Messages as they come in the field, all of them made up; prefecture 99 does not exist."""

REQUEST = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<XmlMsg>
  <MessageHeader>
    <QualificationConfirmationDate>20260401</QualificationConfirmationDate>
    <MedicalInstitutionCode>9910000001</MedicalInstitutionCode>
    <ArbitraryFileIdentifier>BOX-20260401-0001</ArbitraryFileIdentifier>
  </MessageHeader>
  <MessageBody>
    <QualificationConfirmSearchInfo>
      <InsurerNumber>06990015</InsurerNumber>
      <InsuredCardSymbol>架空１２</InsuredCardSymbol>
      <InsuredIdentificationNumber>3456</InsuredIdentificationNumber>
      <InsuredBranchNumber>02</InsuredBranchNumber>
      <Birthdate>19790305</Birthdate>
      <LimitApplicationCertificateRelatedConsFlg>1</LimitApplicationCertificateRelatedConsFlg>
    </QualificationConfirmSearchInfo>
  </MessageBody>
</XmlMsg>
"""

_SEARCH = REQUEST[REQUEST.index("    <QualificationConfirmSearchInfo>") : REQUEST.index("  </MessageBody>")]

NORMAL_RESULT = f"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<XmlMsg>
  <MessageHeader>
    <ProcessExecutionTime>20260401090112</ProcessExecutionTime>
    <QualificationConfirmationDate>20260401</QualificationConfirmationDate>
    <MedicalInstitutionCode>9910000001</MedicalInstitutionCode>
    <ArbitraryFileIdentifier>BOX-20260401-0001</ArbitraryFileIdentifier>
    <ReferenceClassification>2</ReferenceClassification>
    <SegmentOfResult>1</SegmentOfResult>
    <CharacterCodeIdentifier>0</CharacterCodeIdentifier>
  </MessageHeader>
  <MessageBody>
{_SEARCH}    <ProcessingResultStatus>1</ProcessingResultStatus>
    <QualificationValidity>1</QualificationValidity>
    <ResultList>
      <ResultOfQualificationConfirmation>
        <InsuredCardClassification>01</InsuredCardClassification>
        <InsurerNumber>06990015</InsurerNumber>
        <InsuredCardSymbol>架空１２</InsuredCardSymbol>
        <InsuredIdentificationNumber>3456</InsuredIdentificationNumber>
        <InsuredBranchNumber>02</InsuredBranchNumber>
        <PersonalFamilyClassification>2</PersonalFamilyClassification>
        <InsuredName>見本　一郎</InsuredName>
        <Name>見本　花子</Name>
        <NameKana>ﾐﾎﾝ ﾊﾅｺ</NameKana>
        <Sex1>2</Sex1>
        <Birthdate>19790305</Birthdate>
        <Address>架空県見本市一丁目１－１～２①</Address>
        <PostNumber>000-0000</PostNumber>
        <QualificationDate>20200401</QualificationDate>
        <InsuredCardValidDate>20200401</InsuredCardValidDate>
        <InsurerName>架空健康保険組合</InsurerName>
        <LimitApplicationCertificateRelatedConsFlg>1</LimitApplicationCertificateRelatedConsFlg>
        <LimitApplicationCertificateRelatedConsTime>20260401090110</LimitApplicationCertificateRelatedConsTime>
        <LimitApplicationCertificateRelatedInfo>
          <LimitApplicationCertificateClassification>01</LimitApplicationCertificateClassification>
          <LimitApplicationCertificateClassificationFlag>A03</LimitApplicationCertificateClassificationFlag>
          <LimitApplicationCertificateDate>20260401</LimitApplicationCertificateDate>
        </LimitApplicationCertificateRelatedInfo>
        <ReferenceNumber>000123</ReferenceNumber>
      </ResultOfQualificationConfirmation>
    </ResultList>
  </MessageBody>
</XmlMsg>
"""

CARD_RESULT = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<XmlMsg>
  <MessageHeader>
    <ProcessExecutionTime>20260401090112</ProcessExecutionTime>
    <CharacterCodeIdentifier>0</CharacterCodeIdentifier>
    <SegmentOfResult>1</SegmentOfResult>
    <ReferenceClassification>1</ReferenceClassification>
    <ArbitraryFileIdentifier>AAAAAAAAAAAAAAA=</ArbitraryFileIdentifier>
    <MedicalInstitutionCode>9910000001</MedicalInstitutionCode>
  </MessageHeader>
  <MessageBody>
    <ResultList>
      <ResultOfQualificationConfirmation>
        <PharmacistsInfoConsTime>20260401090105</PharmacistsInfoConsTime>
        <DiagnosisInfoConsFlg>0</DiagnosisInfoConsFlg>
        <Sex1>2</Sex1>
        <Name>見本　花子</Name> <!-- the comment is not part of the name -->
        <InsurerNumber>  990015</InsurerNumber>
        <PharmacistsInfoAvailableTime>20260402090105</PharmacistsInfoAvailableTime>
        <InsuredCardClassification>01</InsuredCardClassification>
        <Birthdate>19790305</Birthdate>
        <InsuredIdentificationNumber>3456</InsuredIdentificationNumber>
        <InsuredBranchNumber></InsuredBranchNumber>
        <FutureInfoConsFlg>1</FutureInfoConsFlg>
        <PharmacistsInfoConsFlg>1</PharmacistsInfoConsFlg>
        <InsurerName>架空市国民健康保険</InsurerName>
      </ResultOfQualificationConfirmation>
    </ResultList>
    <ProcessingResultStatus>1</ProcessingResultStatus>
    <QualificationValidity>1</QualificationValidity>
  </MessageBody>
</XmlMsg>
"""

PERSON_ERROR = """<XmlMsg>
  <MessageHeader><SegmentOfResult>1</SegmentOfResult></MessageHeader>
  <MessageBody>
    <ProcessingResultStatus>2</ProcessingResultStatus>
    <ProcessingResultCode>PLACEHOLDER</ProcessingResultCode>
    <ProcessingResultMessage>（届いたままの文）</ProcessingResultMessage>
  </MessageBody>
</XmlMsg>
"""
