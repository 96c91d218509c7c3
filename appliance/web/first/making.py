"""A box made of what was typed, or of another box's backup. The ledger comes last, and with it the box goes to work."""

import threading
from datetime import datetime
from typing import BinaryIO

from appliance.eligibility.numbers import has_valid_check_digit
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, first_start
from appliance.ledger.backup import restoring
from appliance.ledger.backup.restoring import Contents
from appliance.ledger.new_box import prepare
from appliance.ledger.own_copy import lost
from appliance.settings import Box, Settings

LONGEST_NAME = 100
_ACTOR = "first start"
_CODE_LENGTH = 10
# Two who press at one moment must not make two boxes in one folder.
_ONE = threading.Lock()


def is_set_up(box: Box) -> bool:
    """Whether all of a box is there: the ledger is the last of it."""
    return box.settings_file.exists() and box.ledger_file.exists()


def new_clinic(box: Box, settings: Settings, set_up_code: str, now: datetime) -> None:
    """A new box, whose first administrator is made with the same code.

    Raises `Trouble` INPUT-001 for what cannot be, ACCOUNT-002 where there is a box by now, `OSError`.
    """
    code, name = settings.institution_code, settings.clinic_name
    if len(code) != _CODE_LENGTH or not has_valid_check_digit(code):
        raise Trouble("INPUT-001", "医療機関コードは検証番号を含む10桁です")
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Trouble("INPUT-001", "医院の名前を100字までで入れてください")
    with _ONE:
        _expect_bare(box)
        ledger = prepare(box, settings)
        try:
            audit.write(ledger, _ACTOR, "box-made", code, now)
            first_start.take_code(ledger, set_up_code, _ACTOR, now)
        finally:
            ledger.close()


def from_backup(box: Box, stream: BinaryIO, phrase: str, now: datetime) -> Contents:
    """The box that wrote the backup, in this one's place, or this one again whose ledger is lost.

    Raises `Trouble` BACKUP-001 to BACKUP-005, ACCOUNT-002 where there is a box by now, BOX-001, `OSError`.
    """
    with _ONE:
        if not lost.since(box.root):
            _expect_bare(box)
        return restoring.restore(stream, phrase, box, _ACTOR, now)


def _expect_bare(box: Box) -> None:
    if box.settings_file.exists():
        raise Trouble("ACCOUNT-002")
