"""災害時医療情報閲覧 from the ledger through the asker to the virtual center and back: found, opened, refused, never late."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from appliance.demo.center_client import RunningCenter
from appliance.eligibility import center_reading, disaster_reading
from appliance.eligibility.disaster import Consent, Keys, Kind, Way
from appliance.eligibility.disaster_reading import Match, RecordBody
from appliance.eligibility.trouble import Trouble
from appliance.ledger import conditions, disaster, disaster_forgetting, disaster_searches
from appliance.ledger.checks import CheckState
from appliance.ledger.conditions import Link, LinkState
from appliance.ledger.disaster_searches import NewSearch, Opening
from appliance.ledger.times import utc_now
from appliance.sync.disaster_lane import DisasterLane
from tests.demo.card_evidence import INSTITUTION
from tests.ledger.disaster_desk import on_disk, opened_mode
from tests.sync.center.clinic import Clinic

TARO = Keys(name="見本太郎", sex="1")
BORN = date(1980, 2, 17)


class Searcher:
    """A clinic with the mode on, whose searches are asked."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.mode_id = opened_mode(clinic.ledger, utc_now())

    def search(self, keys: Keys, way: Way = Way.IDENTITY, born: date = BORN) -> str:
        """Write a search down; its id."""
        search_id = disaster_searches.new_id()
        request = disaster_reading.search_request(
            way,
            keys,
            born,
            Consent.ORAL,
            institution_code=INSTITUTION,
            identifier=center_reading.identifier(search_id),
        )
        new = NewSearch(
            by="sensei",
            institution_code=INSTITUTION,
            way=way,
            keys=keys.used,
            consent=Consent.ORAL,
            request=request,
            id=search_id,
        )
        disaster_searches.search(self.clinic.ledger, new, utc_now())
        return search_id

    def check_id(self, search_id: str) -> str:
        found = disaster_searches.find(self.clinic.ledger, search_id)
        assert found is not None
        return found.check_id

    def found(self, search_id: str) -> tuple[Match, ...]:
        return disaster_reading.read_matches(self._answer(search_id, self.check_id(search_id)))

    def open(self, search_id: str, match: Match, kind: Kind) -> RecordBody:
        opening = Opening(
            id=disaster_searches.new_id(),
            search_id=search_id,
            place=0,
            kind=kind,
            made_at=utc_now(),
            check_id="",
        )
        request = disaster_reading.open_request(
            match.match_token or "",
            kind,
            institution_code=INSTITUTION,
            identifier=center_reading.identifier(opening.id),
        )
        disaster_searches.opened(self.clinic.ledger, opening, request, INSTITUTION, utc_now())
        made = disaster_searches.find_opening(self.clinic.ledger, opening.id)
        assert made is not None
        return disaster_reading.read_record(self._answer(search_id, made.check_id))

    def _answer(self, search_id: str, check_id: str) -> bytes:
        closed = (CheckState.ANSWERED, CheckState.REFUSED)
        self.clinic.until(lambda: self.clinic.check(check_id).state in closed)
        return disaster_searches.answer(self.clinic.ledger, search_id, self.clinic.check(check_id))


@pytest.fixture
def searcher(clinic: Clinic, center: RunningCenter) -> Iterator[Searcher]:
    center.ask("disaster", on=True, area="13")
    yield Searcher(clinic)
    center.ask("disaster", on=False)


@pytest.mark.parametrize(
    "keys",
    [
        TARO,
        Keys(name="ミホン　タロウ", sex="1"),
        Keys(name="みほん たろう", sex="1", address="架空県見本市"),
        Keys(name="見本　太郎", sex="1", address="中央一丁目１－１"),
    ],
)
def test_somebody_is_found_by_what_can_be_said_of_him(searcher: Searcher, keys: Keys) -> None:
    searcher.clinic.start_asker()
    (match,) = searcher.found(searcher.search(keys))
    assert (match.name, match.birthdate, match.sex) == ("見本　太郎", "19800217", "1")


@pytest.mark.parametrize(
    "keys",
    [
        Keys(name="見本", sex="1"),
        Keys(name="見本太郎", sex="2"),
        Keys(name="見本太郎", sex="1", address="別の県"),
    ],
)
def test_somebody_else_is_not(searcher: Searcher, keys: Keys) -> None:
    searcher.clinic.start_asker()
    assert searcher.found(searcher.search(keys)) == ()


def test_by_the_numbers_of_a_document_and_opened_kind_by_kind(searcher: Searcher) -> None:
    searcher.clinic.start_asker()
    numbers = Keys(insurer_number="06139992", symbol="架空12", number="3456", branch="00")
    search_id = searcher.search(numbers, Way.NUMBERS)
    (match,) = searcher.found(search_id)
    insurance = searcher.open(search_id, match, Kind.INSURANCE)
    (one,) = insurance.qualifications
    assert (one.insurer_number, one.insured_identification_number, one.insured_branch_number) == (
        "06139992",
        "3456",
        "00",
    )
    assert (insurance.drugs, insurance.checkups) == (None, None)
    drugs = searcher.open(search_id, match, Kind.DRUGS).drugs
    assert drugs is not None
    days = [day for month in drugs.me_tr_month_inf for day in month.di_date_infs]
    assert all(day.drug_infs and not day.me_tr_infs for day in days)
    treatments = searcher.open(search_id, match, Kind.TREATMENTS).drugs
    assert treatments is not None
    days = [day for month in treatments.me_tr_month_inf for day in month.di_date_infs]
    assert all(day.me_tr_infs and not day.drug_infs for day in days)
    assert treatments.cz_di_inf == ()
    checkups = searcher.open(search_id, match, Kind.CHECKUPS).checkups
    assert checkups is not None
    assert len(checkups.specific_health_checkup_info) == 5


