"""Cards in frames: right or refused, never wrong; of the back nothing reaches the engine."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from appliance.demo.camera_scene import Light, Scene
from appliance.demo.card_scene import view
from appliance.demo.people import person
from appliance.devices.cardface import reading, text
from appliance.devices.cardface.reading import CardEye
from appliance.devices.cardface.results import CardReason
from appliance.devices.face.finding import Finder
from appliance.devices.face.model import STOCK, load_record, verify
from appliance.devices.face.picture import Picture, in_colour
from tests.papers.cards import CARD_WAYS, HAND, STILL, face_of, nobodys, shot


@pytest.fixture(scope="module")
def eye() -> CardEye:
    """It tells portraits with dlib's detector."""
    return CardEye(Finder(verify(load_record(STOCK).landmarks)))


@pytest.fixture
def untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks the engine fails the test."""

    def read(*_: object) -> None:
        raise AssertionError("something was read")

    monkeypatch.setattr(text, "read_strips", read)
    monkeypatch.setattr(reading, "face_in", read)


def test_fronts_of_many_people_are_read_right_or_refused(eye: CardEye) -> None:
    found: Counter[str] = Counter()
    for number in range(10):
        printed = nobodys(number)
        seen = eye.look(shot(printed, CARD_WAYS[number % 4], number))
        assert seen.face in (None, face_of(printed))
        found[seen.reason] += 1
    assert found[CardReason.READ] >= 6


def test_a_card_held_upside_down_or_upright_is_turned(eye: CardEye) -> None:
    printed = nobodys(3)
    for turns in (2, 1):
        assert eye.look(shot(printed, STILL, 4, turns=turns)).face == face_of(printed)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("turns", [0, 2])
def test_of_the_back_nothing_is_read(eye: CardEye, turns: int) -> None:
    for number in range(4):
        seen = eye.look(shot(nobodys(number), STILL, number, turns=turns, is_back=True))
        assert seen.reason in (CardReason.OTHER_SIDE, CardReason.NO_CARD)
    assert (
        eye.look(in_colour(view(Scene(("p01",), card="p01", back=True), 1))).reason is CardReason.OTHER_SIDE
    )


def test_a_number_of_twelve_digits_in_the_codes_place_is_not_read(
    eye: CardEye, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = in_colour(view(Scene((), card="p01"), 1))
    assert eye.look(frame).reason is CardReason.READ
    for number in ("000000000001", "0000 0000 0001", "00001"):
        with monkeypatch.context() as patched:
            patched.setattr(text, "read_strips", lambda *_: pytest.fail("something was read"))
            assert eye.look(_overprinted(frame, number)).reason is CardReason.UNCLEAR


def _overprinted(frame: Picture, number: str) -> Picture:
    """The demo's card with another number below the photo."""
    printed = frame.copy()
    cv2.rectangle(printed, (250, 572), (480, 622), (235, 235, 235), -1)
    cv2.putText(printed, number, (262, 606), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (40, 40, 40), 2, cv2.LINE_AA)
    return printed


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    ("scene", "reason"),
    [
        (Scene(("p01",)), CardReason.NO_CARD),
        (Scene((), card="p01", light=Light.DARK), CardReason.TOO_DARK),
        (Scene((), card="p01", glare=True), CardReason.GLARE),
        (Scene((), card="p01", distance=2.5), CardReason.TOO_FAR),
        (Scene((), card="p01", blur=9), CardReason.BLURRED),
    ],
)
def test_what_hinders_is_told(eye: CardEye, scene: Scene, reason: CardReason) -> None:
    assert eye.look(in_colour(view(scene, 1))).reason is reason


def test_the_demos_card_says_its_number(eye: CardEye) -> None:
    for who in ("p02", "p05"):
        seen = eye.look(in_colour(view(Scene((who,), card=who), 2)))
        assert seen.face is not None
        assert seen.face.number_b == person(who).verification_number_b


_MAKING = ("cvtColor", "resize", "warpPerspective", "GaussianBlur", "addWeighted", "Laplacian", "divide")


def test_pictures_made_on_the_way_are_overwritten(eye: CardEye, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, list[Picture]] = {name: [] for name in _MAKING}

    def keep(name: str, make: Callable[..., Picture]) -> Callable[..., Picture]:
        def made(*arguments: Any, **named: Any) -> Picture:
            kept[name].append(make(*arguments, **named))
            return kept[name][-1]

        return made

    for name in _MAKING:
        monkeypatch.setattr(cv2, name, keep(name, getattr(cv2, name)))
    frame = shot(nobodys(5), HAND, 6)
    for pictures in kept.values():
        pictures.clear()
    assert eye.look(frame).face is not None
    assert all(kept.values())
    assert [name for name, pictures in kept.items() if any(np.any(one) for one in pictures)] == []
