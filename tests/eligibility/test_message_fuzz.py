"""A short stretch of the fuzzing that `python -m benchmarks fuzz` does at length; and that it would find something."""

from itertools import islice

import pytest

from appliance.eligibility import xml_reader, xml_writer
from appliance.eligibility.families import FAMILIES
from benchmarks.bench_fuzz import report_of
from benchmarks.fuzz_messages import LossError, bounded, fuzz, inputs
from tests.eligibility.family_samples import MIXED, SAMPLES

INPUTS = 2000
SEED = 7


def test_nothing_crashes_hangs_or_is_lost() -> None:
    outcome = fuzz(SAMPLES, INPUTS, SEED, MIXED)
    counts = outcome.counts
    assert counts.tried == INPUTS
    assert counts.read > INPUTS / 2
    assert counts.odd > INPUTS / 4
    assert set(counts.refused) == {"INPUT-002", "INPUT-003"}
    assert set(counts.by_family) >= set(FAMILIES)
    assert f"{INPUTS:,} tried" in report_of(outcome).aims[0].measured


def test_the_same_seed_gives_the_same_inputs() -> None:
    first = list(islice(inputs(SAMPLES, SEED), 50))
    assert first == list(islice(inputs(SAMPLES, SEED), 50))
    assert first != list(islice(inputs(SAMPLES, SEED + 1), 50))


def nothing(*_: object) -> None:
    """Instead of something that ought to be done."""


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (xml_reader._Rest, "_note_text"),
        (xml_reader._Rest, "_note_attributes"),
        (xml_reader._Rest, "_keep"),
        (xml_writer, "_strangers"),
    ],
)
def test_a_reader_or_writer_that_forgets_is_found(
    owner: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, name, nothing)
    with pytest.raises(LossError) as caught:
        fuzz(SAMPLES, INPUTS, SEED)
    assert f"of seed {SEED}" in caught.value.__notes__[0]


def test_a_reader_that_crashes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(xml_reader, "as_xml", crash)
    with pytest.raises(RecursionError):
        fuzz(SAMPLES, INPUTS, SEED)


def hang() -> None:
    with bounded(0.05):
        while True:
            pass


def test_a_hang_is_cut_off() -> None:
    with pytest.raises(TimeoutError):
        hang()
