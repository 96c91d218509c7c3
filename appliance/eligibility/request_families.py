"""What can be asked through the folders: each family by the beginning of its file's name, its messages and its musts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from appliance.eligibility import disaster_reading as disaster
from appliance.eligibility import message_bulk as bulk
from appliance.eligibility import message_medical as medical
from appliance.eligibility import message_reference as reference
from appliance.eligibility.layout import Slot, element_name, layout
from appliance.eligibility.message import Block, RequestMessage, ResultMessage
from appliance.eligibility.message_drugs import DrugMessage
from appliance.eligibility.numbers import looks_like_my_number


class Family(StrEnum):
    """The families a box asks. …01 of a bulk job hands it in, …02 fetches its result."""

    SINGLE = "OQSsiquc01"
    REFERENCE = "OQSsiimm01"
    BULK = "OQSmuquc01"
    BULK_FETCH = "OQSmuquc02"
    REFERENCES = "OQSmuimm01"
    REFERENCES_FETCH = "OQSmuimm02"
    TICKETS = "OQSmutic01"
    TICKETS_FETCH = "OQSmutic02"
    HOME = "OQSmuhvq01"
    HOME_FETCH = "OQSmuhvq02"
    ONLINE = "OQSmuonq01"
    ONLINE_FETCH = "OQSmuonq02"
    DRUGS = "YZKsiquc01"
    CHECKUPS = "TKKsiquc01"
    DISASTER_SEARCH = "MDGsisag01"
    DISASTER_OPEN = "MDGsiopn01"

    @property
    def is_disaster(self) -> bool:
        """Whether it is of 災害時モード: ours alone (`disaster_reading`), never in a folder, asked now or never."""
        return self in (Family.DISASTER_SEARCH, Family.DISASTER_OPEN)

    @property
    def is_bulk(self) -> bool:
        """Whether it is a step of a bulk job, for which nobody waits at a desk."""
        return self.value[3:5] == "mu"

    @property
    def is_fetch(self) -> bool:
        """Whether it fetches a bulk job's result; then "still processing" is an answer."""
        return self.value.endswith("02")

    @property
    def request(self) -> type[Block]:
        """The message that asks."""
        return bulk.FetchMessage if self.is_fetch else _SHAPES[self].request

    @property
    def result(self) -> type[Block]:
        """The message that answers."""
        return _SHAPES[self].result


FOLDER_FAMILIES = frozenset(family for family in Family if not family.is_disaster)
"""What may be asked through a folder: the families of the public interface."""


@dataclass(frozen=True)
class _Shape:
    """The messages of a family; `musts` gives every group of elements with those that must not be empty in it."""

    request: type[Block]
    result: type[Block]
    musts: Callable[[Any], Iterable[tuple[Block, tuple[str, ...]]]]


_NUMBERS = ("insurer_number", "insured_identification_number", "birthdate")
_REGISTERED = ("reference_number", "insurer_number", "insured_identification_number")
_WHOSE = ("insurer_number", "insured_person_identification_number")


def _single(message: RequestMessage) -> Iterable[tuple[Block, tuple[str, ...]]]:
    return ((message.message_body.qualification_confirm_search_info, _NUMBERS),)


def _registered(message: reference.ReferenceRequestMessage) -> Iterable[tuple[Block, tuple[str, ...]]]:
    body = message.message_body
    found = body.reference_number_registration_info
    return ((one, _REGISTERED) for one in found) if found else ((body, (_INFO,)),)


def _persons(message: bulk.BulkRequestMessage) -> Iterable[tuple[Block, tuple[str, ...]]]:
    # What a person lacks is the center's to say, person by person: the others shall be answered.
    return ((message.message_body, ("qualification_confirm_search_info",)),)


def _month(message: bulk.TicketRequestMessage) -> Iterable[tuple[Block, tuple[str, ...]]]:
    return ((message.message_body.qualification_confirm_search_info, ("medical_treatment_month",)),)


def _home(message: bulk.ConsentRequestMessage) -> Iterable[tuple[Block, tuple[str, ...]]]:
    info = message.message_body.qualification_confirm_search_info
    return ((info, ("consent_date_from", "consent_date_to")),)


