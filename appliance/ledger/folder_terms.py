"""How one folder is served: the terms of its consumer, with the box's settings where they say nothing."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import Encoding
from appliance.ledger.consumers import NO_LISTS, Consumer, ConsumerKind, ListTerms, all_consumers
from appliance.ledger.database import Ledger
from appliance.settings import Box, Settings


@dataclass(frozen=True)
class Folder:
    """One shared folder: req/, res/ and face/ below `root`, and lists/ where its consumer may hand in lists.

    Results nobody took are removed after `stay` (None: never). `encoding` None hands results on as received.
    With a `zip_password_file` everything the box writes is an AES-256 ZIP.
    """

    consumer: str
    root: Path
    stay: timedelta | None = None
    encoding: Encoding | None = None
    zip_password_file: Path | None = None
    handing_in: ListTerms = NO_LISTS

    @property
    def requests(self) -> Path:
        return self.root / "req"

    @property
    def results(self) -> Path:
        return self.root / "res"

    @property
    def lists(self) -> Path:
        return self.root / "lists"


def folder_of(consumer: Consumer, box: Box, settings: Settings) -> Folder:
    """The terms of a consumer of kind folder. One that is served over the network lies where the file server may go."""
    terms = consumer.folder
    place = consumer.shared_at or terms.root
    minutes = settings.folder_stay_minutes if terms.stay_minutes is None else terms.stay_minutes
    return Folder(
        consumer=consumer.name,
        root=Path(place) if place else box.folder_root(settings),
        stay=timedelta(minutes=minutes) if minutes else None,
        encoding=Encoding(terms.encoding) if terms.encoding else None,
        zip_password_file=Path(terms.zip_password_file) if terms.zip_password_file else None,
        handing_in=consumer.handing_in,
    )


def check_apart(ledger: Ledger, wanted: Folder, box: Box, settings: Settings) -> None:
    """Raises `Trouble` INPUT-001 when another consumer's folder is this one, lies in it, or holds it."""
    mine = wanted.root.resolve()
    for other in all_consumers(ledger):
        if other.kind is ConsumerKind.FOLDER and other.enabled and other.name != wanted.consumer:
            theirs = folder_of(other, box, settings).root.resolve()
            if mine.is_relative_to(theirs) or theirs.is_relative_to(mine):
                raise Trouble("INPUT-001", said("フォルダが {name} と重なります", name=other.name))
