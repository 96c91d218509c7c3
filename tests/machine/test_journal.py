"""What of the journal leaves the box: enough to see what went wrong, and nothing that is a person's, whoever wrote the line."""

import json

import pytest

from appliance.demo.people import people
from appliance.eligibility.catalogue import CATALOGUE
from appliance.machine import journal
from tests.stories.identifiers import Identifiers, texts_of


def entry(message: object, unit: str = "madoguchi-web.service") -> str:
    return json.dumps({"__REALTIME_TIMESTAMP": "1795996800123456", "_SYSTEMD_UNIT": unit, "MESSAGE": message})


@pytest.mark.parametrize(
    "form",
    [
        "2026-11-29T12:34:56 ERROR appliance.web.errors: asked for {}",
        "{}",
        "GET /x?who={} HTTP/1.1",
        "ValueError: invalid literal for int() with base 10: '{}'",
        '  File "/opt/x.py", line 3, in read: ({}), ok',
        "who={};",
    ],
)
def test_no_line_lets_a_person_out_whoever_wrote_it(form: str) -> None:
    told = [text for person in people() for text in texts_of(person)]
    assert len(told) > 300
    entries = "\n".join(entry(form.replace("{}", text)) for text in told)
    assert Identifiers({}).found_in("\n".join(journal.told(entries.encode()))) == []


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-29T12:34:56 WARNING appliance.sync.line.watching: LINE-001 after 12 s",
        f"2026-11-29T12:34:56 ERROR appliance.web.errors: BOX-005 {CATALOGUE['BOX-005'].title}",
        'File "/opt/madoguchi/lib/python3.11/site-packages/appliance/ledger/bell.py", line 98, in ring',
        "Started madoguchi-web.service - madoguchi: pages.",
        "madoguchi-web.service: Main process exited, code=exited, status=1/FAILURE",
        "New connection from 192.168.1.20:51544 on port 883.",
        "check 0f3b0c3e-9f0e-4a58-9a3b-0123456789ab waits",
    ],
)
def test_what_tells_an_engineer_something_stays(line: str) -> None:
    assert list(journal.told(entry(line).encode())) == [f"2026-11-30T00:00:00Z madoguchi-web.service {line}"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Client Yamada Hanako disconnected.", "Client *** *** disconnected."),
        ("could not open /srv/Yamada.pdf", "could not open ***"),
        ("user=Hanako", "***"),
        ("pin 12 34 is wrong", "pin *** is wrong"),
        ("sent 31 32 33 34 to card", "sent *** to card"),
        ("person 123 456 789 012", "person ***"),
        ("person 123.456.789.012", "person ***"),
        ("BOX-005 昭和 55 年 2 月 17 日", "BOX-005 *** *** *** *** *** *** ***"),
        ("Client pos 3 of 12 is ready", "Client pos 3 of 12 is ready"),
    ],
)
def test_names_with_capitals_and_numbers_in_pieces_do_not_stay(line: str, told: str) -> None:
    assert journal.safe(line) == told


def test_of_an_exception_its_kind_stays() -> None:
    assert (
        journal.safe("sqlite3.OperationalError: near 'Hanako': syntax error")
        == "sqlite3.OperationalError ***"
    )


def test_what_is_no_entry_is_passed_over_and_bytes_are_read() -> None:
    odd = [
        "",
        "no json",
        "[]",
        '{"MESSAGE": "no time"}',
        entry([104, 105, 0, 999, "x"]),
        entry(None),
        entry("one\ntwo\x1b[2J"),
    ]
    said = [line.split(" ", 2)[2] for line in journal.told("\n".join(odd).encode())]
    assert said == ["***", "one", "***"]


def test_a_long_line_is_cut() -> None:
    assert len(journal.safe("word " * 1000)) == journal.LONGEST
