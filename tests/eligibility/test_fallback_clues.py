"""What a code or an answer says about why insurance cannot be confirmed."""

import pytest

from appliance.eligibility.catalogue import CATALOGUE, Fault
from appliance.eligibility.fallback_causes import CAUSES, Cause, Failure
from appliance.eligibility.fallback_clues import cause_of_answer, cause_of_trouble


@pytest.mark.parametrize(
    ("validity", "cause"),
    [
        ("2", Cause.INVALID),
        ("3", Cause.NEWER_EXISTS),
        ("4", Cause.NOT_FOUND),
        ("5", Cause.SEVERAL),
        ("6", Cause.TICKET_UNREGISTERED),
        ("1", None),
        ("9", None),
        (None, None),
    ],
)
def test_an_answer_tells_its_cause(validity: str | None, cause: Cause | None) -> None:
    assert cause_of_answer(validity) is cause


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("LINE-001", Cause.LINE),
        ("LINE-018", Cause.TERMINAL),
        ("CENTER-003", Cause.CENTER),
        ("CENTER-005", Cause.TERMINAL),
        ("READER-005", Cause.READER),
        ("CARD-006", Cause.PIN_LOCKED),
        ("CARD-007", Cause.CERTIFICATE_EXPIRED),
        ("INPUT-001", None),
        ("XXXX-001", None),
        (None, None),
    ],
)
def test_a_code_tells_its_cause(code: str | None, cause: Cause | None) -> None:
    assert cause_of_trouble(code) is cause


def test_the_line_is_never_said_to_be_the_card_nor_the_card_the_line() -> None:
    found = {code: cause_of_trouble(code) for code in CATALOGUE}
    failures = {code: CAUSES[cause].failure for code, cause in found.items() if cause}
    of_equipment = {Fault.LINE, Fault.CENTER, Fault.READER, Fault.BOX}
    for code, failure in failures.items():
        if code.startswith("VISIT-"):
            continue
        is_equipment = CATALOGUE[code].fault in of_equipment
        assert is_equipment is (failure is Failure.EQUIPMENT), code
