"""A box without a clinic: its code lets one browser in, and it becomes a new box, or one that another box has been."""

import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from appliance.ledger import accounts, checks, first_start, shown_code
from appliance.ledger.accounts import Role
from appliance.ledger.backup import writing
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from appliance.web.app import create_app
from appliance.web.first import app as first
from appliance.web.first.door import MOST_FAILURES
from tests.web.desk_world import HTML, ORIGIN, Desk, desk_in

BARE = Settings(institution_code="", web_host="127.0.0.1")
PHRASE = "a long enough phrase"
CLINIC = {"institution_code": "1319999999", "clinic_name": "みどり内科"}


def sent(fields: dict[str, Any]) -> dict[str, Any]:
    """A form with a file, put together in memory: werkzeug's client leaves its own file for large ones open."""
    files = {key: FileStorage(*one) for key, one in fields.items() if isinstance(one, tuple)}
    boundary, body = encode_multipart(fields | files)
    return {"data": body, "content_type": f'multipart/form-data; boundary="{boundary}"'}


@dataclass
class Bare:
    """A box without a clinic and one browser at it; `made` fills once it has one."""

    box: Box
    made: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.box.create()
        self.app = first.create_app(self.box, BARE, utc_now, lambda: self.made.append(True))
        self.browser = self.app.test_client()

    def get(self, path: str, browser: FlaskClient | None = None) -> Any:
        return (browser or self.browser).get(path, base_url=ORIGIN, headers=HTML)

    def post(self, path: str, **fields: Any) -> Any:
        return self.browser.post(path, base_url=ORIGIN, headers=HTML, buffered=True, **sent(fields))

    def let_in(self) -> None:
        assert self.post("/start", code=shown_code.shown(self.box)).headers["Location"] == "/start/way"


@pytest.fixture
def bare(box_dir: Path) -> Bare:
    return Bare(Box(box_dir / "new"))


@pytest.fixture
def other(box_dir: Path) -> Iterator[Desk]:
    """The box whose place it takes."""
    root = box_dir / "other"
    root.mkdir()
    with desk_in(root) as desk:
        yield desk


def backup_of(desk: Desk) -> bytes:
    with closing(writing.backup(desk.box, desk.ledger, PHRASE, desk.now())) as made:
        return b"".join(made.pieces)


def test_every_address_leads_to_the_code_and_nothing_is_open_without_it(bare: Bare) -> None:
    for path in ("/", "/desk", "/sign-in", "/start/way", "/start/clinic", "/start/backup"):
        assert bare.get(path).headers["Location"] == "/start"
    page = bare.get("/start")
    assert "この装置は、まだ設定されていません" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert bare.post("/start/clinic", **CLINIC).headers["Location"] == "/start"
    assert shown_code.shown(bare.box) not in page.text
    assert not bare.box.settings_file.exists()


def test_no_other_site_can_set_it_up(bare: Bare) -> None:
    bare.let_in()
    headers = HTML | {"Sec-Fetch-Site": "cross-site"}
    assert (
        bare.browser.post("/start/clinic", base_url=ORIGIN, headers=headers, data=CLINIC).status_code == 403
    )
    assert not bare.box.settings_file.exists()


def test_a_stranger_fills_no_disk(bare: Bare) -> None:
    class Endless(io.RawIOBase):
        def readinto(self, _buffer: Any) -> int:
            raise AssertionError("it was read")

    for headers in (HTML, HTML | {"Sec-Fetch-Site": "cross-site"}):
        answer = bare.app.test_client().post(
            "/start/backup",
            base_url=ORIGIN,
            headers=headers,
            environ_overrides={
                "wsgi.input": Endless(),
                "CONTENT_LENGTH": str(2**33),
                "CONTENT_TYPE": "multipart/form-data; boundary=x",
            },
        )
        assert answer.status_code in (303, 403)


def test_ten_wrong_codes_bring_another_one(bare: Bare) -> None:
    code = shown_code.shown(bare.box)
    for _ in range(MOST_FAILURES):
        assert 'data-code="ACCOUNT-003"' in bare.post("/start", code="2222-2222-2222").text
    assert shown_code.shown(bare.box) != code
    assert bare.post("/start", code=code).status_code == 409
    bare.let_in()


