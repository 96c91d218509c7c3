"""Wires for tests: the virtual card without pcscd between, and one that answers from a list."""

from collections.abc import Iterable

from appliance.demo.virtual_card import VirtualCard
from appliance.eligibility.trouble import Trouble


class DirectWire:
    """The virtual card itself; `dies_at` (counted from 1) is the command at which it is pulled away."""

    def __init__(self, card: VirtualCard, dies_at: int | None = None) -> None:
        self.card = card
        self.sent: list[bytes] = []
        self._dies_at = dies_at

    def exchange(self, apdu: bytes) -> bytes:
        self.sent.append(apdu)
        if len(self.sent) == self._dies_at:
            raise Trouble("CARD-003", "PC/SC 0x80100069")
        return self.card.transmit(apdu)

    def close(self) -> None:
        self.card.reset()


class ScriptedWire:
    """Gives the answers (hex) in turn, whatever is asked; an exception in the list is raised."""

    def __init__(self, answers: Iterable[str | Exception]) -> None:
        self.sent: list[bytes] = []
        self.closed = 0
        self._answers = iter(answers)

    def exchange(self, apdu: bytes) -> bytes:
        self.sent.append(apdu)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return bytes.fromhex(answer)

    def close(self) -> None:
        self.closed += 1
