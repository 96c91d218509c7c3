"""The pages of a box whose ledger is lost: they say so, take a backup in, and begin no empty box."""

import io
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from appliance.console.facts import Slow, State, gather
from appliance.ledger import shown_code
from appliance.ledger.backup import writing
from appliance.ledger.database import Ledger
from appliance.ledger.own_copy import lost
from appliance.ledger.times import utc_now
from appliance.settings import Box
from appliance.web.first import app as first
from appliance.web.texts.choice import COOKIE
from tests.ledger.broken import at_work, received
from tests.web.desk_world import HTML, ORIGIN
from tests.web.test_bare_box import PHRASE, sent


@pytest.fixture
def backup(box_dir: Path) -> bytes:
    """What the clinic has kept of the box."""
    box = at_work(box_dir / "box")
    with closing(Ledger.of(box)) as ledger, closing(writing.backup(box, ledger, PHRASE, utc_now())) as made:
        return b"".join(made.pieces)


def test_the_pages_say_what_is_the_matter_and_take_the_backup(backup: bytes, box_dir: Path) -> None:
    box = Box(box_dir / "box")
    box.ledger_file.unlink()
    lost.mark(box.root, utc_now())
    made: list[bool] = []
    browser = first.create_app(box, box.load(), utc_now, lambda: made.append(True)).test_client()

    def get(path: str) -> Any:
        return browser.get(path, base_url=ORIGIN, headers=HTML, follow_redirects=True)

    health = get("/health")
    assert (health.status_code, health.json["code"]) == (503, "BOX-009")
    for language, words in (("ja", "戻せる控えがありません"), ("en", "no copy to go back to")):
        browser.set_cookie(COOKIE, language, domain="localhost", secure=True)
        page = get("/reception")
        assert (page.status_code, page.request.path) == (200, "/start")
        assert words in page.text
        assert "BOX-009" in page.text
    unopened = Slow("box", (), "", "", "", ())
    facts = gather(box, unopened, is_starting=False)
    assert (facts.state, facts.setup_code) == (State.LOST, shown_code.shown(box))

    code = {"code": shown_code.shown(box)}
    answer = browser.post("/start", base_url=ORIGIN, headers=HTML, buffered=True, **sent(code))
    assert answer.headers["Location"] == "/start/way"
    assert get("/start/way").request.path == "/start/backup"
    clinic = {"institution_code": "1319999999", "clinic_name": "みどり内科"}
    answer = browser.post("/start/clinic", base_url=ORIGIN, headers=HTML, buffered=True, **sent(clinic))
    assert "ACCOUNT-002" in answer.text
    for phrase, is_back in (("wrong " + PHRASE, False), (PHRASE, True)):
        fields = {"file": (io.BytesIO(backup), "one.backup"), "passphrase": phrase}
        answer = browser.post("/start/backup", base_url=ORIGIN, headers=HTML, buffered=True, **sent(fields))
        assert box.ledger_file.exists() is is_back, answer.text
    assert answer.status_code == 200
    assert "BOX-009" not in answer.text
    assert made
    assert lost.since(box.root) is None
    assert received(box) == 3
