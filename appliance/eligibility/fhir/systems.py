"""The names FHIR and JP Core give to systems and extensions, and our own where nobody else has one.

Those of JP Core are read from its public source (github.com/jami-fhir-jp-wg/jp-core-v1x); `contract/fhir.md` cites them one by
one. An extension's url has to be a URL in R4, no URN: ours lie below a name that by RFC 2606 never belongs to anybody.
"""

_JP = "http://jpfhir.jp/fhir/core"
_JP_EXTENSION = f"{_JP}/Extension/StructureDefinition"
_MHLW = "urn:oid:1.2.392.100495.20"
_HL7 = "http://terminology.hl7.org/CodeSystem"
_OURS = "urn:madoguchi:1"

OUR_EXTENSION = "http://madoguchi.invalid/fhir/1/StructureDefinition"
"""`/<element>` after it: the value of that element, where FHIR has no place of its own for it."""
BLANK = "BlankElement"
UNKNOWN = "UnknownElement"

# Identifiers of JP Core and of the ministry's prescription guide, which JP Core refers to.
INSURER_NUMBER = f"{_MHLW}.3.61"
PUBLIC_PAYER_NUMBER = f"{_MHLW}.3.71"
INSTITUTION = f"{_JP}/IdSystem/insurance-medical-institution-no"
INSTITUTION_7 = f"{_MHLW}.3.23"
PREFECTURE = f"{_MHLW}.3.21"
FEE_TABLE = f"{_MHLW}.3.22"
COVERAGE_TYPE = f"{_MHLW}.2.61"
RELATIONSHIP = f"{_MHLW}.2.62"

INSURED_SYMBOL = f"{_JP_EXTENSION}/JP_Coverage_InsuredPersonSymbol"
INSURED_NUMBER = f"{_JP_EXTENSION}/JP_Coverage_InsuredPersonNumber"
INSURED_BRANCH = f"{_JP_EXTENSION}/JP_Coverage_InsuredPersonSubNumber"
PREFECTURE_OF = f"{_JP_EXTENSION}/JP_Organization_PrefectureNo"
FEE_TABLE_OF = f"{_JP_EXTENSION}/JP_Organization_InsuranceOrganizationCategory"
INSTITUTION_NO_OF = f"{_JP_EXTENSION}/JP_Organization_InsuranceOrganizationNo"

# HL7's own.
NAME_REPRESENTATION = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"
DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
ORGANIZATION_TYPE = f"{_HL7}/organization-type"
COPAY_TYPE = f"{_HL7}/coverage-copay-type"
BENEFIT_TYPE = f"{_HL7}/benefit-type"
UCUM = "http://unitsofmeasure.org"

# Ours.
CHECK = f"{_OURS}:check"
DELIVERY = f"{_OURS}:delivery"
TROUBLE = f"{_OURS}:trouble"
READER = f"{_OURS}:reader"
AUDIT = f"{_OURS}:audit"
AUDIT_ACTOR = f"{_OURS}:audit-actor"
AUDIT_SUBJECT = f"{_OURS}:audit-subject"
ELEMENT = f"{_OURS}:element"
"""Codes are the names of the interface's elements."""
ERROR_CODE = f"{_OURS}:oqs:error-code"
RESULT_CODE = f"{_OURS}:oqs:processing-result-code"
FILE_IDENTIFIER = f"{_OURS}:oqs:arbitrary-file-identifier"
PERSON_IDENTIFIER = f"{_OURS}:oqs:arbitrary-identifier"
REFERENCE_NUMBER = f"{_OURS}:oqs:reference-number"


def code_table(table: str) -> str:
    """The system of the interface's own table, for instance `OQSCD006`."""
    return f"{_OURS}:oqs:{table}"
