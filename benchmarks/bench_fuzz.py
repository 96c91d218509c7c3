"""200,000 messages nobody should send, through reader, writer, page and check: no crash, no hang, nothing lost.

A crash, a hang or a loss ends the run with the input that did it; `fuzz_messages.py` has the mutator.
"""

import json

from benchmarks.fuzz_messages import MOST_SECONDS, Outcome, fuzz
from benchmarks.report import Aim, Report, Row, as_markdown, as_values, milliseconds
from tests.eligibility.family_samples import MIXED, SAMPLES

INPUTS = 200_000
SEED = 20261122


def run() -> Report:
    """Try all of them. Raises what an input raised."""
    return report_of(fuzz(SAMPLES, INPUTS, SEED, MIXED))


def report_of(outcome: Outcome) -> Report:
    """The counts as a report."""
    counts = outcome.counts
    refused = ", ".join(f"{number:,} {code}" for code, number in sorted(counts.refused.items()))
    return Report(
        "Fuzzing: messages of every family, mutated",
        (Row("1,000 inputs", milliseconds(outcome.thousands)),),
        (
            Aim(
                f"{INPUTS:,} inputs without crash, hang (over {MOST_SECONDS} s) or lost field",
                f"{counts.tried:,} tried, {counts.read:,} read, written and read again in both encodings "
                f"({counts.odd:,} with parts that belong to no field), the rest refused: {refused}",
                counts.tried >= INPUTS,
            ),
        ),
        (
            f"{len(counts.by_family)} families, the rarest {min(counts.by_family.values()):,} times; "
            f"slowest input {1000 * outcome.slowest:.0f} ms; seed {SEED}",
        ),
    )


if __name__ == "__main__":
    found = run()
    print(as_markdown(found))
    print(json.dumps(as_values(found), ensure_ascii=False))
