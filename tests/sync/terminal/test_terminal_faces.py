"""Card results of the readers at a terminal: each taken in once, and a folder that others read too left as it is."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.demo import terminal_answers
from appliance.demo.people import person
from appliance.eligibility import message_xml
from appliance.eligibility.message import ResultMessage
from appliance.eligibility.message_xml import Encoding
from appliance.eligibility.trouble import Trouble
from appliance.ledger import checks, consumers, deliveries
from appliance.ledger.checks import Check, CheckState, Origin
from appliance.ledger.database import Ledger
from appliance.ledger.times import JAPAN
from appliance.settings import Box, Settings
from appliance.sync.terminal_face import FaceTray
from tests.sync.station import INSTITUTION
from tests.sync.terminal.guest import NINE

NAME = "OQSsiquc01res_face_1319999999aaaaaaaaaaaaaaaaaaaa_20261122090000.xml"
COPY = "OQSsiquc01res_face_1319999999bbbbbbbbbbbbbbbbbbbb_20261122090000.xml"


class Faces:
    """A face folder and a box that looks into it when the test says so."""

    def __init__(self, root: Path, **changes: Any) -> None:
        self.folder = root / "face"
        self.folder.mkdir()
        box = Box(root / "state")
        box.create()
        self.ledger = Ledger.of(box)
        for name, kind in (("emr", consumers.ConsumerKind.MQTT), ("mine", consumers.ConsumerKind.FOLDER)):
            consumers.add(self.ledger, name, kind, NINE)
        self.settings = replace(Settings(INSTITUTION, terminal_face=str(self.folder)), **changes)
        self.restart()

    def restart(self) -> None:
        """As a new process would see it."""
        self.tray = FaceTray(self.settings, self.ledger)

    def drop(self, data: bytes, name: str = NAME) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def look(self, *seconds: float) -> None:
        """Look so many seconds after nine."""
        for second in seconds:
            self.tray.look(NINE + timedelta(seconds=second))

    def checks(self) -> tuple[Check, ...]:
        return checks.recent(self.ledger, 100)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


FacesMaker = Callable[..., Faces]


@pytest.fixture
def make_faces(box_dir: Path) -> Iterator[FacesMaker]:
    made: list[Faces] = []

    def make(**changes: Any) -> Faces:
        made.append(Faces(box_dir, **changes))
        return made[-1]

    yield make
    for one in made:
        one.ledger.close()


@pytest.fixture
def faces(make_faces: FacesMaker) -> Faces:
    """A folder that another product reads too."""
    return make_faces()


@pytest.fixture
def own(make_faces: FacesMaker) -> Faces:
    """A folder that only this box reads."""
    return make_faces(terminal_face_shared=False, terminal_face_stay=60.0)


def message(person_id: str = "p01", at: datetime = NINE) -> ResultMessage:
    return terminal_answers.TerminalDesk(INSTITUTION, lambda: at).by_card(person(person_id))


def in_field(one: ResultMessage, encoding: Encoding = Encoding.UTF_8, seed: int = 1) -> bytes:
    return terminal_answers.in_field_order(one, encoding, random.Random(seed))  # noqa: S311 - no secret


def test_a_card_result_becomes_a_check_that_is_answered_already(faces: Faces) -> None:
    data = in_field(message())
    faces.drop(data)
    faces.look(0)
    assert faces.checks() == (), "it may still grow"
    faces.look(1)
    (check,) = faces.checks()
    assert (check.state, check.origin, check.reader) == (CheckState.ANSWERED, Origin.CARD, "terminal")
    assert (check.result_xml, check.qualification_validity) == (data, "1")
    assert (check.evidence, check.consents, check.request_xml) == (None, None, None)
    owed = deliveries.of_check(faces.ledger, check.id)
    assert [one.consumer for one in owed] == ["emr", "mine"]


def test_it_is_taken_in_once_whatever_happens_to_its_file(faces: Faces) -> None:
    one = message()
    data = in_field(one)
    path = faces.drop(data)
    faces.look(0, 1, 2)
    faces.drop(data, COPY)
    faces.look(3, 4)
    faces.drop(in_field(one, Encoding.SHIFT_JIS, seed=2), COPY)  # another product's copy
    faces.look(5, 6)
    path.write_bytes(data)
    faces.look(7, 8)
    path.unlink()
    faces.look(9)
    faces.drop(data)
    faces.look(10, 11)
    faces.restart()
    faces.look(12, 13)
    assert len(faces.checks()) == 1


def test_the_same_name_with_another_content_is_another_result(faces: Faces) -> None:
    faces.drop(in_field(message("p01")))
    faces.look(0, 1)
    faces.drop(in_field(message("p02")))
    faces.look(2, 3)
    assert len(faces.checks()) == 2


def test_two_visits_of_one_person_are_two_checks(faces: Faces) -> None:
    faces.drop(in_field(message()))
    faces.drop(in_field(message(at=NINE + timedelta(hours=1))), COPY)
    faces.look(3600, 3601)
    assert len(faces.checks()) == 2


def test_a_half_written_file_is_waited_for(faces: Faces) -> None:
    data = in_field(message())
    for second, end in enumerate((0, 100, len(data) // 2, len(data) - 1)):
        faces.drop(data[:end])
        faces.look(second, second + 0.3, second + 0.6)
    assert faces.checks() == ()
    faces.drop(data)
    faces.look(10)
    assert faces.checks() == ()
    faces.look(11)
    assert [check.result_xml for check in faces.checks()] == [data]


@pytest.mark.parametrize(
    "name",
    [
        "OQSsiquc01res_202611220001.xml",
        NAME.replace(".xml", ".xml.tmp"),
        NAME.replace("20261122090000", "20261399990000"),
        NAME.replace("res_face", "req_face"),
        "notes.txt",
    ],
)
def test_other_files_are_none_of_our_business(faces: Faces, name: str) -> None:
    faces.drop(in_field(message()), name)
    faces.look(0, 1, 2)
    assert faces.checks() == ()


def test_what_is_no_result_of_this_clinic_is_left_alone(faces: Faces) -> None:
    one = message()
    header = replace(one.message_header, medical_institution_code="1399999995")
    faces.drop(in_field(replace(one, message_header=header)))
    faces.drop(b"\x00" * 500, COPY)
    faces.drop(in_field(one)[:200], NAME.replace("aaa", "ccc"))
    (faces.folder / NAME.replace("aaa", "ddd")).symlink_to("/etc/hostname")
    (faces.folder / NAME.replace("aaa", "eee")).mkdir()
    faces.look(0, 1, 2)
    assert faces.checks() == ()
    assert len(faces.names()) == 5


def test_a_refusal_of_the_center_is_taken_in_as_one(faces: Faces) -> None:
    one = message()
    header = replace(one.message_header, segment_of_result="9", error_code="X")
    faces.drop(in_field(replace(one, message_header=header)))
    faces.look(0, 1)
    (check,) = faces.checks()
    assert (check.state, check.trouble_code) == (CheckState.REFUSED, "CENTER-004")
    assert check.qualification_validity is None


@pytest.mark.parametrize(("segment", "count"), [(None, 1), ("", 1), ("2", 0)])
def test_a_look_alike_needs_no_segment_but_must_be_an_answer(
    faces: Faces, segment: str | None, count: int
) -> None:
    one = message()
    header = replace(one.message_header, segment_of_result=segment)
    faces.drop(in_field(replace(one, message_header=header)))
    faces.look(0, 1)
    assert len(faces.checks()) == count


def test_a_late_file_is_of_the_moment_the_patient_was_there(faces: Faces) -> None:
    faces.drop(in_field(message()))
    faces.look(7200, 7201)
    (check,) = faces.checks()
    assert (check.received_at, check.answered_at) == (NINE, NINE + timedelta(seconds=7201))


def test_years_of_files_are_not_todays(faces: Faces) -> None:
    old = NINE - timedelta(days=2)
    name = NAME.replace("20261122090000", f"{old.astimezone(JAPAN):%Y%m%d%H%M%S}")
    faces.drop(in_field(message(at=old)), name)
    faces.drop(in_field(message()))
    faces.look(0, 1)
    assert [check.received_at for check in faces.checks()] == [NINE]


def test_a_box_that_has_lost_the_year_takes_nothing_in(faces: Faces) -> None:
    faces.drop(in_field(message()))
    faces.look(-10 * 365 * 86400, -10 * 365 * 86400 + 1)
    assert faces.checks() == ()
    faces.look(0, 1)
    assert len(faces.checks()) == 1


def test_a_shared_folder_is_never_touched(faces: Faces) -> None:
    data = in_field(message())
    paths = [faces.drop(data, name) for name in (NAME, COPY)]
    before = [(path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes()) for path in paths]
    folder = faces.folder.stat().st_mtime_ns
    faces.look(0, 1, 90_000, 90_001)
    faces.restart()
    faces.look(90_002, 90_003)
    assert len(faces.checks()) == 1
    assert [(path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes()) for path in paths] == before
    assert faces.folder.stat().st_mtime_ns == folder


def test_in_a_folder_of_our_own_what_was_taken_in_goes_after_a_time(own: Faces) -> None:
    data = in_field(message())
    own.drop(data)
    own.drop(data, COPY)
    own.drop(b"garbage", NAME.replace("aaa", "ccc"))
    own.look(0, 1, 60)
    assert len(own.names()) == 3
    own.look(61, 62)
    assert own.names() == [NAME.replace("aaa", "ccc")]
    assert len(own.checks()) == 1


def test_a_box_that_was_off_still_removes_what_it_took_in_and_nothing_else(own: Faces) -> None:
    data = in_field(message())
    own.drop(data)
    own.look(0, 1)
    own.drop(in_field(message("p02")), COPY)
    own.restart()
    own.look(200_000, 200_001)
    assert own.names() == [COPY]
    assert len(own.checks()) == 1


def test_a_folder_that_is_away_is_told(faces: Faces) -> None:
    faces.folder.rename(faces.folder.with_name("away"))
    with pytest.raises(Trouble) as caught:
        faces.look(0)
    assert caught.value.code == "TERMINAL-001"


def test_encoding_and_order_make_no_difference(faces: Faces) -> None:
    one = message("p03")
    faces.drop(in_field(one, Encoding.SHIFT_JIS, seed=5))
    faces.look(0, 1)
    (check,) = faces.checks()
    assert check.result_xml is not None
    read = message_xml.read_result(check.result_xml)
    assert read.message_body.result_list[0].name == person("p03").name
    assert read.message_header.character_code_identifier == "1"
