"""Several frames must say the same, and what they say must be possible, before digits are offered."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from appliance.devices.cardface.agreeing import agreed_number
from appliance.devices.cardface.results import CardReason, CardSeen
from appliance.devices.face.worker_messages import as_answer, as_bytes
from appliance.eligibility.card_face import CardFace

NOW = datetime(2026, 11, 29, tzinfo=UTC)
FACE = CardFace(date(1980, 2, 17), date(2035, 2, 17), "2285")
READ = CardSeen(CardReason.READ, FACE)
OTHER = CardSeen(CardReason.READ, replace(FACE, code="2286"))
EXPIRED = CardSeen(CardReason.READ, replace(FACE, expires=date(2026, 2, 17)))
UNCLEAR = CardSeen(CardReason.UNCLEAR)


class Frames:
    """A worker that sees these one after the other, a second each, and the last one again and again."""

    def __init__(self, seen: Iterable[CardSeen]) -> None:
        self._seen = list(seen)
        self.looked = 0
        self.told: list[CardReason] = []

    def look_at_card(self) -> CardSeen:
        self.looked += 1
        return self._seen.pop(0) if len(self._seen) > 1 else self._seen[0]

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.looked)

    def tell(self, reason: CardReason) -> bool:
        self.told.append(reason)
        return True


def agreed(*seen: CardSeen) -> tuple[str | None, Frames]:
    frames = Frames(seen)
    return agreed_number(frames, frames.now, frames.tell, timedelta(seconds=10)), frames


@pytest.mark.parametrize(
    ("seen", "looks"),
    [
        ((READ,), 3),
        ((UNCLEAR, READ, UNCLEAR, READ, READ), 5),
        ((READ, READ, OTHER, READ, READ, READ), 6),
        ((READ, READ, EXPIRED, READ, READ, READ), 6),
    ],
)
def test_three_readings_in_a_row_agree(seen: tuple[CardSeen, ...], looks: int) -> None:
    number, frames = agreed(*seen)
    assert (number, frames.looked) == (FACE.number_b, looks)


@pytest.mark.parametrize("seen", [(UNCLEAR,), (EXPIRED,), (READ, OTHER) * 10, (READ, READ, UNCLEAR)])
def test_without_agreement_it_ends_by_itself(seen: tuple[CardSeen, ...]) -> None:
    number, frames = agreed(*seen)
    assert (number, frames.looked) == (None, 10)


def test_what_is_impossible_is_told_as_unclear_and_whoever_hears_may_stop_it() -> None:
    _, frames = agreed(EXPIRED)
    assert set(frames.told) == {CardReason.UNCLEAR}
    assert agreed_number(frames, frames.now, lambda _: False, timedelta(seconds=30)) is None
    assert frames.looked == 11


@pytest.mark.parametrize("answer", [READ, UNCLEAR])
def test_what_was_seen_passes_as_it_is(answer: CardSeen) -> None:
    assert as_answer(as_bytes(answer)) == answer
    assert "2285" not in repr(answer)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b'"read"', b'"guessed"'),
        (b'"read"', b'"unclear"'),
        (b"1980-02-17", b"1980-02-31"),
        (b'"code"', b'"cord"'),
    ],
)
def test_an_answer_that_is_none_is_refused(right: bytes, wrong: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        as_answer(as_bytes(READ).replace(right, wrong))
