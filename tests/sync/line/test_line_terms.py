"""The limits of the line's states are the box's settings."""

from pathlib import Path

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.ledger import line
from appliance.ledger.database import Ledger
from appliance.ledger.line import Phase
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.sync.line.hysteresis import Terms
from appliance.sync.line.pulse import Pulse, terms_of

CODE = "1399999996"


@pytest.fixture
def box(box_dir: Path) -> Box:
    made = Box(box_dir)
    made.create()
    return made


def test_as_it_comes_the_settings_are_the_terms() -> None:
    assert terms_of(Settings(CODE)) == Terms()


def test_a_patient_box_stops_later(box: Box) -> None:
    ledger = Ledger.of(box)
    pulse = Pulse(ledger, utc_now, terms_of(Settings(CODE, line_failures=5, line_slow=30.0)))
    phases = []
    for _ in range(5):
        pulse.failed("LINE-001")
        phases.append(pulse.phase)
    assert phases == [*[Phase.SLOW] * 4, Phase.STOPPED]
    state = line.current(ledger)
    assert state is not None
    assert state.phase is Phase.STOPPED
    ledger.close()


@pytest.mark.parametrize(
    ("key", "value"), [("line_failures", 0), ("line_answers", 0), ("line_calm", 0.0), ("line_slow", 0)]
)
def test_limits_that_would_never_or_always_hold_are_refused(box: Box, key: str, value: float) -> None:
    text = f'institution_code = "{CODE}"\n{key} = {value}\n'
    box.settings_file.write_text(text, "utf-8")
    with pytest.raises(Trouble) as refused:
        box.load()
    assert (refused.value.code, key in refused.value.detail) == ("BOX-001", True)
