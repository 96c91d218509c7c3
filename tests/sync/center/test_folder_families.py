"""Every family of requests, from req/ through the center to res/."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.demo.center_client import RunningCenter
from appliance.eligibility.message import Block
from appliance.eligibility.message_xml import Encoding, read_as, write
from appliance.eligibility.request_families import FOLDER_FAMILIES, Family
from appliance.eligibility.visit import NO_CONSENTS
from appliance.ledger import board, checks, consumers
from appliance.ledger.checks import CheckState
from appliance.ledger.consumers import ConsumerKind, FolderTerms
from appliance.ledger.times import clinic_day, utc_now
from appliance.sync.folder_lane import FolderLane
from tests.sync import family_requests as asking
from tests.sync.center.clinic import Clinic
from tests.sync.center.conftest import ClinicMaker


class Site:
    """A clinic whose folder lane and asker are at work."""

    def __init__(self, clinic: Clinic, center: RunningCenter) -> None:
        self.clinic = clinic
        self.center = center
        self.root = clinic.box.folder_root(clinic.settings)
        self._lane = FolderLane(clinic.box, clinic.settings, clinic.ledger, utc_now)
        clinic.start_asker()
        self._lane.start()
        clinic.until((self.root / ".madoguchi-tmp").exists)

    def ask(self, family: Family, message: Block, suffix: str, encoding: Encoding = Encoding.UTF_8) -> Any:
        """Drop a request; the message that answers it."""
        self.drop(family, write(message, encoding), suffix)
        return self.answer(family, suffix)

    def drop(self, family: Family, data: bytes, suffix: str, root: Path | None = None) -> None:
        """Put a request into req/."""
        requests = (root or self.root) / "req"
        (requests / "new.tmp").write_bytes(data)
        (requests / "new.tmp").rename(requests / f"{family}req_{suffix}.xml")

    def answer(self, family: Family, suffix: str) -> Any:
        path = self.root / "res" / f"{family}res_{suffix}.xml"
        self.clinic.until(path.exists)
        return read_as(family.result, path.read_bytes())

    def close(self) -> None:
        self._lane.stop()


@pytest.fixture
def site(make_clinic: ClinicMaker, center: RunningCenter) -> Iterator[Site]:
    """A site with one folder; its center's bulk jobs are done at once."""
    clinic = make_clinic(folder_settle=0.0)
    consumers.add(clinic.ledger, "receipt", ConsumerKind.FOLDER, utc_now())
    center.ask("bulk-delay", seconds=0)
    made = Site(clinic, center)
    yield made
    made.close()


def test_every_family_is_answered_under_its_name_and_only_singles_are_patients(site: Site) -> None:
    """FO-003, FO-010, FO-020."""
    asked = sorted(FOLDER_FAMILIES)
    for number, family in enumerate(asked):
        encoding = list(Encoding)[number % 2]
        site.drop(family, asking.sample(family, encoding), f"2026112200{number:02d}")
    for number, family in enumerate(asked):
        answer = site.answer(family, f"2026112200{number:02d}")
        expected = "9" if family.is_fetch else answer.message_header.segment_of_result
        assert answer.message_header.segment_of_result == expected
    ledger = site.clinic.ledger
    assert {check.family for check in checks.recent(ledger, 99)} == FOLDER_FAMILIES
    assert {check.family for check in board.on_board(ledger, clinic_day(utc_now()))} == {Family.SINGLE}
    assert {check.family for check in checks.changed_since(ledger, 0)} == {Family.SINGLE}


def test_only_single_results_go_to_mqtt(site: Site) -> None:
    site.ask(Family.SINGLE, asking.single("p01"), "1")
    site.ask(Family.BULK, asking.bulk("p01"), "2")
    owed = {check.family: site.clinic.owed(check.id) for check in checks.recent(site.clinic.ledger, 9)}
    assert owed == {Family.SINGLE: ["emr", "receipt"], Family.BULK: ["receipt"]}


def test_a_bulk_job_in_four_steps(site: Site) -> None:
    """FO-020."""
    site.center.ask("bulk-delay", seconds=3600)
    slow = site.ask(Family.BULK, asking.bulk("p01"), "1").message_body.reception_number
    site.center.ask("bulk-delay", seconds=0)
    quick = site.ask(Family.BULK, asking.bulk("p02", "p04"), "2").message_body.reception_number
    assert slow != quick
    still = site.ask(Family.BULK_FETCH, asking.fetch(slow), "3")
    assert still.message_header.segment_of_result == "2"
    assert still.message_body.bulk_confirm_unit == ()
    done = site.ask(Family.BULK_FETCH, asking.fetch(quick), "4")
    header, units = done.message_header, done.message_body.bulk_confirm_unit
    assert (header.segment_of_result, header.reception_number) == ("1", quick)
    assert (header.number_of_processing_result, header.number_of_error) == ("2", "0")
    assert [unit.qualification_confirm_search_info.arbitrary_identifier for unit in units] == [
        "p02_1",
        "p04_1",
    ]
    assert [unit.qualification_validity for unit in units] == ["1", "2"]
    (one,) = units[0].result_of_qualification_confirmation
    assert one.limit_application_certificate_related_info is None
    again = site.ask(Family.BULK_FETCH, asking.fetch(slow), "5")
    assert again.message_header.segment_of_result == "2"


