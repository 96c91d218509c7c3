"""対応中: one check a page, and it ends by itself."""

import pytest

from appliance.eligibility.trouble import Trouble
from appliance.ledger import attending
from appliance.ledger.attending import LEASE, MOST_PAGES, Attended
from appliance.ledger.bell import Topic
from appliance.ledger.database import Ledger
from appliance.settings import Box
from tests.ledger.desk import NOW, after, opened

ONE, OTHER = "1" * 32, "2" * 32


def test_a_page_has_one_check_before_it_and_two_pages_may_have_the_same(ledger: Ledger) -> None:
    first, second = opened(ledger, 2)
    attending.attend(ledger, ONE, first, "受付1", NOW)
    attending.attend(ledger, OTHER, first, "受付2", NOW)
    assert attending.current(ledger, NOW) == (Attended(first, ONE, "受付1"), Attended(first, OTHER, "受付2"))
    attending.attend(ledger, ONE, second, "受付1", after(1))
    assert {(one.check_id, one.page) for one in attending.current(ledger, after(1))} == {
        (first, OTHER),
        (second, ONE),
    }
    attending.leave(ledger, ONE)
    assert [one.page for one in attending.current(ledger, after(1))] == [OTHER]


def test_a_page_that_says_no_more_is_forgotten_also_by_another_process_and_a_clock_set_back(
    ledger: Ledger, box: Box
) -> None:
    (check_id,) = opened(ledger)
    attending.attend(ledger, ONE, check_id, "受付1", NOW)
    reopened = Ledger.of(box)
    assert [one.page for one in attending.current(reopened, after(59))] == [ONE]
    attending.attend(reopened, ONE, check_id, "受付1", after(59))
    assert [one.page for one in attending.current(reopened, NOW + LEASE)] == [ONE]
    assert attending.current(reopened, after(59) + LEASE) == ()
    assert attending.current(reopened, after(-3600)) == ()
    reopened.close()


def test_only_news_wake_the_pages(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    with ledger.listen(Topic.DESKS) as ear:
        attending.attend(ledger, ONE, check_id, "受付1", NOW)
        assert ear.wait(0) == Topic.DESKS
        attending.attend(ledger, ONE, check_id, "受付1", after(20))
        assert ear.wait(0) == Topic(0)
        attending.leave(ledger, ONE)
        assert ear.wait(0) == Topic.DESKS
        attending.leave(ledger, ONE)
        assert ear.wait(0) == Topic(0)


def test_pages_are_bounded_in_name_and_number(ledger: Ledger) -> None:
    (check_id,) = opened(ledger)
    with pytest.raises(Trouble, match="INPUT-001"):
        attending.attend(ledger, "' OR 1", check_id, "受付1", NOW)
    for number in range(MOST_PAGES + 3):
        attending.attend(ledger, f"{number:032x}", check_id, "受付1", after(number / 10))
    rows = ledger.read.execute("SELECT count(*) FROM attending").fetchone()
    assert rows[0] == MOST_PAGES
