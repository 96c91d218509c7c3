"""Several frames, one verdict: a model nobody measured never opens a way alone."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from appliance.devices.face.model import Accuracy, ModelRecord
from appliance.devices.face.results import FrameResult, Reason
from appliance.devices.face.verdict import Doubt, Outcome, judge

MEASURED = Accuracy("供給元", "2026-04-01", "日本の外来患者", 1000, 0.0005, 0.02)


def frames(distances: Sequence[float], drift: float = 0.1) -> list[FrameResult]:
    return [FrameResult(Reason.GOOD, 1, None, distance, drift) for distance in distances]


def bad(reason: Reason) -> FrameResult:
    return FrameResult(reason, 0)


@pytest.fixture
def site(stock: ModelRecord) -> ModelRecord:
    return replace(stock, accuracy=MEASURED)


@pytest.mark.parametrize("distance", [0.0, 0.3, 0.49])
def test_a_match_of_the_stock_model_asks_for_a_person(stock: ModelRecord, distance: float) -> None:
    verdict = judge(frames([distance] * 5), stock, challenge_passed=True)
    assert (verdict.outcome, verdict.doubt) == (Outcome.LOOKS_ALIKE, Doubt.MODEL_NOT_MEASURED)


def test_a_measured_model_decides_when_the_challenge_was_passed(site: ModelRecord) -> None:
    assert judge(frames([0.3] * 3), site, challenge_passed=True).outcome is Outcome.SAME
    without = judge(frames([0.3] * 3), site)
    assert (without.outcome, without.doubt) == (Outcome.LOOKS_ALIKE, Doubt.CHALLENGE_NOT_PASSED)


@pytest.mark.parametrize(
    ("distances", "outcome", "doubt"),
    [
        ([0.3, 0.3, 0.9], Outcome.SAME, None),
        ([0.3, 0.9, 0.9], Outcome.NOT_SAME, None),
        ([0.55, 0.55, 0.55], Outcome.NO_DECISION, Doubt.BETWEEN_THRESHOLDS),
        ([0.3, 0.55, 0.9], Outcome.NO_DECISION, Doubt.BETWEEN_THRESHOLDS),
        ([0.3, 0.3], Outcome.NO_DECISION, Doubt.TOO_FEW_FRAMES),
        ([], Outcome.NO_DECISION, Doubt.TOO_FEW_FRAMES),
        ([0.6] * 3, Outcome.NOT_SAME, None),
    ],
)
def test_the_median_decides(
    site: ModelRecord, distances: list[float], outcome: Outcome, doubt: Doubt | None
) -> None:
    verdict = judge(frames(distances), site, challenge_passed=True)
    assert (verdict.outcome, verdict.doubt, verdict.frames_used) == (outcome, doubt, len(distances))


@pytest.mark.parametrize("distance", [0.3, 0.9])
def test_a_change_of_person_ends_in_no_decision(site: ModelRecord, distance: float) -> None:
    seen = [*frames([distance] * 4), *frames([distance], drift=0.7)]
    verdict = judge(seen, site, challenge_passed=True)
    assert (verdict.outcome, verdict.doubt) == (Outcome.NO_DECISION, Doubt.PERSON_CHANGED)


def test_bad_frames_count_for_nothing_but_the_hint(site: ModelRecord) -> None:
    seen = [bad(Reason.TURNED), *frames([0.3] * 2), bad(Reason.TOO_DARK), bad(Reason.TOO_DARK)]
    verdict = judge(seen, site, challenge_passed=True)
    assert (verdict.outcome, verdict.frames_used, verdict.hint) == (Outcome.NO_DECISION, 2, Reason.TOO_DARK)
    assert judge([], site).hint is None


def test_two_stills_need_one_comparison(stock: ModelRecord) -> None:
    assert judge(frames([0.9]), stock, fewest=1).outcome is Outcome.NOT_SAME
    assert judge([bad(Reason.NO_FACE)], stock, fewest=1).outcome is Outcome.NO_DECISION
