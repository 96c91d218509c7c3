"""Our reading of 災害時医療情報閲覧: what is written is understood again, refusals have codes of their own."""

from datetime import date

import pytest

from appliance.eligibility import disaster_reading as reading
from appliance.eligibility import message_xml
from appliance.eligibility.disaster import Consent, Keys, Kind, Way
from appliance.eligibility.message import ResultHeader
from appliance.eligibility.request_families import Family, holds_my_number, missing
from appliance.eligibility.trouble import Trouble

CODE = "1319999999"
NORMAL = ResultHeader(segment_of_result="1")


def asked(way: Way, keys: Keys) -> reading.SearchMessage:
    xml = reading.search_request(
        way, keys, date(1980, 2, 17), Consent.ORAL, institution_code=CODE, identifier="A"
    )
    return message_xml.read_as(reading.SearchMessage, xml)


def test_a_search_by_name_says_kanji_or_kana_and_lacks_nothing() -> None:
    kanji = asked(Way.IDENTITY, Keys(name="見本 太郎", sex="1", address="架空県"))
    body = kanji.message_body
    assert (body.name, body.name_kana, body.birthdate) == ("見本 太郎", None, "19800217")
    assert (body.purpose, body.consent, body.search_way) == ("1", "oral", "identity")
    assert asked(Way.IDENTITY, Keys(name="ミホン")).message_body.name_kana == "ミホン"
    assert missing(Family.DISASTER_SEARCH, kanji) == ()


def test_a_search_by_numbers_pads_the_insurer_as_the_interface_does() -> None:
    body = asked(Way.NUMBERS, Keys(insurer_number="139998", number="12")).message_body
    assert body.insurer_number == "  139998"
    assert not holds_my_number(body)


def test_an_opening_says_token_and_kind_alone() -> None:
    xml = reading.open_request("token", Kind.DRUGS, institution_code=CODE, identifier="A")
    message = message_xml.read_as(reading.OpenMessage, xml)
    assert (message.message_body.match_token, message.message_body.kind) == ("token", "drugs")
    assert missing(Family.DISASTER_OPEN, message) == ()


def test_what_is_found_comes_back() -> None:
    found = (reading.Match(match_token="1", name="見本"), reading.Match(match_token="2"))
    message = reading.MatchMessage(message_header=NORMAL, message_body=reading.MatchBody(matches=found))
    assert reading.read_matches(message_xml.write(message)) == found


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (reading.CLOSED, "DISASTER-003"),
        (reading.FORGOTTEN, "DISASTER-005"),
        (reading.TOO_MANY, "DISASTER-006"),
        ("X", "CENTER-004"),
        (None, "CENTER-004"),
    ],
)
def test_refusals_have_codes_of_their_own(error: str | None, code: str) -> None:
    header = ResultHeader(segment_of_result="9", error_code=error)
    with pytest.raises(Trouble, match=code):
        reading.read_record(message_xml.write(reading.RecordMessage(message_header=header)))


@pytest.mark.parametrize("data", [b"", b"<XmlMsg/>", b"<XmlMsg><MessageHeader/></XmlMsg>"])
def test_no_answer_is_not_understood_as_nobody_found(data: bytes) -> None:
    with pytest.raises(Trouble, match="CENTER-002"):
        reading.read_matches(data)


def test_nothing_says_a_token_in_its_repr() -> None:
    assert "secret" not in repr(reading.Match(match_token="secret"))
