"""What a code of the trouble catalogue, or an answer of the center, says about why insurance cannot be confirmed."""

from appliance.eligibility.catalogue import CATALOGUE, Fault
from appliance.eligibility.codes import QualificationValidity
from appliance.eligibility.fallback_causes import Cause

_BY_VALIDITY: dict[str, Cause] = {
    QualificationValidity.INVALID: Cause.INVALID,
    QualificationValidity.INVALID_NEWER_EXISTS: Cause.NEWER_EXISTS,
    QualificationValidity.NONE: Cause.NOT_FOUND,
    QualificationValidity.SEVERAL: Cause.SEVERAL,
    QualificationValidity.VALID_UNREGISTERED: Cause.TICKET_UNREGISTERED,
}
_BY_CODE = {
    "CARD-001": Cause.CHIP_UNREADABLE,
    "CARD-002": Cause.NO_CARD,
    "CARD-003": Cause.CHIP_UNREADABLE,
    "CARD-005": Cause.PIN_LOCKED,
    "CARD-006": Cause.PIN_LOCKED,
    "CARD-007": Cause.CERTIFICATE_EXPIRED,
    "CARD-008": Cause.CHIP_UNREADABLE,
    "CARD-009": Cause.CHIP_UNREADABLE,
    "CARD-012": Cause.CHIP_UNREADABLE,
    "VISIT-005": Cause.FACE_FAILED,
    "CENTER-005": Cause.TERMINAL,
    "TERMINAL-001": Cause.TERMINAL,
    "TERMINAL-002": Cause.TERMINAL,
    "TERMINAL-003": Cause.TERMINAL,
    "TERMINAL-006": Cause.TERMINAL,
}
_BY_FAULT = {
    Fault.READER: Cause.READER,
    Fault.LINE: Cause.LINE,
    Fault.CENTER: Cause.CENTER,
    Fault.BOX: Cause.TERMINAL,
}


def cause_of_answer(validity: str | None) -> Cause | None:
    """The cause behind an answer (資格有効性); None for 有効 and for a code nobody knows."""
    return _BY_VALIDITY.get(validity or "")


def cause_of_trouble(code: str | None) -> Cause | None:
    """The cause behind a code of ours; None where it tells nothing, as with what was typed wrongly."""
    entry = CATALOGUE.get(code or "")
    if entry is None:
        return None
    return _BY_CODE.get(entry.code) or _BY_FAULT.get(entry.fault)
