"""Lists of people as JSON: the request as it comes, the answer, the progress and the results as they go.

`contract/schema/bulk-*.schema.json` describe each; tests hold the two together.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from appliance.eligibility.appointments import Problem
from appliance.eligibility.bulk_outcome import URGENCY_LABELS, Outcome, Urgency
from appliance.eligibility.catalogue import CATALOGUE
from appliance.eligibility.list_columns import Column
from appliance.eligibility.night_window import seconds_left
from appliance.eligibility.trouble import Trouble
from appliance.ledger import bulk_runs, bulk_steps
from appliance.ledger.bulk_runs import Run, RunKind
from appliance.ledger.bulk_steps import Person
from appliance.ledger.checks import Check
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery
from appliance.ledger.times import to_text

MOST_PROBLEMS = 1000
"""How many problems an answer names; `left_out` counts all."""

MOST_PEOPLE_A_RESULT = 500

_T = TypeVar("_T")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SCHEMA = "urn:madoguchi:1:"
_WHEN = {"night": True, "now": False}
_KINDS = {one.value: one for one in RunKind if one.has_list}


@dataclass(frozen=True)
class Request:
    """A list that a consumer handed in; `digest` tells it from another one under the same `request_id`."""

    request_id: str
    kind: RunKind
    at_night: bool
    institution_code: str | None
    people: tuple[Mapping[str, str], ...] = field(repr=False)
    digest: str = ""


def opened(payload: bytes) -> dict[str, Any]:
    """The object in a payload. Raises `Trouble` BULK-001 when there is none."""
    try:
        values = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Trouble("BULK-001", "JSONではありません") from error
    if not isinstance(values, dict):
        raise Trouble("BULK-001", "JSONのオブジェクトではありません")
    return values


def request_id_of(values: Mapping[str, Any]) -> str:
    """The consumer's own id of the request. Raises `Trouble` BULK-001 for none or an unfit one."""
    found = values.get("request_id")
    if not isinstance(found, str) or not _REQUEST_ID.fullmatch(found):
        raise Trouble("BULK-001", "request_id は半角英数字と . _ - の64文字までです")
    return found


def request_of(values: Mapping[str, Any]) -> Request:
    """The request in `values`. Raises `Trouble` BULK-001 naming the member that is no good."""
    code = values.get("institution_code")
    if code is not None and not isinstance(code, str):
        raise Trouble("BULK-001", "institution_code が文字列ではありません")
    people = values.get("people")
    if not isinstance(people, list):
        raise Trouble("BULK-001", "people が配列ではありません")
    return Request(
        request_id_of(values),
        _chosen(values, "kind", _KINDS, RunKind.APPOINTMENTS.value),
        _chosen(values, "when", _WHEN, "night"),
        code,
        tuple(_person(index, one) for index, one in enumerate(people)),
        hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest(),
    )


def _chosen(values: Mapping[str, Any], name: str, choices: Mapping[str, _T], default: str) -> _T:
    found = values.get(name, default)
    if not isinstance(found, str) or found not in choices:
        raise Trouble("BULK-001", f"{name} は {' か '.join(choices)} です")
    return choices[found]


def _person(index: int, values: Any) -> dict[str, str]:
    if not isinstance(values, dict):
        raise Trouble("BULK-001", f"people[{index}] がオブジェクトではありません")
    for column in Column:
        if not isinstance(values.get(column, ""), str):
            raise Trouble("BULK-001", f"people[{index}].{column} が文字列ではありません")
    return {name: value for name, value in values.items() if isinstance(value, str)}


