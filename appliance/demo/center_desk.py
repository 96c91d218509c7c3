"""The virtual center's desk: takes the text of a question, gives the text of its answer, once a check."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from cryptography import x509

from appliance.demo import center_answers, center_evidence, center_families
from appliance.demo.center_disaster import Asked as DisasterAsked
from appliance.demo.center_disaster import DisasterDesk
from appliance.demo.center_evidence import EvidenceRefusedError, Holder
from appliance.demo.center_families import FamilyDesk
from appliance.demo.center_faults import FaultKind
from appliance.demo.center_memory import Memory
from appliance.demo.center_records import Records
from appliance.demo.people import people_on
from appliance.eligibility import center_reading, message_xml
from appliance.eligibility.center_reading import Ask, CardRequest
from appliance.eligibility.evidence import CertificateStatus
from appliance.eligibility.message import Block, ResultMessage
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import JAPAN, Clock, clinic_day


class ForeignClinicError(Exception):
    """The message names another clinic than the client's certificate."""


class Desk:
    """Answers questions. Thread-safe. `anchors` gives the CAs of card certificates, asked for at every card.

    `evidence_age` is how many seconds old a card's evidence may be, None for any age.
    """

    def __init__(
        self,
        memory: Memory,
        anchors: Callable[[], tuple[x509.Certificate, ...]],
        clock: Clock,
        bulk_delay: Callable[[], float] = lambda: 0.0,
        evidence_age: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._memory = memory
        self._anchors = anchors
        self._clock = clock
        self._evidence_age = evidence_age
        self._records = Records()
        self._families = FamilyDesk(self._records, bulk_delay)
        self.disaster = DisasterDesk()
        """災害時医療情報閲覧 and its switch."""

    def answer(self, ask: Ask, check_id: str, question: bytes, clinic: str, fault: FaultKind | None) -> bytes:
        """The answer's XML; `clinic` is the institution code in the client's certificate.

        Raises `Trouble` INPUT-002 or INPUT-003 for a question that cannot be read, `ForeignClinicError`.
        """
        if fault is FaultKind.PROCESSING:
            return message_xml.write(center_answers.still_processing(clinic, None, self._clock()))
        return self._memory.answer(
            check_id,
            lambda: message_xml.write(self._worked_out(ask, question, clinic, fault is FaultKind.REFUSE)),
        )

    def _worked_out(self, ask: Ask, question: bytes, clinic: str, refuse: bool) -> Block:
        if ask is Ask.CARD:
            return self._card(question, clinic, refuse)
        if ask is Ask.NUMBERS:
            return self._numbers(question, clinic, refuse)
        asked = center_families.read(ask.family, question, clinic, self._clock())
        if asked.message.message_header.medical_institution_code != clinic:
            raise ForeignClinicError
        if refuse:
            return _refused(clinic, asked.identifier, asked.now)
        if ask.family.is_disaster:
            return self.disaster.answer(DisasterAsked(asked.message, clinic, asked.now, asked.everybody))
        return self._families.answer(asked)

    def _numbers(self, question: bytes, clinic: str, refuse: bool) -> ResultMessage:
        request = message_xml.read_request(question)
        now = self._clock()
        header = request.message_header
        if header.medical_institution_code != clinic:
            raise ForeignClinicError
        if refuse:
            return _refused(clinic, header.arbitrary_file_identifier, now)
        everybody = self._records.known_to(clinic, people_on(clinic_day(now)))
        return center_answers.by_numbers(request, everybody, now)

    def _card(self, question: bytes, clinic: str, refuse: bool) -> ResultMessage:
        request = center_reading.read_card_request(question)
        now = self._clock()
        if request.institution_code != clinic:
            raise ForeignClinicError
        if refuse:
            return _refused(clinic, request.identifier, now)
        try:
            holder = center_evidence.identify(request, self._anchors(), now)
            if self._is_too_old(request, now):
                text = "カードの記録が古いため、受け付けられません（デモ）"
                code = center_reading.EVIDENCE_TOO_OLD
                return center_answers.refusal(clinic, request.identifier, text, now, code)
        except EvidenceRefusedError:
            text = "カードの署名を確認できません（デモ）"
            return center_answers.refusal(clinic, request.identifier, text, now)
        try:
            return self.at_reader(request, holder)
        except ValueError as error:  # the time of the consents
            raise Trouble("INPUT-003", "ConsTime") from error

    def _is_too_old(self, request: CardRequest, now: datetime) -> bool:
        most = self._evidence_age()
        return most is not None and (now - center_evidence.signed_at(request)).total_seconds() > most

    def at_reader(self, request: CardRequest, holder: Holder) -> ResultMessage:
        """The answer about somebody known to hold the card; what was consented to is remembered.

        Raises `ValueError` for an impossible time of the consents.
        """
        self._remember(request, holder)
        known = self._numbered(holder, request.institution_code)
        return center_answers.by_card(request, known, self._clock())

    def _remember(self, request: CardRequest, holder: Holder) -> None:
        if holder.person is not None and holder.status not in (None, CertificateStatus.GRACE):
            given_at = datetime.strptime(request.consented_at, "%Y%m%d%H%M%S").replace(tzinfo=JAPAN)
            self._records.consented(holder.person.id, request.consents, given_at)

    def _numbered(self, holder: Holder, clinic: str) -> Holder:
        if holder.person is None:
            return holder
        (person,) = self._records.known_to(clinic, (holder.person,))
        return replace(holder, person=person)


def _refused(clinic: str, identifier: str | None, now: datetime) -> ResultMessage:
    return center_answers.refusal(clinic, identifier, "この照会は受け付けられません（デモ）", now)
