"""The lane of the audit trail: a head a day, a look a night and when the desk asks, old months away by the rule."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.ledger import audit, tasks
from appliance.ledger.database import Ledger
from appliance.ledger.trail import heads, looks
from appliance.ledger.trail.verifying import Fault
from appliance.settings import Box
from appliance.sync import audit_lane
from appliance.sync.audit_lane import AuditLane
from tests.ledger.trail_world import tampered

NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.fixture
def box(box_dir: Path) -> Box:
    made = Box(box_dir)
    made.create()
    return made


@pytest.fixture
def ledger(box: Box) -> Iterator[Ledger]:
    """With one row."""
    with closing(Ledger.of(box)) as opened:
        audit.write(opened, "sakura", "sign-in", "", NOON)
        yield opened


def test_a_head_a_day_and_a_look_a_night_or_when_it_is_wanted(box: Box, ledger: Ledger) -> None:
    moments = [NOON]
    lane = AuditLane(box, ledger, lambda: moments[0])
    assert lane.turn(NOON)
    assert not lane.turn(NOON + timedelta(hours=1))
    assert len(heads.kept_lines(box)) == 1
    moments[0] = MIDNIGHT
    assert not lane.turn(MIDNIGHT)  # a new day, which is signed at once and looked at after two
    assert len(heads.kept_lines(box)) == 2
    moments[0] = MIDNIGHT + timedelta(hours=2)
    assert lane.turn(moments[0])
    assert not lane.turn(moments[0])
    looks.want(ledger, "chief", moments[0])
    assert lane.turn(moments[0])
    look = looks.last(ledger).looked
    assert look is not None
    assert look.is_sound
    assert (look.heads, tasks.open_tasks(ledger)) == (2, ())


def test_what_was_changed_becomes_a_task(box: Box, ledger: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    tampered(box, "UPDATE audit SET actor = 'nobody'")
    assert AuditLane(box, ledger, lambda: NOON).turn(NOON)
    assert [one.kind for one in tasks.open_tasks(ledger)] == [tasks.TaskKind.TRAIL]
    assert "AUDIT-001" in caplog.text
    assert audit.latest(ledger, 1)[0].detail == "changed 1"


@pytest.mark.parametrize("what", ["head", "key"])
def test_what_keeps_it_from_signing_keeps_nobody_from_looking(box: Box, ledger: Ledger, what: str) -> None:
    lane = AuditLane(box, ledger, lambda: MIDNIGHT + timedelta(hours=3))
    lane.turn(NOON)
    if what == "head":
        tampered(box, "UPDATE audit_heads SET line = '[]'")
    else:
        box.audit_key.write_bytes(b"nothing")
    assert lane.turn(MIDNIGHT + timedelta(hours=3, days=1))
    look = looks.last(ledger).looked
    assert look is not None
    wanted = Fault.HEAD_FORGED if what == "head" else Fault.KEY
    assert wanted in {one.fault for one in look.findings}


def test_a_rule_of_the_site_may_keep_more_and_never_less(box: Box, ledger: Ledger) -> None:
    audit.write(ledger, "sakura", "sign-in", "", NOON.replace(year=2032))
    heads.sign(ledger, box, NOON.replace(year=2032))
    row = 'from = 2030-01-01\nsubject = "audit-trail"\nlabel = "操作の記録"\nsource = "院内の決まり"'
    box.rules_dir.mkdir()
    rule = '[[retentions]]\nid = "ours"\nreplaces = ["audit-trail"]\nyears = {}\n' + row
    (box.rules_dir / "ours.toml").write_text(rule.format(10), "utf-8")
    assert audit_lane.cut(box, ledger, NOON.replace(year=2032)) is None
    (box.rules_dir / "ours.toml").write_text(rule.format(1), "utf-8")  # refused, so that five years stand
    assert audit_lane.cut(box, ledger, NOON.replace(year=2030)) is None
    made = audit_lane.cut(box, ledger, NOON.replace(year=2032))
    assert made is not None
    assert made.last_seq == 1
