"""The page of retention: every rule with its term, what was removed, and whether it is gone."""

from datetime import timedelta

import pytest

from appliance.eligibility.retention import rules
from appliance.ledger.accounts import Role
from appliance.ledger.retention import applying, clock, rewriting
from appliance.ledger.times import utc_now
from tests.web.desk_world import Desk, client_of

PAGE = "/desk/retention"


def test_every_rule_stands_there_and_what_was_removed(desk: Desk) -> None:
    keeper = client_of(desk, Role.MAINTENANCE)
    page = keeper.get(PAGE).text
    assert all(f'data-rule="{rule.id}"' in page for rule in rules())
    assert "受付の日から5年（1827日）" in page
    assert "まだ何も消していません" in page
    desk.shift = timedelta(days=-2500)
    desk.person("p01")
    desk.shift = timedelta()
    applying.apply(desk.ledger, applying.days_of(desk.settings), utc_now())
    page = keeper.get(PAGE).text
    assert 'data-emptied="false"' in page
    assert "これまでに 1件" in page
    assert rewriting.clean(desk.ledger, utc_now())
    page = keeper.get(PAGE).text
    assert 'data-emptied="true"' in page
    assert "ファイル全体を書き直しました" in page
    assert "残す期間を過ぎたものを消した" in client_of(desk, Role.ADMINISTRATOR).get("/desk/audit").text


def test_it_says_when_the_clock_is_in_doubt(desk: Desk) -> None:
    clock.is_believed(desk.ledger, desk.now() - timedelta(days=400))
    clock.is_believed(desk.ledger, desk.now())
    assert "いまは消していません" in client_of(desk, Role.ADMINISTRATOR).get(PAGE).text


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CLINICIAN])
def test_it_is_for_those_who_keep_the_box(desk: Desk, role: Role) -> None:
    assert client_of(desk, role).get(PAGE).status_code == 403
