"""`madoguchi support-bundle`: how the box is, as one ZIP of plain texts without anybody's data."""

import os
import sqlite3
from datetime import datetime
from itertools import chain, count
from pathlib import Path

import click

from appliance.cli.common import box_of, print_json, state_option
from appliance.ledger.database import Ledger
from appliance.ledger.support import bundle
from appliance.ledger.times import utc_now
from appliance.machine import looking
from appliance.machine.texts import texts
from appliance.settings import Box

_ACTOR = "command line"


@click.command("support-bundle")
@state_option
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder in which the ZIP is made.",
)
@click.pass_context
def support_bundle(ctx: click.Context, folder: Path) -> None:
    """Make a ZIP for whoever helps from afar: versions, settings without secrets, units, journal, counts, codes.

    No name and no number of a patient, no password, no key. Not encrypted. Works without a ledger, too.
    """
    box, now = box_of(ctx), utc_now()
    ledger = _opened(box, now)
    made = bundle.make(box, ledger, texts(looking.ask(box.root)), now)
    path = _unused(folder / made.name)
    _write(path, made.content)
    print_json(
        {
            "file": str(path),
            "size": len(made.content),
            "contents": [part.file for part in bundle.PARTS],
        }
    )


def _opened(box: Box, now: datetime) -> Ledger | None:
    """The ledger, with a row in its audit trail; None where there is none or it cannot be opened: nowhere to write that down."""
    if not box.ledger_file.exists():
        return None
    try:
        ledger = Ledger.of(box)
        bundle.begin(ledger, _ACTOR, now)
    except (OSError, sqlite3.Error):
        return None
    return ledger


def _unused(path: Path) -> Path:
    """A second one of the same minute stands beside the first."""
    others = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return next(one for one in chain((path,), others) if not one.exists())


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink()
        raise
