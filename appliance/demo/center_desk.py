"""The virtual center's desk: takes the text of a question, gives the text of its answer, once a check."""

from collections.abc import Callable
from datetime import datetime

from cryptography import x509

from appliance.demo import center_answers, center_evidence
from appliance.demo.center_evidence import EvidenceRefusedError
from appliance.demo.center_faults import FaultKind
from appliance.demo.center_memory import Memory
from appliance.demo.people import people_on
from appliance.eligibility import center_reading, message_xml
from appliance.eligibility.center_reading import Ask
from appliance.eligibility.message import ResultMessage
from appliance.eligibility.trouble import Trouble
from appliance.ledger.times import Clock, clinic_day


class ForeignClinicError(Exception):
    """The message names another clinic than the client's certificate."""


class Desk:
    """Answers questions. Thread-safe. `anchors` gives the CAs of card certificates, looked up at every card."""

    def __init__(
        self, memory: Memory, anchors: Callable[[], tuple[x509.Certificate, ...]], clock: Clock
    ) -> None:
        self._memory = memory
        self._anchors = anchors
        self._clock = clock

    def answer(self, ask: Ask, check_id: str, question: bytes, clinic: str, fault: FaultKind | None) -> bytes:
        """The answer's XML; `clinic` is the institution code in the client's certificate.

        Raises `Trouble` INPUT-002 or INPUT-003 for a question that cannot be read, `ForeignClinicError`.
        """
        work_out = self._card if ask is Ask.CARD else self._numbers
        if fault is FaultKind.PROCESSING:
            return message_xml.write(center_answers.still_processing(clinic, None, self._clock()))
        return self._memory.answer(
            check_id, lambda: message_xml.write(work_out(question, clinic, fault is FaultKind.REFUSE))
        )

    def _numbers(self, question: bytes, clinic: str, refuse: bool) -> ResultMessage:
        request = message_xml.read_request(question)
        now = self._clock()
        header = request.message_header
        if header.medical_institution_code != clinic:
            raise ForeignClinicError
        if refuse:
            return _refused(clinic, header.arbitrary_file_identifier, now)
        return center_answers.by_numbers(request, people_on(clinic_day(now)), now)

    def _card(self, question: bytes, clinic: str, refuse: bool) -> ResultMessage:
        request = center_reading.read_card_request(question)
        now = self._clock()
        if request.institution_code != clinic:
            raise ForeignClinicError
        if refuse:
            return _refused(clinic, request.identifier, now)
        try:
            holder = center_evidence.identify(request, self._anchors(), now)
        except EvidenceRefusedError:
            text = "カードの署名を確認できません（デモ）"
            return center_answers.refusal(clinic, request.identifier, text, now)
        try:
            return center_answers.by_card(request, holder, now)
        except ValueError as error:  # the time of the consents
            raise Trouble("INPUT-003", "ConsTime") from error


def _refused(clinic: str, identifier: str | None, now: datetime) -> ResultMessage:
    return center_answers.refusal(clinic, identifier, "この照会は受け付けられません（デモ）", now)