def test_a_registered_number_comes_back_in_results(site: Site) -> None:
    taken = site.ask(Family.REFERENCE, asking.registration("000999", "p03"), "1")
    assert taken.message_body.processing_result_status == "1"
    refused = site.ask(Family.REFERENCE, asking.registration("9" * 51, "p03"), "2")
    assert refused.message_body.processing_result_status == "2"
    (result,) = site.ask(Family.SINGLE, asking.single("p03"), "3").message_body.result_list
    assert result.reference_number == "000999"


def test_many_numbers_at_once(site: Site) -> None:
    number = site.ask(
        Family.REFERENCES, asking.registration("000888", "p02"), "1"
    ).message_body.reception_number
    result = site.ask(Family.REFERENCES_FETCH, asking.fetch(number), "2")
    (unit,) = result.message_body.bulk_confirm_unit
    assert (unit.processing_result_status, unit.reference_number) == ("1", "000888")


@pytest.mark.parametrize(
    ("asked", "fetched", "message", "persons"),
    [
        (Family.TICKETS, Family.TICKETS_FETCH, asking.tickets(f"{clinic_day(utc_now()):%Y%m}"), None),
        (Family.HOME, Family.HOME_FETCH, asking.consents("2"), 3),
        (Family.ONLINE, Family.ONLINE_FETCH, asking.consents("3"), 3),
    ],
)
def test_tickets_home_and_online(
    site: Site, asked: Family, fetched: Family, message: Block, persons: int | None
) -> None:
    number = site.ask(asked, message, "1").message_body.reception_number
    units = site.ask(fetched, asking.fetch(number), "2").message_body.bulk_confirm_unit
    results = [one for unit in units for one in unit.result_of_qualification_confirmation]
    if persons is None:
        assert results
        assert all(one.public_expense_result_list for one in results)
    else:
        assert len(results) >= persons
        assert results[0].pharmacists_info_cons_flg == "1"
        assert results[-1].pharmacists_info_cons_flg == "2"


def test_medical_information_needs_a_card_check_with_consent(site: Site) -> None:
    before = site.ask(Family.DRUGS, asking.drugs("p14"), "1")
    assert before.message_header.result_code == "9"
    assert "同意" in before.message_header.message_contents
    card = site.clinic.by_card("p14")
    site.clinic.until_state(CheckState.ANSWERED, card)
    drugs = site.ask(Family.DRUGS, asking.drugs("p14"), "2")
    assert drugs.message_header.result_code == "1"
    months = drugs.message_body.me_tr_month_inf
    assert len({one.me_tr_month for one in months}) > 30
    assert months[0].di_date_infs[0].me_tr_infs
    plain = site.ask(Family.DRUGS, asking.drugs("p14", category="2"), "3")
    assert not plain.message_body.me_tr_month_inf[0].di_date_infs[0].me_tr_infs
    checkups = site.ask(Family.CHECKUPS, asking.checkups("p14"), "4")
    assert len(checkups.message_body.specific_health_checkup_info) == 5
    withdrawn = site.clinic.by_card("p14", NO_CONSENTS)
    site.clinic.until_state(CheckState.ANSWERED, withdrawn)
    assert site.ask(Family.CHECKUPS, asking.checkups("p14"), "5").message_header.result_code == "9"


def test_a_pdf_that_the_center_has_not_is_refused_with_its_code(site: Site) -> None:
    answer = site.ask(Family.DRUGS, asking.drugs("p01", category="1"), "1")
    assert (answer.message_header.segment_of_result, answer.message_header.error_code) == ("9", "DEMO0010E")
    (check,) = checks.recent(site.clinic.ledger, 9)
    assert (check.state, check.trouble_code) == (CheckState.REFUSED, "CENTER-004")


def test_each_folder_gets_its_own_answers_and_all_get_cards(site: Site, tmp_path: Path) -> None:
    """FO-021."""
    ledger = site.clinic.ledger
    second = FolderTerms(root=str(tmp_path / "second"))
    consumers.put(ledger, "second", ConsumerKind.FOLDER, second, utc_now())
    site.clinic.until((tmp_path / "second" / ".madoguchi-tmp").exists)
    site.drop(Family.SINGLE, asking.sample(Family.SINGLE), "same", tmp_path / "second")
    site.drop(Family.SINGLE, write(asking.single("p02")), "same")
    names = {"OQSsiquc01res_same.xml"}
    for root, name in ((site.root, "見本　花子"), (tmp_path / "second", "見本　太郎")):
        site.clinic.until((root / "res" / "OQSsiquc01res_same.xml").exists)
        assert {path.name for path in (root / "res").iterdir()} == names
        assert f"<Name>{name}</Name>" in (root / "res" / "OQSsiquc01res_same.xml").read_text("utf-8")
    card = site.clinic.by_card("p01")
    site.clinic.until(lambda: sorted(site.clinic.owed(card)) == ["emr", "receipt", "second"])
    for root in (site.root, tmp_path / "second"):
        site.clinic.until(lambda root=root: len(list((root / "face").iterdir())) == 1)  # type: ignore[misc]
    assert consumers.remove(ledger, "second")
    late = site.clinic.by_card("p02")
    site.clinic.until_state(CheckState.ANSWERED, late)
    assert sorted(site.clinic.owed(late)) == ["emr", "receipt"]
