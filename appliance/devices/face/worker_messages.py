"""What passes between the devices process and the face worker. Pictures pass one way only: the card's photo, inwards.

Answers are JSON and read field by field: a worker that a hostile picture has taken over must not get any further.
"""

import json
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import Enum
from typing import Any

from appliance.devices.cardface.results import CardReason, CardSeen
from appliance.devices.face.results import FrameResult, Quality, Reason
from appliance.eligibility.card_face import CardFace
from appliance.eligibility.catalogue import CATALOGUE

LONGEST_ANSWER = 4096


class Ask(Enum):
    """The first byte of a request. The photo's bytes follow PHOTO; LOOK compares, POSE only says where the face looks, CARD looks for the
    front of a card.
    """

    PHOTO = b"p"
    LOOK = b"l"
    POSE = b"o"
    CARD = b"c"
    FORGET = b"f"
    STOP = b"s"


@dataclass(frozen=True)
class Done:
    """Ready, or what was asked for is done and has nothing to say."""


@dataclass(frozen=True)
class Failure:
    """A trouble by its code and detail."""

    code: str
    detail: str


Answer = Done | Failure | FrameResult | CardSeen


def as_bytes(answer: Answer) -> bytes:
    """The answer as it passes."""
    kind = type(answer).__name__
    return json.dumps({"kind": kind, **asdict(answer)}, default=date.isoformat).encode()


def as_answer(data: bytes) -> Answer:
    """What the worker said. Raises `ValueError` for anything that is no answer."""
    try:
        values = dict(json.loads(data))
        kind = values.pop("kind")
        if kind == "Done":
            return Done()
        if kind == "Failure":
            return _failure(values)
        if kind == "FrameResult":
            return _frame(values)
        if kind == "CardSeen":
            return _card(values)
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError("no answer") from error
    raise ValueError("no answer")


def _failure(values: dict[str, Any]) -> Failure:
    code, detail = values["code"], str(values["detail"])
    if code not in CATALOGUE:
        raise ValueError("no code")
    return Failure(code, detail[:200])


def _frame(values: dict[str, Any]) -> FrameResult:
    quality = values["quality"]
    return FrameResult(
        Reason(values["reason"]),
        int(values["faces"]),
        None if quality is None else _quality(quality),
        _maybe(values["distance"]),
        _maybe(values["drift"]),
    )


def _card(values: dict[str, Any]) -> CardSeen:
    reason, face = CardReason(values["reason"]), values["face"]
    if (reason is CardReason.READ) != (face is not None):
        raise ValueError("no card")
    if face is None:
        return CardSeen(reason)
    born, ends = (date.fromisoformat(face[name]) for name in ("birthdate", "expires"))
    return CardSeen(reason, CardFace(born, ends, str(face["code"])))


def _quality(values: dict[str, Any]) -> Quality:
    numbers = {item.name: float(values[item.name]) for item in fields(Quality) if item.name != "corrected"}
    return Quality(**numbers, corrected=bool(values["corrected"]))


def _maybe(value: Any) -> float | None:
    return None if value is None else float(value)
