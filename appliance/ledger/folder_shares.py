"""A folder that is served over the network: turned on with a password that is shown once, given another one, turned off.

The ledger keeps the NT hash, because that is what SMB compares with. It has no salt and opens the share to whoever holds it, so
passwords are the box's own making and long; the hash is nowhere on a page or in a log.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from Cryptodome.Hash import MD4
from sqlite_utils import Database

from appliance.eligibility.said import said
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, typed_codes
from appliance.ledger.bell import Topic
from appliance.ledger.consumers import ConsumerKind
from appliance.ledger.database import Ledger
from appliance.ledger.times import from_text, to_text

_LENGTH = 20
"""Letters and digits: 100 bits, out of reach for whoever has heard a sign-in on the network and guesses at it in peace."""


@dataclass(frozen=True)
class FolderShare:
    """What is served: the folder of `consumer`, which lies at `root` meanwhile."""

    consumer: str
    root: Path
    made_by: str
    made_at: datetime
    nt_hash: str = field(repr=False)


def current(ledger: Ledger) -> FolderShare | None:
    """What is served, if anything is and its consumer still is one."""
    row = ledger.read.execute(
        """SELECT folder_shares.* FROM folder_shares JOIN consumers ON name = consumer
           WHERE enabled = 1 AND kind = 'folder'"""
    ).fetchone()
    if row is None:
        return None
    return FolderShare(
        row["consumer"], Path(row["root"]), row["made_by"], from_text(row["made_at"]), row["nt_hash"]
    )


def turn_on(ledger: Ledger, consumer: str, root: Path, by: str, now: datetime) -> str:
    """Serve the folder of `consumer`, from now on at `root`; the password, which nobody can see again.

    One that is served already gets a new password; the old one is good no more. Raises `Trouble` INPUT-005 when no consumer of a
    folder has that name, SHARE-002 while another one's is served.
    """
    password = typed_codes.new(_LENGTH)
    with ledger.write(Topic.DELIVERIES) as db:
        if not _has_folder(db, consumer):
            raise Trouble("INPUT-005")
        before = db.execute("SELECT consumer FROM folder_shares").fetchone()
        if before is not None and before["consumer"] != consumer:
            if _has_folder(db, before["consumer"]):
                raise Trouble("SHARE-002", said("共有中: {name}", name=before["consumer"]))
            before = None
        row = {
            "id": 1,
            "consumer": consumer,
            "root": str(root),
            "nt_hash": nt_hash(password),
            "made_by": by,
            "made_at": to_text(now),
        }
        db.table("folder_shares").upsert(row, pk="id")
        audit.insert(db, by, "share-password" if before else "share-on", consumer, now)
    return password


def turn_off(ledger: Ledger, consumer: str, by: str, now: datetime) -> bool:
    """Serve it no more; False when it was not served."""
    with ledger.write(Topic.DELIVERIES) as db:
        done = db.execute("DELETE FROM folder_shares WHERE consumer = ?", [consumer])
        if done.rowcount:
            audit.insert(db, by, "share-off", consumer, now)
        return bool(done.rowcount)


def nt_hash(password: str) -> str:
    """What Windows and Samba keep of a password.

    >>> nt_hash("password")
    '8846F7EAEE8FB117AD06BDD830B7586C'
    """
    return MD4.new(password.encode("utf-16-le")).hexdigest().upper()  # noqa: S303 - the protocol's, not ours


def _has_folder(db: Database, consumer: str) -> bool:
    row = db.execute(
        "SELECT 1 FROM consumers WHERE name = ? AND kind = ? AND enabled = 1", [consumer, ConsumerKind.FOLDER]
    )
    return row.fetchone() is not None
