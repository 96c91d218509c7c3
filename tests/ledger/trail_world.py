"""A ledger whose trail has some signed days, and what somebody with the file in hands could do to it."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

from appliance.ledger import audit
from appliance.ledger.database import Ledger
from appliance.ledger.trail import heads
from appliance.ledger.trail.chain import BEGINNING, FIELDS, link
from appliance.settings import Box
from tests.ledger.desk import NOW

ROWS_A_DAY = 5


def day(number: int) -> datetime:
    """A moment of that day."""
    return NOW + timedelta(days=number)


def worked(ledger: Ledger, box: Box, days: int, first: int = 0) -> None:
    """Days of work, each with its rows, signed at its end."""
    for number in range(first, first + days):
        with ledger.together():
            for row in range(ROWS_A_DAY):
                audit.write(ledger, "sakura", "open-check", f"c{number}-{row}", day(number))
        assert heads.sign(ledger, box, day(number)) is not None


def tampered(box: Box, *statements: str) -> None:
    """Change the file as whoever may write to it can: the guards are taken off and put back."""
    with closing(sqlite3.connect(box.ledger_file)) as connection, connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for one in statements:
            connection.execute(one)
        for _, sql in guards:
            connection.execute(sql)


def chained_anew(box: Box) -> None:
    """Calculate every hash again, as whoever knows the form can."""
    with closing(sqlite3.connect(box.ledger_file)) as connection:
        rows = connection.execute(f"SELECT seq, {', '.join(FIELDS)} FROM audit ORDER BY seq").fetchall()
    before, statements = BEGINNING, []
    for seq, *texts in rows:
        before = link(before, seq, texts)
        statements.append(f"UPDATE audit SET chain = '{before}' WHERE seq = {seq}")
    tampered(box, *statements)
