"""What the stories are watched with finds everything that is a person's, wherever it was let out."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from appliance.demo.people import person
from appliance.ledger import audit
from appliance.ledger.database import Ledger
from appliance.ledger.times import utc_now
from appliance.settings import Box, Settings
from tests.stories import leaks
from tests.stories.identifiers import Identifiers
from tests.stories.leaks import Watch

HANAKO = person("p02")


@pytest.mark.parametrize(
    "said",
    [
        "見本　花子",
        "見本 花子さん",
        "見本花子",
        "ﾐﾎﾝ ﾊﾅｺ",
        "ミホン ハナコ",
        "ミホン　ハナコ",
        "/x?born=1979-03-05",
        "born 19790305.",
        "昭和54年3月5日生まれ",
        "s540305",
        "架空県見本市中央一丁目1-1",
        "insurer=06139992&",
        "架空１２",
        "PIN 1234 typed",
        f"b={HANAKO.verification_number_b}",
        "999999999999",
        "correct horse",
    ],
)
def test_it_knows_every_spelling(said: str) -> None:
    assert Identifiers({"the password of kanri": "correct horse"}).found_in(said) != []


@pytest.mark.parametrize(
    "said",
    [
        "見本クリニック（デモ）",
        "2026-11-29T12:34:56 INFO",
        "127.0.0.1:1234",
        "119790305",
        "web.log:1234",
        "0a061399925f",
        "",
    ],
)
def test_and_takes_nothing_else_for_a_person(said: str) -> None:
    assert Identifiers({"nothing": ""}).found_in(said) == []


@pytest.fixture
def box(box_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    """A box as a demo leaves it, without processes; nobody listens at a broker."""
    made = Box(box_dir)
    made.create()
    made.save(Settings(institution_code="1319999999"))
    (box_dir / "demo.json").write_text('{"accounts": [], "mqtt": {"password": "emr password"}}', "utf-8")
    Ledger.of(made).close()
    monkeypatch.setattr(Watch, "_listening", lambda _watch: Client(CallbackAPIVersion.VERSION2))
    yield made
    leaks.URLS.clear()


def test_it_looks_everywhere(box: Box) -> None:
    watch = Watch(box.root)
    (box.log_dir / "web.log").write_text(f"asked for {HANAKO.name}\n", "utf-8")
    (box.root / f"{HANAKO.birthdate:%Y%m%d}.tmp").touch()
    (box.root / "folder" / "req").mkdir(parents=True, exist_ok=True)
    (box.root / "folder" / "req" / "OQSsiquc01req_19790305.xml").touch()
    leaks.URLS.add("https://localhost/?born=1979-03-05")
    with contextlib.closing(Ledger.of(box)) as ledger:
        audit.write(ledger, "uketsuke", "search", "ﾐﾎﾝ ﾊﾅｺ", utc_now())
    found = watch.findings("the EMR's password is emr password")
    assert [one.removeprefix(f"{box.root}/") for one in found] == [
        "what the command printed: the EMR's password",
        "file names: the birth date of p02",
        "addresses: the birth date of p02",
        "the audit trail: the kana of p02",
        "log/web.log: the name of p02",
    ]


def test_it_finds_a_core_dump(box: Box) -> None:
    watch = Watch(box.root)
    (box.root / "core.4711").touch()
    with pytest.raises(AssertionError, match="core dump"):
        watch.look()