def test_nothing_of_it_is_readable_in_the_ledger_or_owed_to_anybody(searcher: Searcher) -> None:
    searcher.clinic.start_asker()
    search_id = searcher.search(TARO)
    (match,) = searcher.found(search_id)
    searcher.open(search_id, match, Kind.DRUGS)
    disk = on_disk(searcher.clinic.box.root)
    for secret in ("見本", "19800217", "ミホン錠", match.match_token or "?"):
        assert secret.encode() not in disk, secret
    assert searcher.clinic.owed(searcher.check_id(search_id)) == []


@pytest.mark.parametrize("switch", [{"on": False}, {"on": True, "area": "17201"}])
def test_a_center_that_is_not_open_for_this_area_refuses_with_its_own_code(
    searcher: Searcher, switch: dict[str, Any]
) -> None:
    searcher.clinic.start_asker()
    search_id = searcher.search(TARO)
    (match,) = searcher.found(search_id)
    searcher.clinic.center.ask("disaster", **switch)
    with pytest.raises(Trouble, match=f"DISASTER-003.*{disaster_reading.CLOSED}"):
        searcher.found(searcher.search(TARO))
    with pytest.raises(Trouble, match="DISASTER-003"):
        searcher.open(search_id, match, Kind.DRUGS)


def test_a_token_of_another_day_opens_nothing(searcher: Searcher) -> None:
    searcher.clinic.start_asker()
    search_id = searcher.search(TARO)
    searcher.found(search_id)
    with pytest.raises(Trouble, match="DISASTER-005"):
        searcher.open(search_id, Match(match_token="0123"), Kind.DRUGS)


def test_a_search_during_an_outage_is_never_asked_later(searcher: Searcher, center: RunningCenter) -> None:
    center.fault("down")
    clinic = searcher.clinic
    clinic.start_asker()
    search_id, ordinary = searcher.search(TARO), clinic.by_numbers()
    check_id = searcher.check_id(search_id)
    clinic.until(lambda: clinic.check(check_id).state is not CheckState.RECEIVED)
    clinic.until_line(LinkState.DOWN, "LINE-001")
    center.heal()
    clinic.until_state(CheckState.ANSWERED, ordinary)
    clinic.until_state(CheckState.REFUSED, check_id)
    assert clinic.check(check_id).trouble_code == "DISASTER-004"
    assert center.counts(check_id)["asked"] == 0


def test_a_search_that_lay_for_a_minute_is_not_asked(searcher: Searcher) -> None:
    clinic = searcher.clinic
    check_id = searcher.check_id(searcher.search(TARO))
    before = clinic.check(check_id).received_at - timedelta(seconds=61)
    with clinic.ledger.write() as db:
        db.execute("UPDATE checks SET received_at = ? WHERE id = ?", [before.isoformat(), check_id])
    clinic.start_asker()
    clinic.until_state(CheckState.REFUSED, check_id)
    assert clinic.check(check_id).trouble_code == "DISASTER-004"
    assert clinic.center.counts(check_id)["asked"] == 0


def test_the_lane_ends_the_mode_by_the_clock_and_forgets(searcher: Searcher) -> None:
    clinic = searcher.clinic
    clinic.start_asker()
    search_id = searcher.search(TARO)
    searcher.found(search_id)
    clinic.stop_asker()
    DisasterLane(clinic.ledger, utc_now).turn()
    assert disaster.current(clinic.ledger, utc_now()) is not None
    DisasterLane(clinic.ledger, lambda: utc_now() + timedelta(days=7)).turn()
    assert disaster.current(clinic.ledger, utc_now()) is None
    assert clinic.results(searcher.check_id(search_id)) == 0
    assert not (clinic.box.root / "ledger.db-wal").read_bytes()


def test_the_lane_empties_the_log_of_what_a_page_has_forgotten(searcher: Searcher) -> None:
    clinic = searcher.clinic
    log = clinic.box.root / "ledger.db-wal"
    lane = DisasterLane(clinic.ledger, utc_now)
    searcher.search(TARO)
    lane.turn()
    assert not log.read_bytes()
    disaster.end(clinic.ledger, searcher.mode_id, "kanri", utc_now())
    disaster_forgetting.forget_due(clinic.ledger, utc_now())
    assert log.read_bytes()
    lane.turn()
    assert not log.read_bytes()
    conditions.note(clinic.ledger, Link.CENTER, LinkState.DOWN, "LINE-001", utc_now())
    lane.turn()
    assert log.read_bytes()  # of no concern to it


def test_a_running_lane_withdraws_what_nobody_asks(searcher: Searcher) -> None:
    clinic = searcher.clinic
    check_id = searcher.check_id(searcher.search(TARO))
    lane = DisasterLane(clinic.ledger, lambda: utc_now() + timedelta(seconds=61))
    lane.start()
    try:
        clinic.until_state(CheckState.WITHDRAWN, check_id)
    finally:
        lane.stop()
