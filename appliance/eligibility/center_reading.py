"""Our own reading of the center's Web API, which is not public: paths, the card's request, what answers mean.

Nothing here is official. What a card's evidence looks like on its way to the center, the paths, the header and
the meaning of the HTTP status codes are guesses that the virtual center shares; whoever has the specification
replaces this module and `tests/eligibility/test_center_reading.py`, and nothing else.

- A question by numbers is the public request message (OQSsiquc01req), POSTed to `Ask.NUMBERS.path`.
- A question by card is an `XmlMsg` with the public MessageHeader and a body of our own (see `card_request`),
  POSTed to `Ask.CARD.path`.
- Every other family of the folder interface (`Family`) is its own public request message, POSTed to a path of its own, and
  is answered by its public result message: a bulk job is handed in and fetched in two questions, as through folders. Where a
  PDF was asked for, the answer may be one (`PDF_START`).
- `ArbitraryFileIdentifier` belongs to whoever asked and comes back in the answer. Questions that came through
  the shared folder carry the sender's, all others `identifier(check_id)`. Senders repeat theirs as they like, so
  what makes a question unique is the header `CHECK_HEADER`: the check's random id. The center answers the same
  check the same way however often it is asked, and repeats the header in its answer.
- A card's evidence may be refused because it is too old: then the answer is a refusal with `EVIDENCE_TOO_OLD` for its
  ErrorCode, and the same person may be asked about by numbers. That is another question and has an id of its own
  (`id_in_place`), made from the check's, so that it is the same however often it is asked.
- 200 carries an XML answer. 503 with Retry-After means out of hours, 401 and 403 that the clinic's certificate is
  not accepted, everything else a failure of the center.
"""

from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from hashlib import sha256

from appliance.eligibility import message_xml
from appliance.eligibility.evidence import CardEvidence, HolderVerification
from appliance.eligibility.message import Block, RequestHeader, ResultHeader
from appliance.eligibility.request_families import Family
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import Choices, Consents, PrescriptionForm

CHECK_HEADER = "Madoguchi-Check"
CONTENT_TYPE = "application/xml; charset=UTF-8"
HEALTH_PATH = "/health"
REPEAT_IS_HARMLESS = True
"""Whether the center takes a check asked twice for one question, because of `CHECK_HEADER`. With False a question that may
have arrived is not sent again for 90 seconds."""

PDF_START = b"%PDF-"

EVIDENCE_TOO_OLD = "DEMO0010E"
"""A code of our own, like all of the virtual center: the official table (別紙6-1) is not public."""

_IDENTIFIER_BYTES = 12
_NO_CHOICES = Choices()
_TIME = "%Y%m%d%H%M%S"


class Ask(StrEnum):
    """The two ways to ask about a patient, and the other families of the interface."""

    NUMBERS = "numbers"
    CARD = "card"
    REFERENCE = Family.REFERENCE
    BULK = Family.BULK
    BULK_FETCH = Family.BULK_FETCH
    REFERENCES = Family.REFERENCES
    REFERENCES_FETCH = Family.REFERENCES_FETCH
    TICKETS = Family.TICKETS
    TICKETS_FETCH = Family.TICKETS_FETCH
    HOME = Family.HOME
    HOME_FETCH = Family.HOME_FETCH
    ONLINE = Family.ONLINE
    ONLINE_FETCH = Family.ONLINE_FETCH
    DRUGS = Family.DRUGS
    CHECKUPS = Family.CHECKUPS
    DISASTER_SEARCH = Family.DISASTER_SEARCH
    DISASTER_OPEN = Family.DISASTER_OPEN

    @classmethod
    def of(cls, family: Family) -> "Ask":
        """The way a message of `family` is asked."""
        return cls.NUMBERS if family is Family.SINGLE else cls(family.value)

    @property
    def family(self) -> Family:
        """The family of the answer."""
        return Family.SINGLE if self in (Ask.NUMBERS, Ask.CARD) else Family(self.value)

    @property
    def path(self) -> str:
        """Where such a question is POSTed, below the center's address."""
        where = "qualification" if self.family is Family.SINGLE else "family"
        return f"/oqs/{where}/{self.value}"


@dataclass(frozen=True, kw_only=True)
class _Evidence(Block):
    certificate: str = ""
    challenge: str = ""
    signature: str = ""
    algorithm: str = ""
    holder_verification: str = ""


@dataclass(frozen=True, kw_only=True)
class _ConsentFlags(Block):
    specific_health_checkups_info_cons_flg: str = "0"
    pharmacists_info_cons_flg: str = "0"
    diagnosis_info_cons_flg: str = "0"
    operation_info_cons_flg: str = "0"
    specific_diseases_certificate_related_cons_flg: str = "0"
    cons_time: str = ""
    prescription_issue_select: str = ""
    medical_subsidy_cons_flg: str = ""


@dataclass(frozen=True, kw_only=True)
class _CardBody(Block):
    card_evidence: _Evidence = field(default_factory=_Evidence)
    consents: _ConsentFlags = field(default_factory=_ConsentFlags)


@dataclass(frozen=True, kw_only=True)
class _CardMessage(Block):
    message_header: RequestHeader = field(default_factory=RequestHeader)
    message_body: _CardBody = field(default_factory=_CardBody)


