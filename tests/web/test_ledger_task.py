"""The desk's card of a ledger that the box has brought back from its own copy."""

from datetime import timedelta

from appliance.ledger.own_copy import notes
from appliance.ledger.own_copy.notes import Mending
from tests.web.desk_world import Client, Desk


def test_it_says_since_when_records_may_be_missing_and_what_to_do(desk: Desk, client: Client) -> None:
    now = desk.now()
    for hours in (5, 1):
        with desk.ledger.write() as db:
            until = now - timedelta(hours=hours)
            notes.note_in(db, Mending(now, until - timedelta(hours=1), until, "SQLITE_CORRUPT"))
    page = client.get("/tasks").text
    assert page.count("装置の記録を、控えから戻しました") == 1
    assert page.count("残っていないことがあります") == 2
    assert "（BOX-010）" in page
    assert "もう一度照会してください" in page
    assert 'value="dealt-with"' in page or "dealt-with" in page
