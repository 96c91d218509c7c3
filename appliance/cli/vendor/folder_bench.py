"""The bench of a consumer with a shared folder: the real folder lane over a folder on this machine's disk."""

import json
from dataclasses import replace
from pathlib import Path

from appliance.cli.vendor.bench import NAME, Bench, Terms
from appliance.cli.vendor.folder_watch import APPEARED, FolderWatch
from appliance.cli.vendor.program import Commands
from appliance.ledger import bulk_runs
from appliance.ledger.consumers import ConsumerKind, FolderTerms
from appliance.ledger.times import utc_now
from appliance.sync import complete_file
from appliance.sync.broker_accounts import replace_private
from appliance.sync.folder_lane import FOLDERS, FolderLane
from appliance.sync.folder_names import request_name

SHARED = "shared"
LISTS = "lists"
FOREIGN_CODE = "1319999991"
BYSTANDERS = (
    "req/memo.txt",
    "res/readme.txt",
    "face/readme.txt",
    f"{complete_file.ASIDE}/another.part-of-it",
)
"""Files of somebody else's, which are nobody's business."""

_IN_NAME = 20
"""How much of a delivery's id stands in the name of a card result (FO-002)."""

_LATELY = 100
_BYSTANDER = b"not yours\n"


class FolderBench(Bench):
    """One box with one consumer's folder. Belongs to one thread."""

    kind = ConsumerKind.FOLDER

    def __init__(self, root: Path, folder: Path, commands: Commands, terms: Terms) -> None:
        self.root = folder / SHARED
        super().__init__(root, folder, commands, terms)
        self.folder_terms = FolderTerms(root=str(self.root))
        self._watch = FolderWatch()
        self._lane: FolderLane | None = None

    def _words(self, folder: Path) -> dict[str, str]:
        return {**super()._words(folder), "folder": str(self.root)}

    @property
    def witness(self) -> FolderWatch:
        """Who sees what passes."""
        return self._watch

    def open(self) -> None:
        """Make the folders with what is somebody else's in them, register the consumer, let the box serve it."""
        for name in (*FOLDERS, LISTS):
            (self.root / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in BYSTANDERS:
            (self.root / name).write_bytes(_BYSTANDER)
        facts = {name: str(self.root / name) for name in ("req", "res", "face", LISTS)}
        facts["institution_code"] = self.settings.institution_code
        replace_private(self.credentials, json.dumps(facts, indent=2) + "\n")
        self._watch.start(*(self.root / name for name in (*FOLDERS, LISTS)))
        self.register()
        self.start_box()

    def close(self) -> None:
        """End everything."""
        self.program.end()
        self.stop_box()
        self._watch.stop()
        self.ledger.close()

    def start_box(self) -> None:
        """Let the box serve the folder."""
        self._lane = FolderLane(self.box, self.settings, self.ledger, utc_now)
        self._lane.start()

    def stop_box(self) -> None:
        """Let the box look away."""
        if self._lane is not None:
            self._lane.stop()
            self._lane = None

    def as_another_clinic(self, *, is_so: bool) -> None:
        """Let the box belong to another clinic, so that it takes no request of the consumer's; or to its own again."""
        own = self.settings.institution_codes[0] if not is_so else FOREIGN_CODE
        self.stop_box()
        self.settings = replace(self.settings, institution_code=own)
        self.start_box()

    def has_come(self, seconds: float) -> bool:
        """Whether it takes a result within `seconds`."""
        places = self.placed(self.deliver("valid")).values()
        return bool(places) and all(self.is_taken(place, seconds) for place in places)

    def placed(self, ids: list[str]) -> dict[str, str]:
        """Wait until these card results lie there; their places, by delivery."""
        self.witness.until(lambda: len(self._places(ids)) == len(ids), self.patience)
        return self._places(ids)

    def _places(self, ids: list[str]) -> dict[str, str]:
        names = self._watch.names("face", APPEARED)
        return {one: f"face/{name}" for one in ids for name in names if one[:_IN_NAME] in name}

    def lay_again(self, delivery_id: str, place: str) -> bool:
        """What a crash of the box may do: the very file comes back. False when it does not."""
        folder, _, name = place.partition("/")
        before = len(self.witness.seen)
        self.owe_again(delivery_id)
        return self.witness.until(
            lambda: name in self._watch.names(folder, APPEARED, since=before), self.patience
        )

    def is_taken(self, place: str, seconds: float) -> bool:
        """Whether the file is gone, or the consumer says that it has it, within `seconds`."""
        path = self.root / place
        can_say = bool(self.program.commands.stored)
        return self.witness.until(
            lambda: not path.exists() or (can_say and path.name in self.program.stored()), seconds
        )

    def check_of(self, name: str) -> str | None:
        """The question that the request file of this name became; None while it is none."""
        request = request_name(name)
        row = self.ledger.read.execute(
            "SELECT id FROM checks WHERE asked_by = ? AND source_name = ? ORDER BY seq DESC LIMIT 1",
            [NAME, request.suffix if request else ""],
        ).fetchone()
        return str(row["id"]) if row else None

    def has_run(self, stem: str) -> bool:
        """Whether people of the list of this name are asked about."""
        runs = bulk_runs.recent(self.ledger, _LATELY)
        return any(run.consumer == NAME and run.request_id == stem for run in runs)

    def error_of(self, name: str) -> str:
        """The code in an `.err` (FO-018); empty when it is gone."""
        try:
            first = (self.root / "res" / name).read_text("cp932").partition("\n")[0]
        except OSError:
            return ""
        return first.partition(":")[2].strip()

    def missing_bystanders(self) -> list[str]:
        """Which files of somebody else's are gone, or another's now."""
        return [
            name
            for name in BYSTANDERS
            if not (self.root / name).is_file() or (self.root / name).read_bytes() != _BYSTANDER
        ]
