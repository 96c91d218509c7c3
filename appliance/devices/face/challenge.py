"""A movement asked for at random, against a picture held up to the camera. Pure: what was seen and the time come in.

The person looks ahead, turns the head to one side, looks ahead, and so on. A flat picture that is turned keeps its nose
between its eyes, a face does not. It claims no accuracy: nobody measured it with attacks, and a film that shows the right
movements passes. Blinking is not asked for, because five points and grey values do not tell a blink reliably.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from appliance.devices.face.results import FrameResult, Reason


class Turn(StrEnum):
    """Where to turn the head: the person's own left or right."""

    LEFT = "left"
    RIGHT = "right"


class State(StrEnum):
    """What the person is asked for now, or how it ended."""

    LOOK_AHEAD = "look_ahead"
    TURN = "turn"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True)
class Rules:
    """Yaws in eye distances, as in `Quality`. `hold` looks in a row make a pose; `mistakes` turns the wrong way end it."""

    ahead: float = 0.08
    most_at_rest: float = 0.15
    turned: float = 0.1
    hold: int = 2
    mistakes: int = 2
    patience: timedelta = timedelta(seconds=8)


RULES = Rules()
_SIGNS = {Turn.LEFT: 1.0, Turn.RIGHT: -1.0}
_POSES = frozenset({Reason.GOOD, Reason.TURNED})


@dataclass(frozen=True)
class Challenge:
    """Where a challenge stands.

    `left` are the turns still to come, `rest` is the yaw of this person looking ahead, for good once `is_settled`.
    """

    left: tuple[Turn, ...]
    deadline: datetime
    state: State = State.LOOK_AHEAD
    rest: float | None = None
    is_settled: bool = False
    held: int = 0
    mistakes: int = 0
    wrong_way: bool = False

    @property
    def wanted(self) -> Turn | None:
        """The turn to show on the screen now, None while the person shall look ahead or it is over."""
        return self.left[0] if self.state is State.TURN else None

    @property
    def is_over(self) -> bool:
        return self.state in (State.PASSED, State.FAILED)


def begin(turns: tuple[Turn, ...], now: datetime, rules: Rules = RULES) -> Challenge:
    """A challenge of one or more turns. The caller draws them by lot: nothing here is random. Raises `ValueError`."""
    if not turns:
        raise ValueError("a challenge needs a turn")
    return Challenge(turns, now + rules.patience)


def step(challenge: Challenge, seen: FrameResult, now: datetime, rules: Rules = RULES) -> Challenge:
    """Where it stands after one more look. Looks without exactly one face begin the present pose anew."""
    if challenge.is_over:
        return challenge
    if now >= challenge.deadline:
        return replace(challenge, state=State.FAILED)
    if seen.reason not in _POSES or seen.quality is None:
        # Whoever was gone for a moment may be somebody else: back to looking ahead, with the same turn to come.
        return replace(challenge, state=State.LOOK_AHEAD, held=0)
    if challenge.state is State.LOOK_AHEAD:
        return _ahead(challenge, seen.quality.yaw, rules)
    return _turning(challenge, seen.quality.yaw, rules)


def _ahead(challenge: Challenge, yaw: float, rules: Rules) -> Challenge:
    rest = yaw if challenge.rest is None else challenge.rest
    if abs(yaw) > rules.most_at_rest or abs(yaw - rest) > rules.ahead:
        return replace(challenge, held=0, rest=challenge.rest if challenge.is_settled else None)
    if challenge.held + 1 < rules.hold:
        return replace(challenge, rest=rest, held=challenge.held + 1)
    return replace(challenge, rest=rest, held=0, state=State.TURN, is_settled=True, wrong_way=False)


def _turning(challenge: Challenge, yaw: float, rules: Rules) -> Challenge:
    aside = (yaw - (challenge.rest or 0.0)) * _SIGNS[challenge.left[0]]
    if aside <= -rules.turned and not challenge.wrong_way:
        mistakes = challenge.mistakes + 1
        state = State.FAILED if mistakes >= rules.mistakes else State.TURN
        return replace(challenge, mistakes=mistakes, state=state, wrong_way=True, held=0)
    if aside < rules.turned:
        return replace(challenge, held=0, wrong_way=challenge.wrong_way and aside <= -rules.ahead)
    if challenge.held + 1 < rules.hold:
        return replace(challenge, held=challenge.held + 1)
    left = challenge.left[1:]
    return replace(challenge, left=left, held=0, state=State.LOOK_AHEAD if left else State.PASSED)
