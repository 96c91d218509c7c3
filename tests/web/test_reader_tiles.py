"""A reader's tile while the box tries to bring the reader back, and after a test that found something."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.eligibility.reader_recovery import Rung
from appliance.eligibility.visit import PHONE_WAYS, Phase
from appliance.ledger import reader_tests, readers
from appliance.ledger.database import Ledger
from appliance.ledger.readers import Manner
from appliance.ledger.times import utc_now
from appliance.settings import Box
from appliance.web.reception.states import Tone
from appliance.web.reception.tiles import reader_tiles


@pytest.fixture
def ledger(box_dir: Path) -> Iterator[Ledger]:
    box = Box(box_dir)
    box.create()
    ledger = Ledger.of(box)
    readers.adopt(ledger, "first", utc_now())
    readers.show(ledger, "first", utc_now(), phase=Phase.IDLE)
    yield ledger
    ledger.close()


def test_each_rung_is_a_word_and_the_last_one_says_what_to_do(ledger: Ledger) -> None:
    (tile,) = reader_tiles(ledger, {})
    assert (tile.recovery, tile.trouble) == ("", None)
    words = set()
    for rung in list(Rung)[1:]:
        readers.show_recovery(ledger, "first", rung, utc_now())
        (tile,) = reader_tiles(ledger, {})
        words.add(tile.recovery)
        assert (tile.trouble is not None) is (rung is Rung.PERSON)
    assert len(words - {""}) == 4
    assert tile.tone is Tone.STOP


def test_only_a_test_that_found_something_is_shown(ledger: Ledger) -> None:
    reader_tests.note(ledger, "first", (), utc_now())
    assert reader_tiles(ledger, {})[0].tested == ""
    reader_tests.note(ledger, "first", ("READER-001",), utc_now())
    assert reader_tiles(ledger, {})[0].tested.endswith("の点検: カードリーダーが見つかりません")


def test_a_reader_for_phones_says_whose_and_has_no_visit_to_help_with(ledger: Ledger) -> None:
    readers.adopt(ledger, "second", utc_now())
    readers.read_phones_for(ledger, "2", "1")
    readers.show(ledger, "second", utc_now(), phase=Phase.IDLE)
    manner = Manner(ways=PHONE_WAYS, phone=True)
    readers.show(ledger, "first", utc_now(), phase=Phase.PHONE, visit="v", manner=manner)
    first, second = reader_tiles(ledger, {})
    assert (first.word, first.has_visits) == ("スマートフォンを待っています", True)
    assert (second.word, second.has_visits) == ("窓口1のスマートフォン用", False)
    readers.show(ledger, "first", utc_now(), phase=Phase.DONE, visit="v", manner=manner)
    assert "カード" not in reader_tiles(ledger, {})[0].word
