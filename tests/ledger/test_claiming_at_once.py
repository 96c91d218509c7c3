import json
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

from appliance.ledger.database import Ledger
from appliance.settings import Box
from tests.ledger.claimer import claim_all
from tests.ledger.desk import answered, claimed, opened

ROOT = Path(__file__).resolve().parents[2]


def owners(ledger: Ledger) -> dict[str, str]:
    return {row["id"]: row["owner"] for row in ledger.read.execute("SELECT id, owner FROM checks")}


def test_eight_threads_share_the_checks_without_a_double(ledger: Ledger) -> None:
    ids = opened(ledger, 60)
    taken = claim_all(ledger, "t", 8)
    assert sorted(check_id for check_id, _ in taken) == sorted(ids)
    assert dict(taken) == owners(ledger)


def test_two_processes_share_the_checks_without_a_double(ledger: Ledger, box: Box) -> None:
    ids = opened(ledger, 120)
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.ledger.claimer", str(box.root), name, "2"],
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for name in ("p", "q")
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=50)[0] for process in processes]
    taken = [(check_id, owner) for text in said for check_id, owner in json.loads(text)]
    assert sorted(check_id for check_id, _ in taken) == sorted(ids)
    assert dict(taken) == owners(ledger)


def test_of_many_answers_at_once_one_counts(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    claimed(ledger)
    gate = threading.Barrier(8)
    counted: list[bool] = []

    def answer() -> None:
        gate.wait(30)
        counted.append(answered(ledger, check_id))

    threads = [threading.Thread(target=answer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counted) == [False] * 7 + [True]
    assert ledger.read.execute("SELECT count(*) FROM results").fetchone()[0] == 1
