"""The sections of `contract/fhir.md`: which group of elements each is about."""

from appliance.eligibility.message import (
    Block,
    ElderlyRecipientCertificate,
    LimitApplicationCertificate,
    MedicalTicket,
    Qualification,
    ResultBody,
    ResultHeader,
    SearchInfo,
    SpecificDiseasesCertificate,
)

BLOCKS: dict[str, type[Block]] = {
    "MessageHeader": ResultHeader,
    "MessageBody": ResultBody,
    "QualificationConfirmSearchInfo": SearchInfo,
    "ResultOfQualificationConfirmation": Qualification,
    "ElderlyRecipientCertificateInfo": ElderlyRecipientCertificate,
    "LimitApplicationCertificateRelatedInfo": LimitApplicationCertificate,
    "SpecificDiseasesCertificateInfo": SpecificDiseasesCertificate,
    "MedicalTicketInfo": MedicalTicket,
}
