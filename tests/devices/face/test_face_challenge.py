"""The head turns as asked: a machine of values, and what it makes of heads and of pictures of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.demo.camera_scene import Scene, frame
from appliance.devices.face.challenge import Challenge, State, Turn, begin, step
from appliance.devices.face.looking import Eye
from appliance.devices.face.results import FrameResult, Quality, Reason

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STILL = Quality(60, 120, 30, 120, 0.2, 0.0, 0, 1, 0.7, 0.8, corrected=False)
LEFT, AHEAD, RIGHT, GONE = 0.2, 0.0, -0.2, None


def seen(yaw: float | None) -> FrameResult:
    if yaw is None:
        return FrameResult(Reason.NO_FACE, 0)
    return FrameResult(Reason.GOOD, 1, replace(STILL, yaw=yaw))


def after(yaws: Iterable[float | None], *turns: Turn, pause: float = 0.2) -> Challenge:
    challenge, now = begin(turns or (Turn.LEFT,), NOW), NOW
    for yaw in yaws:
        now += timedelta(seconds=pause)
        challenge = step(challenge, seen(yaw), now)
    return challenge


@pytest.mark.parametrize(
    ("yaws", "turns", "state"),
    [
        ([AHEAD] * 2, (Turn.LEFT,), State.TURN),
        ([AHEAD] * 2 + [LEFT] * 2, (Turn.LEFT,), State.PASSED),
        ([AHEAD] * 2 + [RIGHT] * 2, (Turn.RIGHT,), State.PASSED),
        ([LEFT] * 9, (Turn.LEFT,), State.LOOK_AHEAD),
        ([AHEAD] * 9, (Turn.LEFT,), State.TURN),
        ([AHEAD] * 2 + [LEFT, AHEAD] * 4, (Turn.LEFT,), State.TURN),
        ([AHEAD] * 2 + [LEFT] * 2, (Turn.LEFT, Turn.RIGHT), State.LOOK_AHEAD),
        ([AHEAD] * 2 + [LEFT] * 2 + [AHEAD] * 2 + [RIGHT] * 2, (Turn.LEFT, Turn.RIGHT), State.PASSED),
        ([AHEAD] * 2 + [LEFT] * 2 + [RIGHT] * 4, (Turn.LEFT, Turn.RIGHT), State.LOOK_AHEAD),
        ([AHEAD] * 2 + [RIGHT] * 5, (Turn.LEFT,), State.TURN),
        ([AHEAD] * 2 + [RIGHT] * 2 + [LEFT] * 2, (Turn.LEFT,), State.PASSED),
        ([AHEAD] * 2 + [RIGHT, AHEAD] * 2, (Turn.LEFT,), State.FAILED),
        ([AHEAD] * 2 + [LEFT, GONE, LEFT], (Turn.LEFT,), State.LOOK_AHEAD),
        ([AHEAD, GONE] * 9, (Turn.LEFT,), State.LOOK_AHEAD),
        ([0.1, 0.1, 0.26, 0.26], (Turn.LEFT,), State.PASSED),
        ([0.1, 0.1, 0.19, 0.19], (Turn.LEFT,), State.TURN),
    ],
)
def test_where_a_challenge_stands(yaws: list[float | None], turns: tuple[Turn, ...], state: State) -> None:
    assert after(yaws, *turns).state is state


def test_it_fails_when_the_time_is_over_and_stays_over() -> None:
    over = after([AHEAD] * 9, pause=1.0)
    assert over.state is State.FAILED
    assert step(over, seen(LEFT), NOW) == over
    passed = after([AHEAD] * 2 + [LEFT] * 2)
    assert step(passed, seen(AHEAD), NOW + timedelta(hours=1)) == passed


def test_it_says_which_turn_is_wanted() -> None:
    assert after([AHEAD]).wanted is None
    assert after([AHEAD] * 2, Turn.RIGHT, Turn.LEFT).wanted is Turn.RIGHT
    assert after([AHEAD] * 2 + [RIGHT] * 2 + [AHEAD] * 2, Turn.RIGHT, Turn.LEFT).wanted is Turn.LEFT
    with pytest.raises(ValueError, match="turn"):
        begin((), NOW)


def shown(eye: Eye, scene: Scene, yaws: Iterable[float]) -> list[float | None]:
    looks = [eye.look(frame(replace(scene, yaw=yaw), n), embed=False) for n, yaw in enumerate(yaws)]
    return [look.quality.yaw if look.quality else None for look in looks]


@pytest.mark.parametrize("who", ["p01", "p02", "p05"])
def test_a_head_that_turns_passes_and_a_picture_that_turns_does_not(eye: Eye, who: str) -> None:
    movement = [0.0, 0.0, 42.0, 42.0]
    assert after(shown(eye, Scene((who,)), movement), Turn.LEFT).state is State.PASSED
    assert after(shown(eye, Scene((who,)), movement), Turn.RIGHT).state is not State.PASSED
    flat = shown(eye, Scene((who,), picture=True), movement)
    assert None not in flat
    assert after(flat, Turn.LEFT).state is State.TURN
