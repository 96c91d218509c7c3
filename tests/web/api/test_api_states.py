"""How the box and its readers are, over the API."""

from appliance.eligibility.visit import Phase
from appliance.ledger import conditions, readers
from appliance.ledger.conditions import Link, LinkState
from tests.contract.documents import complaints
from tests.web.api.vendor import Vendor
from tests.web.desk_world import Desk


def test_the_box_says_what_it_says_over_mqtt(desk: Desk, vendor: Vendor) -> None:
    """API-040."""
    conditions.note(desk.ledger, Link.CENTER, LinkState.DOWN, "CENTER-003", desk.now())
    answer = vendor.get("/box")
    assert complaints("box-state", answer.json) == []
    assert answer.json["links"]["center"]["trouble_code"] == "CENTER-003"
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert vendor.get("/box", **tag).status_code == 304
    conditions.note(desk.ledger, Link.CENTER, LinkState.UP, None, desk.now())
    assert vendor.get("/box", **tag).status_code == 200


def test_readers_say_what_they_say_over_mqtt(desk: Desk, vendor: Vendor) -> None:
    """API-040."""
    readers.show(desk.ledger, "serial-1", desk.now(), phase=Phase.PIN, tries_left=2)
    answer = vendor.get("/readers")
    for one in answer.json["readers"]:
        assert complaints("reader-state", one) == []
    assert [(one["reader"], one["phase"]) for one in answer.json["readers"]] == [
        ("1", "pin"),
        ("2", "offline"),
    ]
    assert "tries_left" not in answer.text
    assert vendor.get("/readers", **{"If-None-Match": answer.headers["ETag"]}).status_code == 304
