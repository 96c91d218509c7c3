"""The folders of an official 資格確認端末, as a way to the center: files are dropped and pulled, never pushed to us."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from appliance.eligibility.center_reading import PDF_START
from appliance.eligibility.trouble import Trouble
from appliance.settings import Settings
from appliance.sync import complete_file
from appliance.sync.terminal_files import Looks, Names, suffix_of

_LOOKS_FOR_ERROR = 10
"""A request that came back has been refused; its .err may come a little later, or never."""


@dataclass(frozen=True)
class Shelf:
    """The names in the folders at one look: in req and res, and those of finished requests still aside."""

    requests: frozenset[str]
    results: frozenset[str]
    aside: frozenset[str]

    @property
    def taken(self) -> frozenset[str]:
        """The suffixes in use, by us or by anybody else."""
        return frozenset(filter(None, map(suffix_of, self.requests | self.results | self.aside)))

    def is_picked_up(self, names: Names) -> bool:
        """Whether the terminal has taken a request that was dropped."""
        return names.request not in self.requests | self.aside


@dataclass(frozen=True)
class Reply:
    """What came back for one request: the answer as it is, or the bytes of the `.err` beside the returned request."""

    answer: bytes | None = None
    error: bytes | None = None


class TerminalLink:
    """Requests through req and res. Belongs to one thread.

    A request is written aside first, under the name it will have, and moved once: while it lies aside it was never in
    req, once it is gone from there it was. Raises `Trouble`: TERMINAL-001 when a folder cannot be used, TERMINAL-005
    when none is set.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._looks = Looks()
        self._returned: Counter[Names] = Counter()

    def begin(self) -> None:
        """Remove what a crash left half-written."""
        self._folders()
        try:
            complete_file.sweep(self._aside())
        except OSError as error:
            raise _unusable(error) from error

    def look(self) -> Shelf:
        """What lies in the folders now."""
        requests, results = self._folders()
        try:
            aside = self._aside()
            aside.mkdir(exist_ok=True)
            return Shelf(*(frozenset(os.listdir(folder)) for folder in (requests, results, aside)))
        except OSError as error:
            raise _unusable(error) from error

    def prepare(self, names: Names, xml: bytes) -> None:
        """Write a request aside, complete and durable."""
        self._folders()
        try:
            aside = self._aside()
            complete_file.place(xml, aside / names.request, aside)
        except OSError as error:
            raise _unusable(error) from error

    def drop(self, names: Names) -> bool:
        """Move a prepared request into req. False when somebody else's file of that name lies there."""
        requests, _ = self._folders()
        target = requests / names.request
        try:
            if target.exists():
                return False
            os.rename(self._aside() / target.name, target)
            complete_file.sync_folder(requests)
        except OSError as error:
            raise _unusable(error) from error
        return True

    def collect(self, names: Names, shelf: Shelf) -> Reply | None:
        """What came back, once it has looked the same twice; None until then. Call it once a look, not more often."""
        _, results = self._folders()
        for name in names.results:
            if name in shelf.results:
                answer = self._looks.read(results / name)
                return Reply(answer=answer) if answer is not None else None
        if names.error in shelf.results:
            error = self._looks.read(results / names.error)
            return Reply(error=error) if error is not None else None
        if names.request in shelf.results:
            self._returned[names] += 1
            return Reply(error=b"") if self._returned[names] >= _LOOKS_FOR_ERROR else None
        return None

    def discard(self, names: Names) -> None:
        """Remove a request that was prepared, or dropped and not picked up."""
        requests, _ = self._folders()
        self._remove(self._aside() / names.request, requests / names.request)

    def take_prepared_back(self, names: Names) -> None:
        """Remove a request that was prepared and not dropped."""
        self._remove(self._aside() / names.request)

    def remove_results(self, names: Names, answer: bytes) -> None:
        """Remove what came back under our name and has been read, the answer being `answer`."""
        _, results = self._folders()
        pdf, xml = names.results
        result = pdf if answer.startswith(PDF_START) else xml
        self._remove(*(results / name for name in (result, names.request, names.error)))

    def forget_all_but(self, requests: frozenset[Names]) -> None:
        """Drop what was seen of other requests' files."""
        _, results = self._folders()
        self._looks.forget_all_but({results / name for names in requests for name in names.returned})
        self._returned = Counter({names: n for names, n in self._returned.items() if names in requests})

    def _remove(self, *paths: Path) -> None:
        try:
            for path in paths:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(error) from error

    def _folders(self) -> tuple[Path, Path]:
        if not (self._settings.terminal_req and self._settings.terminal_res):
            raise Trouble("TERMINAL-005")
        return Path(self._settings.terminal_req), Path(self._settings.terminal_res)

    def _aside(self) -> Path:
        """A folder on req's file system that is not req: beside it, or in it where req is a mount of its own."""
        if self._settings.terminal_aside:
            return Path(self._settings.terminal_aside)
        requests, _ = self._folders()
        is_mount = requests.stat().st_dev != requests.parent.stat().st_dev
        return (requests if is_mount else requests.parent) / complete_file.ASIDE


def _unusable(error: OSError) -> Trouble:
    return Trouble("TERMINAL-001", type(error).__name__)
