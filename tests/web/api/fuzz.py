"""schemathesis against the real web process: `python -m tests.web.api.fuzz --examples N`, as `make api-fuzz N=…` calls it.

The box has results to give, readers, and a consumer who may hand in lists. Every phase runs: the document's own
examples, the edges of each parameter, random data that is right and wrong, and stories that follow the links.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from appliance.ledger import api_tokens, consumer_extras, consumer_terms, consumers, deliveries
from appliance.ledger.consumer_extras import Extra
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import ConsumerKind, FolderTerms, Lists, ListTerms
from appliance.ledger.times import utc_now
from tests.conftest import free_ports
from tests.web.desk_world import Desk, desk_in
from tests.web.service_world import running

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
CODE = "1399999996"
"""The code of the contract's examples, so that what they hand in is taken."""

ENOUGH = 20


def furnish(desk: Desk) -> tuple[str, str]:
    """Results to take, and settings under which nothing waits long; the tokens of the consumer and for the figures."""
    wide = replace(
        desk.settings,
        institution_code=CODE,
        api_requests_a_minute=1_000_000,
        bulk_requests_a_minute=1000,
        consumer_requests_a_minute=10_000,
        api_longest_wait=0.05,
        api_stream_lasts=0.05,
    )
    desk.settings = wide
    may = ListTerms(Lists.NOW)
    consumers.put(desk.ledger, "chart", ConsumerKind.API, FolderTerms(), utc_now(), may)
    consumer_terms.allow(desk.ledger, "chart", Term)
    consumer_extras.give(desk.ledger, "chart", Extra.TASKS, "fuzz", utc_now())
    furnish_results(desk, ENOUGH)
    made = (api_tokens.make(desk.ledger, name, "fuzz", utc_now()) for name in ("chart", None))
    return next(made), next(made)


def furnish_results(desk: Desk, count: int) -> None:
    """Answers for the consumer to fetch."""
    for number in range(count):
        desk.person(f"p{1 + number % 6:02d}", card=bool(number % 2))


def run(examples: int, seed: int | None, seconds: int) -> "subprocess.CompletedProcess[str]":
    """One run; its output says what failed."""
    with tempfile.TemporaryDirectory(prefix="mdg-", dir="/tmp") as folder, desk_in(Path(folder)) as desk:
        token, metrics_token = furnish(desk)
        with running(desk, free_ports(1)[0]) as service:
            command = [
                str(Path(sys.executable).parent / "schemathesis"),
                f"--config-file={HERE / 'schemathesis.toml'}",
                "run",
                f"{service.url}/api/1/openapi.json",
                f"--tls-verify={desk.box.tls_dir / 'ca.pem'}",
                f"--header=Authorization: Bearer {token}",
                f"--max-examples={examples}",
                "--suppress-health-check=all",
                "--request-timeout=20",
                "--continue-on-failure",
                "--warnings=off",
                *([f"--seed={seed}"] if seed is not None else []),
            ]
            environment = os.environ | {"METRICS_TOKEN": metrics_token, "NO_COLOR": "1"}
            return _fed(desk, command, folder, environment, seconds)


def _fed(
    desk: Desk, command: list[str], folder: str, environment: dict[str, str], seconds: int
) -> "subprocess.CompletedProcess[str]":
    """Run it while results go on coming: what it acknowledges is not there for its next story."""
    until = time.monotonic() + seconds
    output = Path(folder) / "output.txt"
    with output.open("w") as stream:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=stream, stderr=stream)
        try:
            while process.poll() is None and time.monotonic() < until:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
                if len(deliveries.in_turn(desk.ledger, "chart", 0, ENOUGH)) < ENOUGH:
                    furnish_results(desk, ENOUGH)
        finally:
            process.kill()
    return subprocess.CompletedProcess(command, process.wait(), output.read_text())


def main() -> int:
    """Run and print; the exit status says whether anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100, help="random examples for each operation")
    parser.add_argument("--seed", type=int, help="the same run again")
    given = parser.parse_args()
    done = run(given.examples, given.seed, 3600)
    print(done.stdout)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
