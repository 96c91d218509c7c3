"""What was read of a paper in the words of reception, and where on the manual form each value goes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from appliance.eligibility.eras import wareki
from appliance.eligibility.papers import Check, FieldReading, PaperReading

_TARGETS = {name: name for name in ("insurer_number", "symbol", "number", "branch", "birthdate")}
_TICKET_TARGETS = {"payer_number": "insurer_number", "recipient_number": "number", "birthdate": "birthdate"}
_CERTIFICATE_TARGETS = {
    "payer_number": "payer_number",
    "recipient_number": "beneficiary_number",
    "valid_from": "valid_from",
    "valid_until": "valid_until",
}
_DATES = ("birthdate", "valid_from", "valid_until")

NOT_ASKED = "この書類の番号は、資格の照会には使いません。レセコンへの入力に使ってください。"
_COMPARE = "検査できない値です。1字ずつ見比べてください。"
_SAYS = {
    "insurer_number": "検証番号が合っています。",
    "payer_number": "検証番号が合っています。",
    "recipient_number": "検証番号が合っています。",
}


@dataclass(frozen=True)
class PaperRow:
    """One field as shown. `target` is the form's field it may fill, empty when there is none."""

    name: str
    label: str
    shown: str
    target: str
    confidence: str
    says: str
    reason: str
    box: tuple[float, float, float, float] | None


def rows_of(reading: PaperReading, today: date, *, is_for_certificate: bool = False) -> tuple[PaperRow, ...]:
    """A row for each field that stands on the paper; what was not even found is left out unless it is always there.

    With `is_for_certificate` they fill the form of a 公費の証 instead of the one for asking.
    """
    if is_for_certificate:
        return tuple(_rows(reading, today, _CERTIFICATE_TARGETS))
    return tuple(_rows(reading, today, _TICKET_TARGETS if reading.document == "ticket" else _TARGETS))


def advice_of(reading: PaperReading) -> str:
    """What to do with a paper that the form cannot take."""
    return "" if reading.document in ("certificate", "ticket") else NOT_ASKED


def _rows(reading: PaperReading, today: date, targets: Mapping[str, str]) -> Iterator[PaperRow]:
    for one in reading.fields:
        if one.value is None and one.box is None and not one.name.endswith("_number"):
            continue
        yield PaperRow(
            name=one.name,
            label=one.label,
            shown=_shown(one),
            target=targets.get(one.name, "") if one.value is not None else "",
            confidence=f"{one.confidence:.0%}" if one.value is not None else "",
            says=_says(one, today) if one.value is not None else "",
            reason=one.reason,
            box=one.box,
        )


def _shown(one: FieldReading) -> str:
    if one.value is None:
        return ""
    return wareki(date.fromisoformat(one.value)) if one.name in _DATES else one.value


def _says(one: FieldReading, today: date) -> str:
    if one.name == "valid_until" and one.value is not None and date.fromisoformat(one.value) < today:
        return "期限が過ぎています。"
    return _COMPARE if one.check is Check.NONE else _SAYS.get(one.name, "見比べてください。")