def answer(
    request_id: str | None,
    run: Run | None = None,
    *,
    repeated: bool = False,
    starts_at: datetime | None = None,
    trouble: Trouble | None = None,
    problems: Iterable[Problem] = (),
) -> bytes:
    """`bulk-answer`: what became of a request, with what is wrong person by person."""
    found = tuple(run.problems if run else problems)
    return _text(
        {
            "schema": _SCHEMA + "bulk-answer",
            "request_id": request_id,
            "accepted": run is not None and trouble is None,
            "repeated": repeated,
            "run_id": run.id if run and trouble is None else None,
            "state": run.state if run and trouble is None else None,
            "people": run.people if run and trouble is None else 0,
            "left_out": len({one.line for one in found if one.severity == "error"}),
            "starts_at": to_text(starts_at) if starts_at else None,
            "trouble": _trouble(trouble) if trouble else None,
            "problems": problems_as_json(found),
        }
    )


def _trouble(trouble: Trouble) -> dict[str, Any]:
    entry = trouble.entry
    return {
        "code": trouble.code,
        "title": entry.title,
        "detail": trouble.detail,
        "advice": entry.reception,
        "retryable": entry.retryable,
    }


def problems_as_json(found: tuple[Problem, ...]) -> list[dict[str, Any]]:
    """What is wrong person by person, the first `MOST_PROBLEMS` of it."""
    return [_problem(one) for one in found[:MOST_PROBLEMS]]


def _problem(one: Problem) -> dict[str, Any]:
    return {
        "index": one.line - 1,
        "severity": one.severity,
        "code": one.code,
        "member": one.column or None,
        "text": one.text,
        "advice": CATALOGUE[one.code].reception,
    }


def progress(run: Run, outcomes: Mapping[int, int], now: datetime) -> bytes:
    """`bulk-progress`: how far a run is; the last one of a run has `over`."""
    parts = sum(run.chunks.values())
    elapsed = (now - run.sent_at).total_seconds() if run.sent_at else 0.0
    left = None if run.state.is_over else seconds_left(run.chunks_closed, parts, elapsed)
    return _text(
        {
            "schema": _SCHEMA + "bulk-progress",
            "request_id": run.request_id,
            "run_id": run.id,
            "state": run.state,
            "over": run.state.is_over,
            "people": run.people,
            "answered": run.answered,
            "parts": parts,
            "parts_done": run.chunks_closed,
            "seconds_left": None if left is None else round(left),
            "trouble_code": run.trouble_code,
            "outcomes": {Urgency(key).name.lower(): count for key, count in outcomes.items()},
        }
    )


def result_of(ledger: Ledger, delivery: Delivery, check: Check) -> bytes:
    """`bulk-result`: what came of the people whose step `check` is. Raises `Trouble` INPUT-005 when it was asked anew."""
    found = bulk_steps.run_of_check(ledger, check.id)
    run = bulk_runs.find(ledger, found[0]) if found else None
    if found is None or run is None or check.answered_at is None:
        raise Trouble("INPUT-005", "結果がありません")
    return _text(
        {
            "schema": _SCHEMA + "bulk-result",
            "delivery_id": delivery.id,
            "request_id": run.request_id,
            "run_id": run.id,
            "attempt": delivery.tries + 1,
            "institution_code": check.institution_code,
            "part": found[1] + 1,
            "parts": sum(run.chunks.values()),
            "answered_at": to_text(check.answered_at),
            "people": [_outcome(one) for one in bulk_steps.of_chunk(ledger, *found)],
        }
    )


def _outcome(one: Person) -> dict[str, Any]:
    outcome = one.outcome or Outcome(Urgency.FAILED)
    return {
        "index": (one.asked.line if one.asked else 0) - 1,
        "patient": one.asked.patient if one.asked else "",
        "outcome": outcome.urgency.name.lower(),
        "outcome_label": URGENCY_LABELS[outcome.urgency],
        "qualification_validity": outcome.validity,
        "processing_result_code": outcome.code,
        "processing_result_message": outcome.message,
        "reference_number": outcome.reference_number,
        "insurances": [dict(facts) for facts in outcome.facts],
        "differences": [
            {"label": each.label, "before": each.before, "after": each.after} for each in outcome.differences
        ],
    }


def _text(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
