"""Answers are packed for whoever takes it so, and are the same answers."""

import gzip
from typing import Any

import pytest

from appliance.web.packing import LEAST
from tests.web.desk_world import HTML, ORIGIN, Client, Desk

PACKED = {"Accept-Encoding": "gzip"}


def get(client: Client, path: str, **headers: str) -> Any:
    """The whole answer; a file's is closed, as a server does."""
    answer = client.get(path, **headers)
    answer.get_data()
    answer.close()
    return answer


def test_a_page_and_its_files_are_packed_and_the_same(desk: Desk, client: Client) -> None:
    desk.person("p01")
    for path in ("/help/troubles", "/reception/static/board.css", "/reception/static/board.js"):
        plain = get(client, path)
        packed = get(client, path, **PACKED, **HTML)
        assert packed.content_encoding == "gzip"
        assert gzip.decompress(packed.get_data()) == plain.get_data()
        assert int(packed.headers["Content-Length"]) == len(packed.get_data()) < len(plain.get_data()) / 2
        assert plain.content_encoding is None
        assert "Accept-Encoding" in plain.vary
        assert "Accept-Encoding" in packed.vary


def test_what_is_small_or_no_text_goes_as_it_is(desk: Desk, client: Client) -> None:
    for path in ("/helping/alarm", "/reception/alive"):
        answer = get(client, path, **PACKED)
        assert answer.content_encoding is None
        assert len(answer.get_data()) < LEAST
    events = get(client, "/reception/events?once=1&after=0", **PACKED)
    assert events.content_encoding is None
    assert b"event: day" in events.get_data()


def test_a_browser_that_wants_none_of_it_gets_none(client: Client) -> None:
    answer = get(client, "/help/troubles", **{"Accept-Encoding": "gzip;q=0, br"}, **HTML)
    assert answer.content_encoding is None


@pytest.mark.parametrize(
    ("site", "encoding"),
    [("same-origin", "gzip"), ("none", "gzip"), ("same-site", None), ("cross-site", None)],
)
def test_what_another_page_makes_a_browser_ask_for_is_not_packed(
    client: Client, site: str, encoding: str | None
) -> None:
    """Its length would tell what is in it: another machine of the clinic's domain comes with the sign-in."""
    answer = get(client, "/help/troubles", **PACKED, **HTML, **{"Sec-Fetch-Site": site})
    assert answer.status_code == 200
    assert answer.content_encoding == encoding


def test_a_file_that_a_browser_has_is_not_sent_again(client: Client) -> None:
    path = "/reception/static/board.css"
    first = get(client, path, **PACKED)
    again = get(client, path, **PACKED, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert first.headers["ETag"].startswith("W/")


def test_an_error_keeps_its_status(client: Client) -> None:
    refused = client.flask.get("/bulk/nothing", base_url=ORIGIN, headers=HTML | PACKED)
    assert refused.status_code == 404
    assert "INPUT-005" in refused.text
