"""The rates that the face benchmark tells, on distances whose rates are known."""

import numpy as np
import pytest

from benchmarks.face_curves import Curve, Shot, curve
from benchmarks.report import Report, Row, Table, as_markdown


def shot(person: str, picture: str, place: float | None) -> Shot:
    return Shot(person, picture, "good", None if place is None else np.array([place, 0.0]))


def test_every_pair_counts_once_and_none_with_itself() -> None:
    people = [
        shot("a", "1", 0),
        shot("a", "2", 1),
        shot("b", "1", 10),
        shot("b", "2", 13),
        shot("b", "3", None),
    ]
    pairs = curve(people, people)
    assert pairs.same.tolist() == [1, 3]
    assert pairs.different.tolist() == [9, 10, 12, 13]


def test_a_picture_is_not_compared_with_its_own_copy() -> None:
    ones, others = [shot("a", "1", 0), shot("a", "2", 1)], [shot("a", "1", 0.5), shot("b", "1", 5)]
    pairs = curve(ones, others)
    assert pairs.same.tolist() == [0.5]
    assert pairs.different.tolist() == [4, 5]


def test_rates_at_thresholds() -> None:
    pairs = Curve(np.arange(0, 100) / 100, np.arange(50, 1050) / 100)
    assert pairs.accepted(0.5) == (0.51, 0.001)
    threshold, let_in = pairs.at_false_accepts(0.01)
    assert pairs.accepted(threshold) == (let_in, 0.01)
    assert let_in == pytest.approx(0.60)
    threshold, rate = pairs.equal_error()
    assert 0.9 < threshold < 1
    assert rate == pytest.approx(0.045, abs=0.006)


def test_people_who_are_told_apart_have_no_error() -> None:
    pairs = Curve(np.array([0.1, 0.2]), np.array([0.7, 0.8]))
    assert pairs.equal_error()[1] == 0
    assert pairs.at_false_accepts(0.001)[1] == 1


def test_a_table_stands_in_the_report() -> None:
    report = Report(
        "Title", (Row("one", (1.0,)),), tables=(Table("Rates", ("what", "rate"), (("plain", "1 %"),)),)
    )
    assert "**Rates**\n\n| what | rate |\n|---|--:|\n| plain | 1 % |\n" in as_markdown(report)