@dataclass(frozen=True, kw_only=True)
class CardRequest:
    """What a question by card says. `consented_at` is yyyyMMddHHmmss of Japan, as the interface writes times."""

    day: date
    institution_code: str
    identifier: str
    certificate_der: bytes = field(repr=False)
    challenge: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    algorithm: str
    holder_verification: HolderVerification
    consents: Consents
    consented_at: str
    choices: Choices = field(default_factory=Choices)


def identifier(check_id: str) -> str:
    """The ArbitraryFileIdentifier of a check of ours: 16 characters that tell nothing. `check_id` is its hex id."""
    return urlsafe_b64encode(bytes.fromhex(check_id)[:_IDENTIFIER_BYTES]).decode("ascii")


def id_in_place(check_id: str) -> str:
    """The id under which a check by card is asked by numbers instead, 32 hex digits like `check_id`."""
    return sha256(f"numbers {check_id}".encode()).hexdigest()[: len(check_id)]


def is_evidence_too_old(header: ResultHeader) -> bool:
    """Whether a refusal says that this card may not be asked about any more by what it proved then."""
    return header.error_code == EVIDENCE_TOO_OLD


def card_request(
    evidence: CardEvidence,
    consents: Consents,
    consented_at: datetime,
    *,
    check_id: str,
    institution_code: str,
    day: date,
    choices: Choices = _NO_CHOICES,
) -> bytes:
    """The question by card as XML. `consented_at` is a moment in Japan's time zone, `day` the day to check."""
    message = _CardMessage(
        message_header=RequestHeader(
            qualification_confirmation_date=f"{day:%Y%m%d}",
            medical_institution_code=institution_code,
            arbitrary_file_identifier=identifier(check_id),
        ),
        message_body=_CardBody(
            card_evidence=_Evidence(
                certificate=_to_base64(evidence.certificate_der),
                challenge=_to_base64(evidence.challenge),
                signature=_to_base64(evidence.signature),
                algorithm=evidence.algorithm,
                holder_verification=evidence.holder_verification.value,
            ),
            consents=_flags(consents, choices, consented_at),
        ),
    )
    return message_xml.write(message)


def read_card_request(data: bytes) -> CardRequest:
    """What `card_request` wrote. Raises `Trouble` INPUT-002 (no such XML) or INPUT-003 (not a question by card)."""
    message = message_xml.read_as(_CardMessage, data)
    header, evidence = message.message_header, message.message_body.card_evidence
    flags = message.message_body.consents
    try:
        return CardRequest(
            day=datetime.strptime(header.qualification_confirmation_date or "", "%Y%m%d").date(),  # noqa: DTZ007
            institution_code=header.medical_institution_code or "",
            identifier=header.arbitrary_file_identifier or "",
            certificate_der=b64decode(evidence.certificate, validate=True),
            challenge=b64decode(evidence.challenge, validate=True),
            signature=b64decode(evidence.signature, validate=True),
            algorithm=evidence.algorithm,
            holder_verification=HolderVerification(evidence.holder_verification),
            consents=_consents(flags),
            consented_at=flags.cons_time,
            choices=_choices(flags),
        )
    except ValueError as error:
        raise Trouble("INPUT-003", "カードによる照会ではありません") from error


def _to_base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _flags(consents: Consents, choices: Choices, at: datetime) -> _ConsentFlags:
    return _ConsentFlags(
        specific_health_checkups_info_cons_flg=_flag(consents.specific_health_checkups_info),
        pharmacists_info_cons_flg=_flag(consents.pharmacists_info),
        diagnosis_info_cons_flg=_flag(consents.diagnosis_info),
        operation_info_cons_flg=_flag(consents.operation_info),
        specific_diseases_certificate_related_cons_flg=_flag(consents.specific_diseases_certificate_related),
        cons_time=at.strftime(_TIME),
        prescription_issue_select=choices.prescription.value,
        medical_subsidy_cons_flg="" if choices.medical_subsidy is None else _flag(choices.medical_subsidy),
    )


def _choices(flags: _ConsentFlags) -> Choices:
    subsidy = {"0": False, "1": True}.get(flags.medical_subsidy_cons_flg)
    return Choices(PrescriptionForm(flags.prescription_issue_select), subsidy)


def _flag(given: bool) -> str:
    return "1" if given else "0"


def _consents(flags: _ConsentFlags) -> Consents:
    return Consents(
        specific_health_checkups_info=flags.specific_health_checkups_info_cons_flg == "1",
        pharmacists_info=flags.pharmacists_info_cons_flg == "1",
        diagnosis_info=flags.diagnosis_info_cons_flg == "1",
        operation_info=flags.operation_info_cons_flg == "1",
        specific_diseases_certificate_related=flags.specific_diseases_certificate_related_cons_flg == "1",
    )


def trouble_code(status: int, headers: Mapping[str, str]) -> str | None:
    """The trouble an answer to a question means, None for one that carries the XML."""
    if status == 200:
        return None
    if status in (401, 403):
        return "CENTER-005"
    if status == 503 and "Retry-After" in headers:
        return "CENTER-003"
    return "CENTER-006"


def health_code(status: int, headers: Mapping[str, str]) -> str | None:
    """The trouble an answer from `HEALTH_PATH` means; a center without that path is a center that answers."""
    code = trouble_code(status, headers)
    return None if code == "CENTER-006" and status < 500 else code


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """How long the center asks to be left alone: seconds, never negative; None when it does not say."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
