"""The PIN is checked before it goes anywhere and shows nowhere."""

import pickle
import traceback

import pytest

from appliance.devices.pin import Pin
from appliance.eligibility.trouble import Trouble


def test_four_digits_are_a_pin() -> None:
    assert Pin("0429").digits() == b"0429"


@pytest.mark.parametrize("text", ["", "123", "12345", "12a4", " 1234", "1234\n", "１２３４", "١٢٣٤", "-123"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Trouble, match="INPUT-001"):
        Pin(text)


def test_a_pin_cannot_be_printed_or_stored() -> None:
    pin = Pin("7391")
    assert "7391" not in f"{pin} {pin!r} {[pin]}"
    with pytest.raises(TypeError):
        pickle.dumps(pin)


def _frames_of_pin(error: BaseException) -> str:
    frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    return str(
        [
            frame.locals
            for frame in frames
            if frame.filename.endswith("pin.py") and "devices/pin" in frame.filename
        ]
    )


def test_a_refused_pin_is_not_in_the_traceback() -> None:
    with pytest.raises(Trouble) as caught:
        Pin("73915")
    shown = _frames_of_pin(caught.value)
    assert "self" in shown
    assert "73915" not in shown
