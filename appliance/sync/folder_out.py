"""res/ and face/: results as complete files under their final names."""

import logging
from datetime import datetime
from pathlib import Path

from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, deliveries
from appliance.ledger.checks import Check, Origin
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.deliveries import Delivery
from appliance.settings import Settings
from appliance.sync import complete_file
from appliance.sync.backoff import next_moment
from appliance.sync.folder_names import face_name, result_name

_log = logging.getLogger(__name__)


class ResultTray:
    """What is owed to one folder.

    At least once: after a crash between renaming and noting it, the file is written again under the same name, which
    replaces it, or brings it back when the レセコン was quick enough to take it already.
    """

    def __init__(self, root: Path, settings: Settings, ledger: Ledger, consumer: str) -> None:
        self._root = root
        self._settings = settings
        self._ledger = ledger
        self._consumer = consumer
        self.is_stuck = False
        """Whether the last file could not be written."""

    def hand_over(self, now: datetime) -> None:
        """Write every file that is due."""
        for delivery in deliveries.due(self._ledger, ConsumerKind.FOLDER, now, consumer=self._consumer):
            try:
                self._place(delivery)
            except OSError as error:
                self.is_stuck = True
                self._put_off(delivery, "BOX-004", now)
                _log.warning("delivery %s: BOX-004 %s", delivery.id, type(error).__name__)
            except Trouble as trouble:
                self._put_off(delivery, trouble.code, now)
                _log.error("delivery %s: %s", delivery.id, trouble.code)
            else:
                deliveries.acknowledge(self._ledger, delivery.id, self._consumer, now)
                self._is_well(now)

    def again(self, now: datetime) -> None:
        """Make all that is pending due now: this process has just started, or the folder is well again."""
        deliveries.offer_again(self._ledger, ConsumerKind.FOLDER, now, self._consumer)

    def _is_well(self, now: datetime) -> None:
        if self.is_stuck:
            self.is_stuck = False
            self.again(now)

    def _place(self, delivery: Delivery) -> None:
        check = checks.find(self._ledger, delivery.check_id)
        if check is None or check.result_xml is None:
            raise Trouble("INPUT-005", "結果がありません")
        complete_file.place(
            check.result_xml, self._root / _target(check, delivery), self._root / complete_file.ASIDE
        )

    def _put_off(self, delivery: Delivery, code: str, now: datetime) -> None:
        moment = next_moment(now, delivery.tries, self._settings.offer_first, self._settings.offer_longest)
        deliveries.failed(self._ledger, delivery.id, code, moment)


def _target(check: Check, delivery: Delivery) -> Path:
    """Below the folder's root. Raises `Trouble` INPUT-005 for a check that no file name belongs to."""
    if check.source_name is not None and check.asked_by == delivery.consumer:
        return Path("res", result_name(check.source_name))
    if check.origin is Origin.CARD and check.answered_at is not None:
        return Path("face", face_name(check.institution_code, delivery.id, check.answered_at))
    raise Trouble("INPUT-005", "フォルダに置く名前がありません")
