"""The figures: right numbers, in Prometheus' own format, and nothing of a patient."""

from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families

from appliance.demo import people
from appliance.eligibility.statistics.counted import IN_TIME
from appliance.ledger import api_tokens, conditions, line, line_log
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.line import Phase
from appliance.ledger.line_log import Asked
from tests.web.api.vendor import Vendor, vendor_of, with_token
from tests.web.desk_world import CODE, Desk

Figures = dict[tuple[str, tuple[str, ...]], float]


def looked(desk: Desk, **headers: str) -> tuple[Figures, str]:
    """The figures by name and values of labels, and their text."""
    caller: Vendor = with_token(vendor_of(desk), api_tokens.make(desk.ledger, None, "engineer", desk.now()))
    answer = caller.get("/metrics", **headers)
    assert answer.status_code == 200
    found = {
        (sample.name.removeprefix("madoguchi_"), tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    return found, answer.text


def asked(desk: Desk, check_id: str, seconds: float, code: str | None = None) -> None:
    now = desk.now()
    line_log.write(
        desk.ledger, Asked(check_id, "OQSsiquc01", now - timedelta(seconds=60), now, seconds, code)
    )


def test_what_waits_is_counted(desk: Desk) -> None:
    """API-061."""
    vendor = vendor_of(desk)
    desk.person("p01")
    given = vendor.pending()[0]["delivery_id"]
    desk.person("p02")
    vendor.post(f"/deliveries/{given}/ack")
    desk.offline()
    desk.typed()
    desk.shift = timedelta(seconds=100)
    found, _ = looked(desk)
    assert found["deliveries_waiting", ("chart",)] == 1
    assert found["deliveries_waiting", ("emr",)] == 2
    assert found["checks_open", ("waiting",)] == 1
    assert found["checks_open", ("received",)] == 1
    assert 100 <= found["check_oldest_open_seconds", ()] < 160
    assert 100 <= found["delivery_oldest_waiting_seconds", ("chart",)] < 160
    assert found["dead_letters", ("check",)] == 0


def test_how_the_line_is(desk: Desk) -> None:
    """API-061."""
    first, second, third = (desk.person("p01") for _ in range(3))
    asked(desk, first, 2.0)
    asked(desk, second, IN_TIME + 1)
    asked(desk, third, 15.0, "CENTER-003")
    line.note(desk.ledger, Phase.SLOW, "LINE-001", desk.now())
    conditions.note(desk.ledger, Link.CENTER, LinkState.DOWN, "CENTER-003", desk.now())
    found, _ = looked(desk)
    assert found["checks_asked_last_hour", ()] == 3
    assert found["checks_in_time_last_hour", ()] == 1
    assert found["requests_answered_last_hour", ()] == 2
    assert found["line_state", ("slow",)] == 1
    assert sum(found["line_state", (phase.value,)] for phase in Phase) == 1
    assert found["link_up", ("center",)] == 0
    assert ("link_up", ("broker",)) not in found
    assert found["certificate_state", (CODE, "missing")] == 1
    assert found["reader_connected", ("1",)] == 0
    assert found["ledger_bytes", ()] > 0
    desk.shift = timedelta(hours=2)
    assert looked(desk)[0]["checks_asked_last_hour", ()] == 0


def test_nothing_of_a_patient_is_in_them(desk: Desk) -> None:
    """API-061."""
    checks = [desk.person(person) for person in ("p01", "p02", "p03")]
    found, text = looked(desk)
    labels = {value for _, values in found for value in values}
    for check_id in checks:
        assert check_id not in text
    for person_id in ("p01", "p02", "p03"):
        for one in people.person(person_id).qualifications:
            for value in (one.name, one.insured_identification_number, one.birthdate, one.insurer_number):
                # A short number may be part of a figure; no label says it.
                assert not value or value not in (text if len(value) > 5 else labels)


def test_openmetrics_for_who_asks_for_it(desk: Desk) -> None:
    """API-061."""
    _, text = looked(desk, Accept="application/openmetrics-text; version=1.0.0")
    assert text.endswith("# EOF\n")