def test_a_second_browser_with_the_code_shuts_out_the_first(bare: Bare) -> None:
    bare.let_in()
    assert bare.get("/start/way").status_code == 200
    second = bare.app.test_client()
    second.post("/start", base_url=ORIGIN, headers=HTML, data={"code": shown_code.shown(bare.box).lower()})
    assert bare.get("/start/way", second).status_code == 200
    assert bare.get("/start/way").status_code == 303


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"institution_code": "1319999998"}, "検証番号を含む10桁"),
        ({"institution_code": "１３１９"}, "検証番号を含む10桁"),
        ({"clinic_name": ""}, "医院の名前を"),
        ({"clinic_name": "み\x00どり"}, "医院の名前を"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    bare: Bare, changes: dict[str, str], said: str
) -> None:
    bare.let_in()
    page = bare.post("/start/clinic", **CLINIC | changes)
    assert (page.status_code, said in page.text) == (422, True)
    assert f'value="{(CLINIC | changes)["institution_code"]}"' in page.text
    assert (bare.made, bare.box.settings_file.exists(), bare.box.ledger_file.exists()) == ([], False, False)


def test_a_new_box_and_its_administrator_with_one_code(bare: Bare) -> None:
    bare.let_in()
    code = shown_code.shown(bare.box)
    done = bare.post("/start/clinic", **CLINIC)
    assert (done.status_code, "装置を設定しました" in done.text, bare.made) == (200, True, [True])
    settings = bare.box.load()
    assert (settings.institution_code, settings.clinic_name, settings.web_host) == (
        *CLINIC.values(),
        "127.0.0.1",
    )
    # Pressed twice, and whatever is opened until the process has ended.
    again = bare.post("/start/clinic", **CLINIC)
    assert ("装置を設定しました" in again.text, again.status_code) == (True, 200)
    assert "装置を設定しました" in bare.get("/desk").text
    # The box itself takes over, and the same browser goes on.
    with closing(Ledger.of(bare.box)) as ledger:
        box = create_app(bare.box, ledger, settings, utc_now).test_client()
        box.set_cookie(first.CODE_COOKIE, code, domain="localhost", secure=True)
        assert f'value="{code}"' in box.get("/start", base_url=ORIGIN, headers=HTML).text
        given = {"code": code, "name": "kanri", "password": "Mado-no-17-soto", "again": "Mado-no-17-soto"}
        assert box.post("/start", base_url=ORIGIN, headers=HTML, data=given).headers["Location"] == "/desk"
        assert not first_start.is_needed(ledger)
    assert shown_code.shown(bare.box) == ""


def test_a_box_in_the_place_of_a_dead_one(bare: Bare, other: Desk) -> None:
    accounts.add(other.ledger, "kanri", Role.ADMINISTRATOR, "a long enough password", other.now())
    waiting = other.offline()
    file = backup_of(other)
    bare.let_in()
    given = {"passphrase": PHRASE, "is_off": "1"}
    refused: list[tuple[dict[str, Any], str]] = [
        (given | {"is_off": "", "file": (io.BytesIO(file), "a.backup")}, "BACKUP-007"),
        (given, "BACKUP-001"),
        (given | {"file": (io.BytesIO(b"no backup"), "a.backup")}, "BACKUP-001"),
        (given | {"passphrase": "another phrase", "file": (io.BytesIO(file), "a.backup")}, "BACKUP-002"),
        (given | {"file": (io.BytesIO(file[:-1]), "a.backup")}, "BACKUP-003"),
    ]
    for fields, code in refused:
        page = bare.post("/start/backup", **fields)
        assert (page.status_code, f'data-code="{code}"' in page.text) == (422, True)
        assert (bare.made, bare.box.settings_file.exists(), bare.box.ledger_file.exists()) == (
            [],
            False,
            False,
        )
    done = bare.post("/start/backup", **given, file=(io.BytesIO(file), "a.backup"))
    assert (done.status_code, "バックアップから戻しました" in done.text, bare.made) == (200, True, [True])
    assert sorted(path.name for path in bare.box.root.glob(".*")) == []
    with closing(Ledger.of(bare.box)) as ledger:
        assert accounts.sign_in(ledger, "kanri", "a long enough password", utc_now())
        assert [one.id for one in checks.recent(ledger, 5)] == [waiting]
