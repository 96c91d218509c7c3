"""The pages of statistics on a ledger of 100,000 checks: how long the box works on each, from request to whole answer."""

import tempfile
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient

from appliance.ledger import accounts
from appliance.ledger.accounts import Role
from appliance.ledger.database import Ledger
from appliance.ledger.times import clinic_day, utc_now
from appliance.settings import Box, Settings
from appliance.web.app import create_app
from appliance.web.guard import COOKIE
from appliance.web.room import EXTENSION
from benchmarks import ledger_world
from benchmarks.report import Aim, Report, Row, milliseconds

CHECKS = 100_000
TIMES = 20
MOST_MILLISECONDS = 1000.0
PASSWORD = "a long enough password"  # noqa: S105 - of a ledger that is thrown away
ORIGIN = "https://localhost"


def run() -> Report:
    """Measure last month, which is whole, with one client in one process."""
    with tempfile.TemporaryDirectory(prefix="mdg-bench-", dir="/tmp") as folder:
        box = Box(Path(folder))
        box.create()
        settings = Settings(ledger_world.CODE)
        box.save(settings)
        now = utc_now()
        ledger_world.fill(box, CHECKS, now)
        month = f"{clinic_day(now).replace(day=1) - timedelta(days=1):%Y-%m}"
        with closing(Ledger.of(box)) as ledger:
            app = create_app(box, ledger, settings, utc_now)
            client = app.test_client()
            accounts.add(ledger, "keeper", Role.ADMINISTRATOR, PASSWORD, now)
            token = accounts.sign_in(ledger, "keeper", PASSWORD, now)
            client.set_cookie(COOKIE, token, domain="localhost", secure=True)
            rows = tuple(_measured(client, name, path) for name, path in _pages(month).items())
            visits = ledger.read.execute(
                "SELECT count(*) AS n FROM checks WHERE substr(day, 1, 7) = ?", [month]
            ).fetchone()["n"]
            app.extensions[EXTENSION].hub.close()
    return Report(f"Statistics on {CHECKS:,} checks", rows, _aims(rows), (f"a month of {visits:,} visits",))


def _pages(month: str) -> dict[str, str]:
    return {
        "the month": f"/statistics?month={month}",
        "what failed": f"/statistics/failures?month={month}",
        "加算": f"/statistics/points?month={month}",
        "every visit as a file": f"/statistics/export/visits?month={month}",
    }


def _measured(client: FlaskClient, name: str, path: str) -> Row:
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        answer = client.get(path, base_url=ORIGIN)
        times.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
    return Row(name, milliseconds(times))


def _aims(rows: tuple[Row, ...]) -> tuple[Aim, ...]:
    pages = rows[:3]
    slowest = max(pages, key=lambda row: row.p50)
    promise = f"each page of a month under {MOST_MILLISECONDS:g} ms at p50"
    return (Aim(promise, f"{slowest.name}: {slowest.p50:.0f} ms", slowest.p50 < MOST_MILLISECONDS),)
