"""The PIN try counters of one card: a file in the card's folder, written before any answer goes out."""

import json
from pathlib import Path


class TryCounters:
    """Remaining tries by PIN name. Like a chip's memory they outlive removal, restart and a kill.

    `initial` are the tries of PINs that do not start full. The file is the only memory.
    """

    def __init__(self, path: Path, initial: dict[str, int]) -> None:
        self._path = path
        self._initial = initial

    def left(self, name: str, limit: int) -> int:
        """Tries left for `name`; `limit` where it was never used."""
        return self._stored().get(name, limit)

    def set(self, name: str, tries: int) -> None:
        """Store `tries` for `name`; it is in the file when this returns."""
        aside = self._path.with_suffix(".new")
        aside.write_text(json.dumps({**self._stored(), name: tries}), encoding="utf-8")
        aside.replace(self._path)

    def _stored(self) -> dict[str, int]:
        if not self._path.exists():
            return self._initial
        return {**self._initial, **json.loads(self._path.read_text(encoding="utf-8"))}
