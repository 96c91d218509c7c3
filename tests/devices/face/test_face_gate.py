"""The gate turns away what cannot be compared, each for its own reason, and light is evened out first."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from appliance.demo.camera_scene import Light, Scene, Wearing, frame, portrait
from appliance.devices.face import gate
from appliance.devices.face.embedding import distance
from appliance.devices.face.looking import Eye
from appliance.devices.face.results import Reason

SOMEBODY = Scene(("p01",))
CHANGED = {
    Reason.GOOD: SOMEBODY,
    Reason.NO_FACE: Scene(),
    Reason.SEVERAL_FACES: Scene(("p01", "p02")),
    Reason.TOO_FAR: replace(SOMEBODY, distance=2.2),
    Reason.CUT_OFF: replace(SOMEBODY, aside=275),
    Reason.TOO_DARK: replace(SOMEBODY, light=Light.DARK),
    Reason.TOO_BRIGHT: replace(SOMEBODY, light=Light.BRIGHT),
    Reason.BLURRED: replace(SOMEBODY, blur=5),
    Reason.COVERED: replace(SOMEBODY, wearing=Wearing.SUNGLASSES),
}


@pytest.mark.parametrize("reason", CHANGED)
def test_a_frame_is_turned_away_for_its_reason(eye: Eye, reason: Reason) -> None:
    looked = eye.look(frame(CHANGED[reason], 1))
    assert looked.reason is reason
    assert (looked.embedding is not None) is (reason is Reason.GOOD)


def test_a_window_behind_is_evened_out_before_giving_up(eye: Eye) -> None:
    photo = eye.look(portrait("p01"), gate.ANY_FACE).embedding
    looked = eye.look(frame(replace(SOMEBODY, light=Light.BACKLIT), 1))
    assert looked.quality is not None
    assert looked.quality.corrected
    assert gate.is_backlit(looked.quality)
    assert gate.is_dim(looked.quality)
    assert photo is not None
    assert looked.embedding is not None
    assert distance(photo, looked.embedding) < 0.5


def test_somebody_else_is_further_from_the_photo(eye: Eye) -> None:
    photo = eye.look(portrait("p01"), gate.ANY_FACE).embedding
    same, other = (eye.look(frame(Scene((who,)), 2)).embedding for who in ("p01", "p02"))
    assert photo is not None
    assert same is not None
    assert other is not None
    assert distance(photo, same) + 0.2 < distance(photo, other)


def test_the_same_frame_always_gives_the_same_numbers(eye: Eye) -> None:
    one, two = (eye.look(frame(SOMEBODY, 3)) for _ in range(2))
    assert one.embedding is not None
    assert two.embedding is not None
    assert distance(one.embedding, two.embedding) == 0


def test_the_frame_is_left_as_it_was(eye: Eye) -> None:
    seen = frame(SOMEBODY, 4)
    before = hashlib.sha256(seen.tobytes()).digest()
    eye.look(seen)
    assert hashlib.sha256(seen.tobytes()).digest() == before


def test_light_and_cover_are_told_by_measures_alone(eye: Eye) -> None:
    quality = eye.look(frame(SOMEBODY, 1)).quality
    assert quality is not None
    dim = replace(quality, brightness=10.0, contrast=2.0)
    told = {
        Reason.BACKLIT: replace(dim, surround=200.0),
        Reason.TOO_DARK: replace(dim, surround=10.0),
        Reason.COVERED: replace(quality, mouth_line=0.1, mouth_light=1.1),
        Reason.TURNED: replace(quality, yaw=0.4),
        Reason.GOOD: replace(quality, mouth_line=0.1),
    }
    assert {reason: gate.complaint(measures) for reason, measures in told.items()} == {
        reason: reason for reason in told
    }
    assert gate.complaint(replace(quality, roll=-40.0)) is Reason.TURNED


def test_tiny_and_odd_frames_are_no_trouble(eye: Eye) -> None:
    for shape in ((1, 1), (1, 5000), (5000, 1), (3, 900), (40, 40)):
        assert eye.look(np.zeros(shape, np.uint8)).reason is Reason.TOO_DARK
