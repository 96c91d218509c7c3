"""Accounts at the broker: pages wish for one here, sync opens it and lays down the file with all that the vendor needs."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text
from appliance.settings import Box
from appliance.sharing import make_folder


@dataclass(frozen=True)
class AccountWish:
    """The account of `consumer` is to get the rights it has in the ledger, closed where it is served no more.

    `anew`: with a new password, and a new file for the vendor.
    """

    consumer: str
    anew: bool
    wanted_by: str
    wanted_at: datetime


def want(ledger: Ledger, consumer: str, by: str, now: datetime, *, anew: bool) -> None:
    """Wish for it, beside what is wished for already."""
    with ledger.write(Topic.DELIVERIES) as db:
        db.execute(
            """INSERT INTO account_wishes (consumer, anew, wanted_by, wanted_at) VALUES (?, ?, ?, ?)
               ON CONFLICT (consumer) DO UPDATE SET anew = max(anew, excluded.anew), wanted_at = excluded.wanted_at""",
            [consumer, int(anew), by, to_text(now)],
        )


def wanted(ledger: Ledger) -> tuple[AccountWish, ...]:
    """What sync has still to do, oldest first."""
    rows = ledger.read.execute("SELECT * FROM account_wishes ORDER BY wanted_at, consumer")
    return tuple(
        AccountWish(row["consumer"], bool(row["anew"]), row["wanted_by"], from_text(row["wanted_at"]))
        for row in rows
    )


def fulfilled(ledger: Ledger, wish: AccountWish) -> None:
    """It is done; what was wished for meanwhile is not."""
    with ledger.write(Topic.DELIVERIES) as db:
        db.execute(
            "DELETE FROM account_wishes WHERE consumer = ? AND anew = ? AND wanted_at = ?",
            [wish.consumer, int(wish.anew), to_text(wish.wanted_at)],
        )


def handover_file(box: Box, consumer: str) -> Path:
    """Where the file for the vendor lies until somebody takes it. It holds the password, so its folder is the owner's alone."""
    return box.root / "handover" / f"{consumer}.zip"


def take_handover(box: Box, consumer: str) -> bytes | None:
    """The file for the vendor, which is gone afterwards; None when there is none, or another was quicker. Raises `OSError`."""
    file = handover_file(box, consumer)
    aside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with handover_folder(box):
        try:
            os.rename(file, aside)
        except FileNotFoundError:
            return None
        try:
            return aside.read_bytes()
        finally:
            aside.unlink()


@contextmanager
def handover_folder(box: Box) -> Iterator[None]:
    """Have the folder of these files for oneself. What a process left there half done when it died is gone: passwords lie in it.

    Raises `OSError`.
    """
    folder = handover_file(box, "").parent
    make_folder(folder)
    with (box.run_dir / "handover.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(".*"):
            left.unlink()
        yield
