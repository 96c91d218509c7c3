"""An exercise in getting a backup back: all of it restored aside, opened as this version would, looked over, and gone again."""

import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from appliance.eligibility.trouble import Trouble
from appliance.ledger.backup import restoring
from appliance.ledger.backup.restoring import Contents
from appliance.ledger.database import Ledger
from appliance.ledger.second_seal import SecondSeal
from appliance.settings import Box


def drill(stream: BinaryIO, phrase: str, near: Path, now: datetime) -> Contents:
    """Do what a restore does, in a folder inside `near` that is removed afterwards; what was in it.

    Raises `Trouble` as `restoring.restore` does, and BACKUP-003 where the box could not work with what came back.
    """
    with tempfile.TemporaryDirectory(prefix=".drill-", dir=near) as aside:
        box = Box(Path(aside))
        contents = restoring.restore(stream, phrase, box, "drill", now)
        box.create()
        _expect_usable(box, contents)
        return contents


def _expect_usable(box: Box, contents: Contents) -> None:
    with closing(Ledger.of(box)) as ledger:  # brings it up to this version
        broken = ledger.read.execute("PRAGMA foreign_key_check").fetchone()
        checks = ledger.read.execute("SELECT count(*) FROM checks").fetchone()[0]
        if broken is not None or checks != contents.checks:
            raise Trouble("BACKUP-003", "台帳の中のつながりが切れています")
        for row in ledger.read.execute("SELECT account, secret FROM second_factors WHERE secret IS NOT NULL"):
            try:
                SecondSeal.of(box).unsealed(row["account"], row["secret"])
            except Trouble as trouble:
                raise Trouble("BACKUP-003", "認証アプリの鍵が合いません") from trouble
