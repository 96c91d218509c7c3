"""What a レセコン asks through the box's own folder goes through a terminal too, whatever it asks."""

from appliance.eligibility import message_bulk as bulk
from appliance.eligibility import message_medical as medical
from appliance.eligibility import message_xml
from appliance.eligibility.message import RequestHeader
from appliance.eligibility.request_families import Family
from appliance.ledger import consumers
from appliance.ledger.checks import CheckState, Origin
from tests.sync.station import INSTITUTION
from tests.sync.terminal.conftest import GuestMaker
from tests.sync.terminal.guest import FIRST, NINE, SECOND, Guest

BULK = message_xml.write(
    bulk.BulkRequestMessage(
        message_header=RequestHeader(medical_institution_code=INSTITUTION, arbitrary_file_identifier="NIGHT"),
        message_body=bulk.BulkRequestBody(
            qualification_confirm_search_info=(bulk.BulkSearchInfo(insurer_number="06139998"),)
        ),
    )
)
FETCH = message_xml.write(
    bulk.FetchMessage(message_body=bulk.FetchBody(reception_number="R0000001")),
)
DRUGS = message_xml.write(
    medical.DrugRequestMessage(message_body=medical.DrugRequestBody(file_category="1")),
)
RECEIPT = b"<XmlMsg><MessageHeader><ArbitraryFileIdentifier>NIGHT</ArbitraryFileIdentifier></MessageHeader><MessageBody><ReceptionNumber>R0000001</ReceptionNumber></MessageBody></XmlMsg>"
STILL = b"<XmlMsg><MessageHeader><ReceptionNumber>R0000001</ReceptionNumber><SegmentOfResult>2</SegmentOfResult></MessageHeader></XmlMsg>"


def from_folder(guest: Guest, family: Family, data: bytes) -> str:
    consumers.add(guest.ledger, "receipt", consumers.ConsumerKind.FOLDER, NINE)
    return guest.by_numbers(
        origin=Origin.FOLDER, asked_by="receipt", source_name="1", family=family, request_xml=data
    )


def pick_up(guest: Guest, name: str) -> bytes:
    path = guest.folders / "req" / name
    guest.until(path.exists)
    data = path.read_bytes()
    path.unlink()
    return data


def test_a_bulk_job_is_handed_in_and_fetched(guest: Guest) -> None:
    job = from_folder(guest, Family.BULK, BULK)
    guest.start()
    assert pick_up(guest, f"OQSmuquc01req_{FIRST}.xml") == BULK
    guest.put(f"OQSmuquc01res_{FIRST}.xml", RECEIPT)
    guest.until_state(CheckState.ANSWERED, job)
    fetch = from_folder(guest, Family.BULK_FETCH, FETCH)
    assert pick_up(guest, f"OQSmuquc02req_{SECOND}.xml") == FETCH
    guest.put(f"OQSmuquc02res_{SECOND}.xml", STILL)
    guest.until_state(CheckState.ANSWERED, fetch)
    assert guest.check(fetch).result_xml == STILL, "still processing is an answer: the sender fetches again"
    assert guest.owed(job) == guest.owed(fetch) == ["receipt"]
    guest.until(lambda: guest.names("res") == [])


def test_drugs_come_as_pdf_and_what_was_not_read_stays(guest: Guest) -> None:
    check_id = from_folder(guest, Family.DRUGS, DRUGS)
    guest.start()
    pick_up(guest, f"YZKsiquc01req_{FIRST}.xml")
    guest.put(f"YZKsiquc01res_{FIRST}.pdf", b"%PDF-1.7 drugs")
    guest.until_state(CheckState.ANSWERED, check_id)
    assert guest.check(check_id).result_xml == b"%PDF-1.7 drugs"
    guest.until(lambda: guest.names("res") == [])
    guest.put(f"YZKsiquc01res_{FIRST}.xml", b"<XmlMsg/>")
    guest.some_looks()
    assert guest.names("res") == [f"YZKsiquc01res_{FIRST}.xml"]


def test_bulk_jobs_leave_room_for_people_at_a_desk(make_guest: GuestMaker) -> None:
    guest = make_guest(terminal_at_once=2)
    for _ in range(3):
        from_folder(guest, Family.BULK, BULK)
    guest.start()
    guest.until(lambda: len(guest.names("req")) == 1)
    guest.some_looks()
    assert len(guest.names("req")) == 1
    guest.by_numbers()
    guest.until(lambda: len(guest.names("req")) == 2)
    assert guest.names("req")[1].startswith("OQSsiquc01req_")
