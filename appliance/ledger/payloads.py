"""What the box tells consumers, over whichever way, as JSON. `contract/schema/` describes each; tests hold the two together."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from appliance.eligibility import message_xml, xml_source
from appliance.eligibility.catalogue import CATALOGUE, FAULT_LABELS
from appliance.eligibility.certificate import Standing
from appliance.eligibility.diagnosis import worst
from appliance.eligibility.message_json import result_as_json
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.visit import phase_label
from appliance.ledger import consumer_answers
from appliance.ledger.checks import Check
from appliance.ledger.conditions import Condition, Link
from appliance.ledger.deliveries import Delivery
from appliance.ledger.health import Standing as HealthFinding
from appliance.ledger.line import PHASE_LABELS, LineState
from appliance.ledger.readers import Reader
from appliance.ledger.replaced import Replaced
from appliance.ledger.times import to_text

SHOWN_LINKS = (Link.CENTER, Link.FOLDER, Link.CARD_SERVICE)
"""Not the broker: whether they can hear it, consumers know themselves."""

_SCHEMA = "urn:madoguchi:1:"

LONGEST_XML = 1024 * 1024
"""Bytes of the center's message that a result carries along; one person's has some thousands."""


class BoxState(StrEnum):
    """online while the box serves, offline after it stopped in order, lost (the last will) when it vanished."""

    ONLINE = "online"
    OFFLINE = "offline"
    LOST = "lost"


def box_state(
    institution_code: str,
    state: BoxState,
    links: Iterable[Condition] = (),
    certificate: Standing | None = None,
    line: LineState | None = None,
    findings: Iterable[HealthFinding] = (),
) -> bytes:
    """`box/state`. The last will has no links, no line, no certificate and no findings: it is written before anything is known."""
    return _text(
        {
            "schema": _SCHEMA + "box-state",
            "institution_code": institution_code,
            "state": state,
            "links": {link.link.value: _link(link) for link in links},
            "line": _line(line) if line else None,
            "certificate": _certificate(certificate) if certificate else None,
            "findings": _findings(findings),
        }
    )


def reader_state(institution_code: str, reader: Reader) -> bytes:
    """`reader/<n>/state`: what the reader is doing. Neither who nor which visit."""
    return _text(
        {
            "schema": _SCHEMA + "reader-state",
            "institution_code": institution_code,
            "reader": reader.name,
            "label": reader.label,
            "phase": reader.phase,
            "phase_label": phase_label(reader.phase, reader.manner.ways),
            "changed_at": to_text(reader.changed_at),
        }
    )


def eligibility(
    delivery: Delivery, check: Check, replaced: Replaced | None = None, *, with_xml: bool = False
) -> bytes:
    """`consumer/<name>/eligibility`: one result, and which earlier answer it takes the place of.

    `with_xml` adds the center's message, unless it is longer than `LONGEST_XML`.

    Raises `Trouble` CENTER-002 when the stored answer cannot be read.
    """
    if check.result_xml is None or check.answered_at is None:
        raise Trouble("CENTER-002", "結果がありません")
    try:
        message = message_xml.read_result(check.result_xml)
    except Trouble as trouble:
        raise Trouble("CENTER-002", trouble.code) from trouble
    return _text(
        {
            "schema": _SCHEMA + "eligibility",
            "delivery_id": delivery.id,
            "check_id": check.id,
            "attempt": delivery.tries + 1,
            "request_id": delivery.request_id,
            "replayed": delivery.replayed,
            "institution_code": check.institution_code,
            "origin": check.origin,
            "reader": check.reader,
            "received_at": to_text(check.received_at),
            "answered_at": to_text(check.answered_at),
            "state": check.state,
            "trouble_code": check.trouble_code,
            "replaces": _replaces(replaced) if replaced else None,
            "differences": [asdict(one) for one in replaced.differences] if replaced else [],
            **result_as_json(message),
            **(_xml(check.result_xml) if with_xml else {}),
        }
    )


def _xml(data: bytes) -> dict[str, Any]:
    """The center's message as text, whatever its encoding was: the declaration in it speaks of the bytes."""
    if len(data) > LONGEST_XML:
        return {"xml": None}
    return {"xml": xml_source.text_of(data)}


def _replaces(replaced: Replaced) -> dict[str, Any]:
    return {
        "check_id": replaced.check_id,
        "answered_at": to_text(replaced.answered_at),
        "same_visit": replaced.same_visit,
    }


def outcome(delivery: Delivery, check: Check) -> bytes:
    """`consumer/<name>/outcome`: how a request ended. Raises `Trouble` CENTER-002 when the stored answer cannot be read."""
    return _text(consumer_answers.outcome(delivery, check))


def acknowledged_id(payload: bytes) -> str:
    """The delivery id in an acknowledgement. Raises `Trouble` DELIVERY-001."""
    try:
        values = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Trouble("DELIVERY-001", "JSONではありません") from error
    found = values.get("delivery_id") if isinstance(values, dict) else None
    # SQLite takes no lone surrogate, and no id of ours has anything but ASCII.
    if not isinstance(found, str) or not found or not found.isascii():
        raise Trouble("DELIVERY-001", "delivery_id がありません")
    return found


def _link(condition: Condition) -> dict[str, Any]:
    return {
        "state": condition.state,
        "trouble_code": condition.trouble_code,
        "since": _moment(condition.since),
    }


def _line(line: LineState) -> dict[str, Any]:
    """How people call it, and whose fault it is by the code that explains it."""
    entry = CATALOGUE.get(line.code or "")
    return {
        "state": line.phase,
        "state_label": PHASE_LABELS[line.phase],
        "since": to_text(line.at),
        "trouble_code": line.code,
        "text": entry.title if entry else "",
        "fault": entry.fault if entry else None,
        "fault_label": FAULT_LABELS[entry.fault] if entry else None,
    }


def _certificate(standing: Standing) -> dict[str, Any]:
    return {
        "institution_code": standing.institution_code,
        "state": standing.state,
        "days_left": standing.days_left,
        "last_day": _day(standing.last_day),
        "notice_days": standing.step,
        "text": standing.sentence,
        "renewable_from": _day(standing.renewable_from),
    }


def _findings(findings: Iterable[HealthFinding]) -> list[dict[str, Any]]:
    """Each code once, however many readers or consumers it was found at, with the worst of its severities and since when."""
    found: dict[str, list[HealthFinding]] = {}
    for one in findings:
        found.setdefault(one.finding.code, []).append(one)
    return [
        {
            "code": code,
            "severity": worst(one.finding.severity for one in same),
            "text": CATALOGUE[code].title,
            "since": to_text(min(one.since for one in same)),
        }
        for code, same in found.items()
    ]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(moment: datetime | None) -> str | None:
    return to_text(moment) if moment else None


def _text(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
