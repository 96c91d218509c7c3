"""res/ and face/: results as complete files under their final names."""

import errno
import logging
from datetime import datetime
from pathlib import Path

from appliance.eligibility.center_reading import PDF_START
from appliance.eligibility.file_names import ERR, PDF, XML, ZIP, Direction
from appliance.eligibility.trouble import Trouble
from appliance.eligibility.xml_source import Encoding as XmlEncoding
from appliance.ledger import bulk_runs, bulk_steps, checks, dead_letters, deliveries
from appliance.ledger.bulk_export import ExportEncoding, as_csv
from appliance.ledger.checks import Check, CheckState, Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery
from appliance.ledger.folder_terms import Folder
from appliance.settings import Settings
from appliance.sync import complete_file, folder_encoding, folder_zip
from appliance.sync.backoff import next_moment
from appliance.sync.folder_errors import error_file
from appliance.sync.folder_lists import RESULT
from appliance.sync.folder_names import face_name, named
from appliance.sync.folder_stale import PlacedFile

_OF_THE_FOLDER = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
"""Errors that may hit a large file and spare a small one, and still are not the file's."""

BATCH = 50
"""Files that are noted with one commit."""

_log = logging.getLogger(__name__)


class ResultTray:
    """What is owed to one folder.

    At least once: after a crash between renaming and noting it, the file is written again under the same name, which
    replaces it, or brings it back when the レセコン was quick enough to take it already.
    """

    def __init__(self, folder: Folder, settings: Settings, ledger: Ledger) -> None:
        self._folder = folder
        self._settings = settings
        self._ledger = ledger
        self.is_stuck = False
        """Whether the last file could not be written."""

    def hand_over(self, now: datetime) -> None:
        """Write the files that are due, a batch of them, those that somebody at a desk waits for first."""
        placed: dict[str, str] = {}
        for delivery in deliveries.due(
            self._ledger, ConsumerKind.FOLDER, now, BATCH, self._folder.consumer, fast_lane_first=True
        ):
            try:
                placed[delivery.id] = self._put(delivery).as_text()
            except OSError as error:
                self.is_stuck = True
                self._put_off(delivery, "BOX-004", now, is_its_own=error.errno not in _OF_THE_FOLDER)
                _log.warning("delivery %s: BOX-004 %s", delivery.id, type(error).__name__)
            except Trouble as trouble:
                self._put_off(delivery, trouble.code, now, is_its_own=trouble.code != "FOLDER-005")
                _log.error("delivery %s: %s", delivery.id, trouble.code)
        if placed:
            self._note(placed, now)

    def again(self, now: datetime) -> None:
        """Make all that is pending due now: this process has just started, or the folder is well again."""
        deliveries.offer_again(self._ledger, ConsumerKind.FOLDER, now, self._folder.consumer)

    def _note(self, placed: dict[str, str], now: datetime) -> None:
        for parent in {Path(PlacedFile.from_text(one).file).parent for one in placed.values()}:
            complete_file.sync_folder(self._folder.root / parent)
        deliveries.all_placed(self._ledger, self._folder.consumer, placed, now)
        if self.is_stuck:
            self.is_stuck = False
            self.again(now)

    def _put(self, delivery: Delivery) -> PlacedFile:
        check = checks.find(self._ledger, delivery.check_id)
        if check is None:
            raise Trouble("INPUT-005", "照会がありません")
        if delivery.refusal is not None:
            return self._put_back(check, Trouble(delivery.refusal, check.reason_code or ""))
        if check.state is CheckState.WITHDRAWN:
            return self._put_back(check, Trouble("FOLDER-006"))
        if check.origin is Origin.BULK:
            return self._put_list(check)
        if check.result_xml is None:
            raise Trouble("INPUT-005", "結果がありません")
        target = _target(check, delivery, PDF if check.result_xml.startswith(PDF_START) else XML)
        return self._write(self._encoded(check.result_xml, check, delivery), target)

    def _put_back(self, check: Check, trouble: Trouble) -> PlacedFile:
        """A request that was withdrawn at reception or given up: its sender must not wait for ever."""
        if check.request_xml is None or check.source_name is None:
            raise Trouble("INPUT-005", "依頼がありません")
        name = named(check.family, Direction.REQUEST, check.source_name, ERR)
        complete_file.place(
            error_file(trouble),
            self._folder.results / name,
            self._folder.root / complete_file.ASIDE,
        )
        target = Path("res", named(check.family, Direction.REQUEST, check.source_name, XML))
        return self._write(check.request_xml, target)

    def _put_list(self, check: Check) -> PlacedFile:
        """The whole result of a list that lay in lists/."""
        found = bulk_steps.run_of_check(self._ledger, check.id)
        run = bulk_runs.find(self._ledger, found[0]) if found else None
        if run is None or run.request_id is None:
            raise Trouble("INPUT-005", "結果がありません")
        is_older = self._folder.encoding is XmlEncoding.SHIFT_JIS
        encoding = ExportEncoding.SHIFT_JIS if is_older else ExportEncoding.UTF_8
        data = as_csv(bulk_steps.people(self._ledger, run.id), encoding)
        return self._write(data, Path("res", f"{run.request_id}{RESULT}"))

    def _encoded(self, data: bytes, check: Check, delivery: Delivery) -> bytes:
        if self._folder.encoding is None:
            return data
        data, lost = folder_encoding.in_encoding(data, check.family, self._folder.encoding)
        if lost:
            fields = " ".join(sorted({path.rsplit("/", 1)[-1] for path in lost}))
            _log.warning("delivery %s: %d characters became ●: %s", delivery.id, len(lost), fields)
        return data

    def _write(self, data: bytes, target: Path) -> PlacedFile:
        secret = folder_zip.password(self._folder.zip_password_file)
        if secret is not None:
            data, target = folder_zip.sealed(data, target.name, secret), target.with_suffix(f".{ZIP}")
        aside = self._folder.root / complete_file.ASIDE
        return PlacedFile.of(target, complete_file.put(data, self._folder.root / target, aside))

    def _put_off(self, delivery: Delivery, code: str, now: datetime, *, is_its_own: bool) -> None:
        settings = self._settings
        moment = next_moment(now, delivery.tries, settings.offer_first, settings.offer_longest)
        if not is_its_own:
            deliveries.failed(self._ledger, delivery.id, code, moment)
        elif dead_letters.delivery_failed(
            self._ledger, delivery.id, code, moment, settings.give_up_after, now
        ):
            _log.error("delivery %s is given up: %s", delivery.id, code)


def _target(check: Check, delivery: Delivery, extension: str) -> Path:
    """Below the folder's root. Raises `Trouble` INPUT-005 for a check that no file name belongs to."""
    if check.source_name is not None and check.asked_by == delivery.consumer:
        return Path("res", named(check.family, Direction.RESULT, check.source_name, extension))
    if check.origin is Origin.CARD and check.answered_at is not None:
        return Path("face", face_name(check.institution_code, delivery.id, check.answered_at, extension))
    raise Trouble("INPUT-005", "フォルダに置く名前がありません")
