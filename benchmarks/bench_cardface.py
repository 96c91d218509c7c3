"""240 fronts of cards that belong to nobody, each pictured in one of four ways, looked at as the face worker does; and 40 backs.

None of them was used while the reading was built (their numbers begin at 1000). A card is offered as at a reader: frame after frame,
each with a hand, light and noise of its own, until three readings agree or eight frames are over.
"""

import resource
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from appliance.demo.card_drawing import Printed
from appliance.devices.cardface.agreeing import agreed_number
from appliance.devices.cardface.reading import CardEye
from appliance.devices.cardface.results import CardReason, CardSeen
from appliance.devices.face.finding import Finder
from appliance.devices.face.model import STOCK, load_record, verify
from appliance.devices.face.picture import quiet_opencv
from benchmarks.report import Aim, Report, Row, Table, milliseconds
from tests.papers.cards import CARD_WAYS, TODAY, face_of, nobodys, shot
from tests.papers.distortion import Way

CARDS, BACKS = 240, 40
FIRST = 1000
MOST_FRAMES = 8
_NOW = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)


@dataclass
class Hand:
    """Holds one card up: a `Looker` whose clock goes on by one second a frame."""

    eye: CardEye
    printed: Printed
    way: Way
    number: int
    seconds: list[float]
    frames: list[CardSeen]

    def look_at_card(self) -> CardSeen:
        """The next frame, looked at."""
        frame = shot(self.printed, self.way, self.number * MOST_FRAMES + len(self.frames))
        begun = time.perf_counter()
        seen = self.eye.look(frame)
        if seen.face is not None:
            self.seconds.append(time.perf_counter() - begun)
        self.frames.append(seen)
        return seen

    def now(self) -> datetime:
        """One second a frame."""
        return _NOW + timedelta(seconds=len(self.frames))


def run() -> Report:
    """All fronts, then the backs."""
    quiet_opencv()
    eye = CardEye(Finder(verify(load_record(STOCK).landmarks)))
    seconds: list[float] = []
    single: dict[str, Counter[str]] = {way.name: Counter() for way in CARD_WAYS}
    offered: dict[str, Counter[str]] = {way.name: Counter() for way in CARD_WAYS}
    refused: Counter[str] = Counter()
    needed: list[int] = []
    for number in range(FIRST, FIRST + CARDS):
        printed, way = nobodys(number), CARD_WAYS[number % len(CARD_WAYS)]
        hand = Hand(eye, printed, way, number, seconds, [])
        said = agreed_number(hand, hand.now, lambda _: True, timedelta(seconds=MOST_FRAMES))
        truth = face_of(printed)
        single[way.name].update(_how(seen.face == truth, seen.face is None) for seen in hand.frames)
        offered[way.name][_how(said == truth.number_b, said is None)] += 1
        refused.update(seen.reason for seen in hand.frames if seen.face is None)
        if said is not None:
            needed.append(len(hand.frames))
    backs = Counter(
        eye.look(shot(nobodys(number), CARD_WAYS[number % 4], number, is_back=True)).reason
        for number in range(FIRST, FIRST + BACKS)
    )
    return _report(seconds, (single, offered), refused, needed, backs)


def _how(is_right: bool, is_refused: bool) -> str:
    return "refused" if is_refused else "right" if is_right else "WRONG"


def _report(
    seconds: list[float],
    counted: tuple[dict[str, Counter[str]], dict[str, Counter[str]]],
    refused: Counter[str],
    needed: list[int],
    backs: Counter[CardReason],
) -> Report:
    single, offered = counted
    wrong = sum(one["WRONG"] for one in offered.values())
    right = sum(one["right"] for one in offered.values())
    read = backs[CardReason.READ]
    return Report(
        "照合番号B read off the card's face",
        (Row("one frame that was read", milliseconds(seconds)),),
        (
            Aim("no number wrong and offered", f"{right} right, {wrong} wrong of {CARDS} cards", wrong == 0),
            Aim("no back read", f"{read} of {BACKS}", read == 0),
        ),
        (
            f"frames until a number was offered: {_spread(needed)}",
            f"frames without a reading: {_said(refused)}",
            f"backs: {_said(backs)}",
            f"most memory of this process, which draws the cards too: {_memory():.0f} MB",
        ),
        (_table("Cards, by the way they are held", offered), _table("Single frames", single)),
    )


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _table(title: str, counted: dict[str, Counter[str]]) -> Table:
    heads = ("right", "refused", "WRONG")
    rows = tuple((name, *(str(one[head]) for head in heads)) for name, one in counted.items())
    total = ("all", *(str(sum(one[head] for one in counted.values())) for head in heads))
    return Table(title, ("way", *heads), (*rows, total))


def _said(counted: Counter[str] | Counter[CardReason]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in counted.most_common())


def _spread(needed: list[int]) -> str:
    ordered = sorted(needed)
    return f"{ordered[len(ordered) // 2]} at the median, {ordered[-1]} at most" if ordered else "none"