def _online(message: bulk.ConsentRequestMessage) -> Iterable[tuple[Block, tuple[str, ...]]]:
    info = message.message_body.qualification_confirm_search_info
    if info.examination_date_from or info.examination_date_to:
        return ((info, ("examination_date_from", "examination_date_to")),)
    return ((info, ("consent_date_from", "consent_date_to")),)


def _medical(message: Any) -> Iterable[tuple[Block, tuple[str, ...]]]:
    return ((message.message_header, _WHOSE), (message.message_body, ("file_category",)))


def _sought(message: disaster.SearchMessage) -> Iterable[tuple[Block, tuple[str, ...]]]:
    return ((message.message_body, ("search_way", "purpose", "consent", "birthdate")),)


def _opened(message: disaster.OpenMessage) -> Iterable[tuple[Block, tuple[str, ...]]]:
    return ((message.message_body, ("match_token", "kind")),)


def _job(message: bulk.FetchMessage) -> Iterable[tuple[Block, tuple[str, ...]]]:
    return ((message.message_body, ("reception_number",)),)


_INFO = "reference_number_registration_info"
_RECEIPT, _RESULT = bulk.ReceiptMessage, bulk.BulkResultMessage
_SHAPES: dict[Family, _Shape] = {
    Family.SINGLE: _Shape(RequestMessage, ResultMessage, _single),
    Family.REFERENCE: _Shape(
        reference.ReferenceRequestMessage, reference.ReferenceResultMessage, _registered
    ),
    Family.BULK: _Shape(bulk.BulkRequestMessage, _RECEIPT, _persons),
    Family.BULK_FETCH: _Shape(bulk.FetchMessage, _RESULT, _job),
    Family.REFERENCES: _Shape(reference.ReferenceRequestMessage, _RECEIPT, _registered),
    Family.REFERENCES_FETCH: _Shape(bulk.FetchMessage, reference.ReferenceBulkMessage, _job),
    Family.TICKETS: _Shape(bulk.TicketRequestMessage, _RECEIPT, _month),
    Family.TICKETS_FETCH: _Shape(bulk.FetchMessage, _RESULT, _job),
    Family.HOME: _Shape(bulk.ConsentRequestMessage, _RECEIPT, _home),
    Family.HOME_FETCH: _Shape(bulk.FetchMessage, _RESULT, _job),
    Family.ONLINE: _Shape(bulk.ConsentRequestMessage, _RECEIPT, _online),
    Family.ONLINE_FETCH: _Shape(bulk.FetchMessage, _RESULT, _job),
    Family.DRUGS: _Shape(medical.DrugRequestMessage, DrugMessage, _medical),
    Family.CHECKUPS: _Shape(medical.CheckupRequestMessage, medical.CheckupMessage, _medical),
    Family.DISASTER_SEARCH: _Shape(disaster.SearchMessage, disaster.MatchMessage, _sought),
    Family.DISASTER_OPEN: _Shape(disaster.OpenMessage, disaster.RecordMessage, _opened),
}


def missing(family: Family, message: Block) -> tuple[str, ...]:
    """The elements that a request of `family` must have and lacks, each once, in the order of the message."""
    header: Any = getattr(message, "message_header")  # noqa: B009 - every request has one, no base class says so
    groups = [(header, ("medical_institution_code",)), *_SHAPES[family].musts(message)]
    lacking = (
        element_name(name) for group, names in groups for name in names if _is_empty(getattr(group, name))
    )
    return tuple(dict.fromkeys(lacking))


def _is_empty(value: Any) -> bool:
    return not (value.strip() if isinstance(value, str) else value)


def holds_my_number(block: Block) -> bool:
    """Whether a 記号 or 番号 anywhere in a request could be a 12-digit My Number, which the box never takes in."""
    return any(_is_my_number(slot, getattr(block, slot.name)) for slot in layout(type(block)))


def _is_my_number(slot: Slot, value: Any) -> bool:
    match value:
        case Block():
            return holds_my_number(value)
        case tuple():
            return any(holds_my_number(one) for one in value if isinstance(one, Block))
        case str():
            return slot.name.endswith(_OF_THE_DOCUMENT) and looks_like_my_number(value.strip())
    return False


_OF_THE_DOCUMENT = ("identification_number", "card_symbol")
