"""Every family of messages: what its files are called, which class describes it, and how sure that is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from appliance.eligibility.file_names import FileName
from appliance.eligibility.message import Block, RequestMessage, ResultMessage
from appliance.eligibility.message_open import OpenMessage
from appliance.eligibility.message_xml import read_source
from appliance.eligibility.request_families import Family as Asked
from appliance.eligibility.xml_source import BULK_SIZE_LIMIT, SIZE_LIMIT, Source, parse


class Basis(StrEnum):
    """How well the public sources know a family."""

    DESCRIBED = "described"
    INFERRED = "inferred"
    OPEN = "open"


@dataclass(frozen=True)
class Family:
    """One kind of message. `message` describes it; with `Basis.OPEN` the body is kept but not understood."""

    key: str
    title: str
    message: type[Block]
    basis: Basis = Basis.DESCRIBED

    @property
    def is_request(self) -> bool:
        """Whether it asks."""
        return self.key.endswith("req")

    @property
    def size_limit(self) -> int:
        """How many bytes one may have."""
        return BULK_SIZE_LIMIT if self.key[3:5] == "mu" else SIZE_LIMIT


def _pair(
    prefix: str, title: str, request: type[Block], result: type[Block], basis: Basis = Basis.DESCRIBED
) -> tuple[Family, ...]:
    return (
        Family(f"{prefix}req", f"{title} 要求", request, basis),
        Family(f"{prefix}res", f"{title} 結果", result, basis),
    )


def _single(asked: Asked, title: str) -> tuple[Family, ...]:
    return _pair(asked, title, asked.request, asked.result)


def _bulk(handed_in: Asked, fetched: Asked, title: str) -> tuple[Family, ...]:
    return (
        Family(f"{handed_in}req", f"{title} 要求", handed_in.request),
        Family(f"{handed_in}res", f"{title} 受付結果", handed_in.result),
        Family(f"{fetched}req", f"{title} 結果の要求", fetched.request),
        Family(f"{fetched}res", f"{title} 結果", fetched.result),
    )


def _open(prefix: str, title: str) -> tuple[Family, ...]:
    return _pair(prefix, title, OpenMessage, OpenMessage, Basis.OPEN)


_ALL = (
    *_single(Asked.SINGLE, "資格確認"),
    *_single(Asked.REFERENCE, "照会番号登録"),
    *_bulk(Asked.BULK, Asked.BULK_FETCH, "資格確認一括照会"),
    *_bulk(Asked.REFERENCES, Asked.REFERENCES_FETCH, "照会番号一括登録"),
    *_bulk(Asked.TICKETS, Asked.TICKETS_FETCH, "医療扶助の委託先資格情報"),
    *_bulk(Asked.HOME, Asked.HOME_FETCH, "訪問診療等の同意済資格情報"),
    *_bulk(Asked.ONLINE, Asked.ONLINE_FETCH, "オンライン診療等の同意済資格情報"),
    *_pair("OQSsihvq01", "資格確認（訪問診療等）", RequestMessage, ResultMessage, Basis.INFERRED),
    *_pair("OQSsionq01", "資格確認（オンライン診療等）", RequestMessage, ResultMessage, Basis.INFERRED),
    *_single(Asked.DRUGS, "薬剤情報・診療情報"),
    *_single(Asked.CHECKUPS, "特定健診情報"),
    *_open("OQSsihvd01", "閲覧同意の取り消し（訪問診療等）"),
    *_open("OQSsiurl01", "医療機関アクセスURLの取得"),
    *_open("OQSsiinq01", "医療機関環境設定情報の照会"),
    *_open("OQSsiupd01", "医療機関環境設定情報の更新"),
    *_open("CIPsiquc01", "臨床情報"),
)

FAMILIES: dict[str, Family] = {family.key: family for family in _ALL}


def family_named(name: FileName) -> Family:
    """The family of a file by its name; one we do not know is open, and keeps its name."""
    known = FAMILIES.get(name.family)
    return known or Family(name.family, "この版が内容を知らない電文", OpenMessage, Basis.OPEN)


_UNNAMED = Family("XmlMsg", "種類のわからない電文", OpenMessage, Basis.OPEN)

Test = Callable[["etree._Element"], bool]


def _has(*paths: str) -> Test:
    return lambda root: any(root.find(path) is not None for path in paths)


def _several(path: str) -> Test:
    return lambda root: len(root.findall(path)) > 1


_SEARCH = "MessageBody/QualificationConfirmSearchInfo"
_NUMBER = "MessageBody/ReferenceNumberRegistrationInfo"
_ANSWER = _has(
    "MessageHeader/SegmentOfResult",
    "MessageHeader/ProcessExecutionTime",
    "MessageBody/ProcessingResultStatus",
)


def _online(root: "etree._Element") -> bool:
    examined = root.find(f"{_SEARCH}/ExaminationDateFrom") is not None
    return examined or root.findtext(f"{_SEARCH}/MedicalTreatmentFlag") == "3"


_TELLTALES: tuple[tuple[str, Test], ...] = (
    ("OQSmuimm02res", _has("MessageBody/BulkConfirmUnit/ReferenceNumberRegistrationInfo")),
    ("OQSmuquc02res", _has("MessageBody/BulkConfirmUnit", "MessageHeader/NumberOfProcessingResult")),
    ("OQSmuquc01res", _has("MessageBody/ReceptionDateTime")),
    ("OQSmuquc02req", _has("MessageBody/ReceptionNumber")),
    ("YZKsiquc01res", _has("MessageHeader/QuaInf", *(f"MessageBody/{one}" for one in ("MeTrMonthInf", "CzDiInf", "ShPrInf")))),
    ("TKKsiquc01res", _has("MessageHeader/QualificationsInfo", "MessageBody/SpecificHealthCheckupInfo")),
    ("YZKsiquc01req", _has("MessageBody/StartDate", "MessageBody/EndDate")),
    ("TKKsiquc01req", _has("MessageBody/FileCategory")),
    ("YZKsiquc01res", _has("MessageBody/ResultCode", "MessageHeader/ResultCode")),
    ("OQSsiquc01res", _has("MessageBody/QualificationValidity", "MessageBody/ResultList")),
    ("OQSsiimm01res", lambda root: _ANSWER(root) and _has(_NUMBER, "MessageBody/ReferenceNumber")(root)),
    ("OQSsiquc01res", _ANSWER),
    ("OQSmuimm01req", _several(_NUMBER)),
    ("OQSsiimm01req", _has(_NUMBER)),
    ("OQSmutic01req", _has(f"{_SEARCH}/MedicalTreatmentMonth")),
    ("OQSmuonq01req", _online),
    ("OQSmuhvq01req", _has(f"{_SEARCH}/ConsentDateFrom", f"{_SEARCH}/MedicalTreatmentFlag")),
    ("OQSmuquc01req", _several(_SEARCH)),
    ("OQSsiquc01req", _has(_SEARCH)),
)  # fmt: skip


def family_of(root: "etree._Element") -> Family:
    """The family of a message by what it holds, for files whose name says nothing. Steps of one shape look alike."""
    return next((FAMILIES[key] for key, holds in _TELLTALES if holds(root)), _UNNAMED)


@dataclass(frozen=True)
class Reading:
    """A file as it was read: its family, its message, and the tree it came from."""

    family: Family
    message: Block
    source: Source


def read(data: bytes, name: FileName | None = None) -> Reading:
    """A message of any family; `name` says which, and without it the content does.

    Raises `Trouble` INPUT-002 (no such XML) or INPUT-003 (no message).
    """
    if name is not None:
        family = family_named(name)
        source = parse(data, family.size_limit)
    else:
        source = parse(data, BULK_SIZE_LIMIT)
        family = family_of(source.root)
    return Reading(family, read_source(family.message, source), source)
