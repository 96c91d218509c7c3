"""What of the messages is only our reading of a specification that is not public: the one list of it.

`docs/messages.md` shows the same rows; a test keeps both alike. Whoever has the specification checks these first.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """One point: what it is about, how we read it, what that rests on, and the module to change when it is wrong."""

    key: str
    about: str
    ours: str
    rests_on: str
    module: str


READINGS = (
    Reading(
        "order",
        "Order of elements",
        "as the public writers emit them; anything added since 2025 (newer consents, the prescription form inside a "
        "result, LimitApplicationCertificateChanged) stands where its relatives stand",
        "no writer of these newer elements is public",
        "message.py",
    ),
    Reading(
        "newer-consents",
        "DiagnosisName…, InfectiousInfo…, AllergyInfo…, ContraindicationInfo…, TestInfo…, PrescriptionInfo…",
        "ConsFlg, ConsTime and AvailableTime with OQSCD016, like the older ones",
        "names as one receipt computer exposes them, whose older names equal the interface's",
        "message.py",
    ),
    Reading(
        "drug-consent",
        "PharmacistsInfo… or PharmaceuticalInfo…, …AvailableTime or …AcquisitionTime",
        "the first of each is written, both are read",
        "six sources against one",
        "spellings.py",
    ),
    Reading(
        "prescription-form",
        "Level of PrescriptionIssueSelect",
        "read and written at either level, where it came; the result's own goes before the body's",
        "two sources in the body, one in the result",
        "message.py",
    ),
    Reading(
        "error-segment",
        "SegmentOfResult of an error",
        "9; 3 is read as 9, and anything else than 1 and 2 counts as an error",
        "9 in all code, 3 in one comment",
        "codes.py",
    ),
    Reading(
        "character-code",
        "CharacterCodeIdentifier",
        "0 UTF-8, 1 Shift_JIS; made true on writing where it stands, never added",
        "samples; one table says 1 and 2",
        "codes.py",
    ),
    Reading(
        "shift-jis",
        "What Shift_JIS means",
        "code page 932; a character it lacks is written as ●",
        "public writers use 932; ● is what the center itself shows, from memory",
        "xml_source.py",
    ),
    Reading(
        "code-042",
        "OQSCD042 (method of two-factor authentication)",
        "empty: every code is shown as it comes",
        "the values are in no public source",
        "codes.py",
    ),
    Reading(
        "code-044",
        "OQSCD044 (linked system)",
        "two digits: 01, 02, 04, 08",
        "the source prints 01, 2, 4, 8",
        "codes.py",
    ),
    Reading(
        "bulk-errors",
        "Errors in a bulk receipt (01res)",
        "SegmentOfResult, ErrorCode and ErrorMessage in the header, as in a single result",
        "no failed receipt is public",
        "message_bulk.py",
    ),
    Reading(
        "bulk-limit",
        "LimitApplicationCertificateRelatedInfo in a bulk request",
        "what the clinic holds, one block a person, before ArbitraryIdentifier",
        "a public class has it; its use is inferred",
        "message_bulk.py",
    ),
    Reading(
        "bulk-results",
        "Where a unit's results stand",
        "directly below, in a ResultList, or in elements we do not know: all are found",
        "two readers disagree",
        "message_bulk.py",
    ),
    Reading(
        "bulk-fetch",
        "02req of 医療扶助, 訪問, オンライン, 照会番号",
        "the same as that of 一括照会",
        "one implementation uses one shape for all",
        "families.py",
    ),
    Reading(
        "reference-bulk",
        "Result of a bulk registration of 照会番号",
        "BulkConfirmUnit with an echo of ReferenceNumberRegistrationInfo and the outcome",
        "the four steps are known, this body is not",
        "message_reference.py",
    ),
    Reading(
        "home-online-single",
        "OQSsihvq, OQSsionq",
        "request and result like OQSsiquc",
        "only the names are public",
        "families.py",
    ),
    Reading(
        "open-bodies",
        "OQSsihvd, OQSsiurl, OQSsiinq, OQSsiupd, CIP, EPS, CIS, PMH",
        "the usual header; the body is kept whole and not understood",
        "no body is public",
        "message_open.py",
    ),
    Reading(
        "medical-header",
        "Headers of YZK and TKK results",
        "QuaInf and QualificationsInfo inside MessageHeader, with the usual header elements; ResultCode and "
        "MessageContents are read in header and body",
        "one implementation names them without their level",
        "message_drugs.py",
    ),
    Reading(
        "drug-blocks",
        "The three blocks of drugs",
        "MeTrMonthInf repeated in the body, CzDiInf and ShPrInf as wrappers; Cz… and Sh… before each drug element; "
        "MeTrInfs inside a day",
        "one implementation's list of names",
        "message_drugs.py",
    ),
    Reading(
        "checkup-request",
        "Body of a TKK request",
        "that of YZK without the months",
        "one implementation",
        "message_medical.py",
    ),
    Reading(
        "treatments-alone",
        "Treatments and operations where the drugs were not agreed to",
        "asked for with FileCategory 4 all the same; the answer leaves out what was not agreed to, and so does the box",
        "our guess: consents are given item by item, and there is one question for them",
        "medical_questions.py",
    ),
    Reading(
        "lengths",
        "Forms, lengths and required elements",
        "only what public sources give; checked by `madoguchi message check`, never by the reader",
        "a handful of sources; the official table is not public",
        "shapes.py",
    ),
    Reading(
        "err",
        "Content of .err",
        "bytes kept; text is code page 932 unless the bytes are Japanese in UTF-8",
        "nothing is public",
        "err_file.py",
    ),
    Reading(
        "sizes",
        "How large a file may be",
        "8 MiB, bulk 64 MiB, at most 256 levels, no DTD",
        "no limit is public",
        "xml_source.py",
    ),
)


def as_table() -> str:
    """The rows as a Markdown table, for the documentation."""
    lines = ["| key | about | our reading | rests on | change in |", "|---|---|---|---|---|"]
    lines += [
        f"| {one.key} | {one.about} | {one.ours} | {one.rests_on} | `eligibility/{one.module}` |"
        for one in READINGS
    ]
    return "\n".join(lines) + "\n"
