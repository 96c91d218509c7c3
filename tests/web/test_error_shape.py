"""Every error has one shape: the same five things for programs, the same words for people."""

import io
import logging
from typing import Any

import pytest

from appliance.eligibility.catalogue import CATALOGUE, Fault
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks
from appliance.ledger.database import Ledger
from appliance.web.errors import status_of
from tests.web.desk_world import ORIGIN, Client, Desk

JSON = {"Accept": "application/json"}


def shape_of(answer: Any) -> dict[str, Any]:
    assert answer.mimetype == "application/json"
    assert set(answer.json) == {"error"}
    error: dict[str, Any] = answer.json["error"]
    assert set(error) == {"code", "title", "advice", "fault", "retryable"}
    entry = CATALOGUE[error["code"]]
    assert (error["title"], error["advice"]) == (entry.title, entry.reception)
    assert Fault(error["fault"]) is entry.fault
    assert error["retryable"] is entry.retryable
    return error


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "INPUT-005"),
        ("GET", "/reception/checks/0", 404, "INPUT-005"),
        ("GET", "/reception/manual?from=0", 404, "INPUT-005"),
        ("POST", "/reception/checks/0/seen", 404, "INPUT-005"),
        ("DELETE", "/reception/manual", 405, "INPUT-005"),
        ("POST", "/reception/manual", 422, "INPUT-001"),
    ],
)
def test_errors_for_programs(client: Client, method: str, path: str, status: int, code: str) -> None:
    headers = JSON | {"X-CSRF-Token": client.csrf}
    answer: Any = client.flask.open(path, method=method, base_url=ORIGIN, headers=headers)
    assert answer.status_code == status
    if path == "/reception/manual" and method == "POST":
        assert answer.json["error"]["code"] == code
    else:
        assert shape_of(answer)["code"] == code


def test_a_person_reads_the_same_words(client: Client) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    entry = CATALOGUE["INPUT-005"]
    for text in (entry.title, entry.reception, entry.code, "入力内容"):
        assert text in answer.text


def test_a_request_too_large_is_refused_in_the_shape(client: Client) -> None:
    answer = client.post("/reception/manual", {"number": "1" * 100_000})
    assert (answer.status_code, shape_of(answer)["code"]) == (413, "INPUT-001")


@pytest.mark.parametrize("headers", [JSON, {"Accept": "text/html"}])
def test_an_unforeseen_error_tells_nothing_of_the_inside(
    desk: Desk,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    headers: dict[str, str],
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("山田太郎 at /var/lib")

    monkeypatch.setattr(checks, "find", broken)
    with caplog.at_level(logging.DEBUG):
        answer = client.get(f"/reception/checks/{'0' * 32}/", **headers)
        answer = client.get(f"/reception/checks/{'0' * 32}", **headers)
    assert answer.status_code == 500
    assert "BOX-005" in answer.text
    for secret in ("山田太郎", "RuntimeError", "Traceback", "/var/lib"):
        assert secret not in answer.text
    assert "RuntimeError" in caplog.text
    assert "山田太郎" not in caplog.text


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_code_has_a_status_that_is_an_error(code: str) -> None:
    assert 400 <= status_of(Trouble(code)) < 600


def test_a_full_disk_is_called_by_its_name(
    client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_id = desk.typed()
    monkeypatch.setattr(checks, "find", lambda ledger, _: fill(ledger))
    answer = client.get(f"/reception/checks/{check_id}", **JSON)
    assert (answer.status_code, shape_of(answer)["code"]) == (503, "BOX-004")


def fill(ledger: Ledger) -> None:
    with ledger.write() as db:
        db.execute("PRAGMA max_page_count = 1")
        db.execute("CREATE TABLE filler AS SELECT zeroblob(100000) AS filling")


def test_a_host_name_that_is_none_is_refused_in_the_same_shape(client: Client) -> None:
    answer = client.get("/sign-in", Host="a" * 300, Accept="text/html")
    assert (answer.status_code, shape_of(answer)["code"]) == (400, "INPUT-001")


def test_a_client_that_breaks_off_in_what_it_sends_is_no_fault_of_the_box(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

        def readinto(self, _into: Any, /) -> int:
            raise ConnectionResetError

    answer = client.flask.post(
        "/reception/desk",
        base_url=ORIGIN,
        input_stream=Broken(),
        environ_overrides={"CONTENT_LENGTH": "100"},
        content_type="application/x-www-form-urlencoded",
        headers=JSON | {"X-CSRF-Token": client.csrf},
    )
    assert answer.status_code == 400
    assert shape_of(answer)["code"] == "INPUT-001"
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
