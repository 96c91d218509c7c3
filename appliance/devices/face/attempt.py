"""One attempt at the camera: look ahead, turn, be compared; ends by itself. The visit decides what follows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from appliance.devices.face.challenge import RULES, Challenge, Rules, State, Turn, begin, step
from appliance.devices.face.model import ModelRecord
from appliance.devices.face.results import FrameResult, Reason
from appliance.devices.face.verdict import FEWEST_FRAMES, Verdict, judge

ENOUGH_FRAMES = 5
LONGEST = timedelta(seconds=8)


class Looker(Protocol):
    """What an attempt needs of `worker.FaceWorker`."""

    def look(self, *, compare: bool = True) -> FrameResult:
        """The next frame. Raises `Trouble`."""


@dataclass(frozen=True)
class Progress:
    """For the patient screen: what is asked for now, the turn among it, and the gate's word on the last frame."""

    asked: State
    turn: Turn | None
    seen: Reason


def attempt(
    worker: Looker,
    model: ModelRecord,
    turns: tuple[Turn, ...],
    clock: Callable[[], datetime],
    tell: Callable[[Progress], bool],
    rules: Rules = RULES,
    longest: timedelta = LONGEST,
) -> Verdict:
    """Look until there are enough frames and the challenge is over, or the time is; then judge.

    `turns` are drawn by lot by the caller (`secrets.choice`), empty for no challenge. Who cannot turn the head is compared all
    the same, for a person to confirm. `tell` hears of every frame and ends the attempt by answering False. Raises `Trouble`
    as the worker does.
    """
    begun = clock()
    challenge = begin(turns, begun, rules) if turns else None
    frames: list[FrameResult] = []
    while not _is_enough(frames, challenge) and clock() - begun < longest:
        turning = challenge is not None and challenge.state is State.TURN
        seen = worker.look(compare=not turning)
        if not turning:
            frames.append(seen)
        if challenge is not None:
            challenge = step(challenge, seen, clock(), rules)
        asked = challenge.state if challenge is not None else State.LOOK_AHEAD
        if not tell(Progress(asked, challenge.wanted if challenge else None, seen.reason)):
            break
    else:
        _look_ahead_at_last(worker, frames)
    return judge(frames, model, challenge_passed=challenge is not None and challenge.state is State.PASSED)


def _is_enough(frames: list[FrameResult], challenge: Challenge | None) -> bool:
    return _good(frames) >= ENOUGH_FRAMES and (challenge is None or challenge.is_over)


def _look_ahead_at_last(worker: Looker, frames: list[FrameResult]) -> None:
    """Make up for the frames that a turn in vain has cost."""
    for _ in range(FEWEST_FRAMES):
        if 0 < _good(frames) < FEWEST_FRAMES:
            frames.append(worker.look())


def _good(frames: list[FrameResult]) -> int:
    return sum(frame.reason is Reason.GOOD for frame in frames)
