"""A paper on the manual form: read through the hatch, shown for one person and for minutes, taken over field by field."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.eligibility.papers import Check, FieldReading, PaperReading
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit
from appliance.ledger.accounts import Role
from appliance.paper_hatch import MOST_BYTES, PaperHatch
from appliance.web.guard import COOKIE
from appliance.web.reception.paper_shelf import MOST_PICTURES, PictureShelf
from tests.web.desk_world import Client, Desk, client_of, served

BOX = (0.1, 0.1, 0.5, 0.1)
GREY = bytes(cv2.imencode(".jpg", np.full((200, 300), 220, np.uint8))[1])
NUMBER = FieldReading("insurer_number", "保険者番号", "06139992", 0.99, Check.PASSED, "", BOX)
BORN = FieldReading("birthdate", "生年月日", "1979-03-05", 0.97, Check.PASSED, "", BOX)
NAME = FieldReading("name", "氏名", None, 0.9, Check.NONE, "自動では採りません。", BOX)
CERTIFICATE = PaperReading("certificate", "資格確認書", (NUMBER, BORN, NAME), GREY)
PAYER = FieldReading("payer_number", "公費負担者番号", "12139994", 0.99, Check.PASSED, "", BOX)


@pytest.fixture
def papers(desk: Desk) -> Iterator[list[PaperReading | Trouble]]:
    """What the next pictures are read as; the last one is read again and again."""
    answers: list[PaperReading | Trouble] = [CERTIFICATE]

    def read(_: bytes) -> PaperReading:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Trouble):
            raise answer
        return answer

    hatch = PaperHatch(desk.box.paper_socket, read)
    yield answers
    hatch.close()


def token_in(html: str) -> str:
    return html.partition('data-token="')[2].partition('"')[0]


@pytest.mark.usefixtures("papers")
def test_values_stand_beside_the_picture_with_how_sure_they_are(desk: Desk, client: Client) -> None:
    html = client.post("/reception/paper", b"picture").json["html"]
    assert 'data-target="insurer_number" data-value="06139992"' in html
    assert 'data-value="昭和54年3月5日"' in html
    assert "確かさ 99%。検証番号が合っています。" in html
    assert "自動では採りません。" in html
    shown = client.get(f"/reception/paper/{token_in(html)}")
    assert shown.data == GREY
    assert shown.headers["Cache-Control"] == "no-store"
    row = audit.latest(desk.ledger, 1)[0]
    assert (row.action, row.subject, row.detail) == ("read-paper", "", "certificate")


@pytest.mark.usefixtures("papers")
def test_a_picture_is_its_owners_alone_and_goes_when_told(desk: Desk, client: Client) -> None:
    token = token_in(client.post("/reception/paper", b"picture").json["html"])
    other = client_of(desk, Role.CLINICIAN)
    assert other.get(f"/reception/paper/{token}").status_code == 404
    other.post(f"/reception/paper/{token}/discard")
    assert client.get(f"/reception/paper/{token}").status_code == 200
    client.post(f"/reception/paper/{token}/discard")
    assert client.get(f"/reception/paper/{token}").status_code == 404


def test_a_ticket_fills_the_form_in_its_own_way(papers: list[PaperReading | Trouble], client: Client) -> None:
    papers[:] = [PaperReading("ticket", "医療券・調剤券", (PAYER,), GREY)]
    html = client.post("/reception/paper", b"picture").json["html"]
    assert 'data-target="insurer_number" data-value="12139994"' in html


def test_other_papers_are_for_the_claims_software(
    papers: list[PaperReading | Trouble], client: Client
) -> None:
    papers[:] = [PaperReading("child", "こども医療費受給者証", (PAYER,), GREY)]
    html = client.post("/reception/paper", b"picture").json["html"]
    assert "12139994" in html
    assert "data-target" not in html
    assert "レセコン" in html


def test_what_cannot_be_read_is_said(papers: list[PaperReading | Trouble], client: Client) -> None:
    papers[:] = [Trouble("PAPER-002")]
    answer = client.post("/reception/paper", b"picture")
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "PAPER-002")


def test_too_large_and_nobody_there(client: Client) -> None:
    large = client.post("/reception/paper", bytes(MOST_BYTES + 1))
    assert (large.status_code, large.json["error"]["code"]) == (422, "PAPER-001")
    alone = client.post("/reception/paper", b"picture")
    assert (alone.status_code, alone.json["error"]["code"]) == (503, "BOX-003")


def test_a_patients_screen_reads_no_papers(desk: Desk) -> None:
    assert client_of(desk, Role.PATIENT_SCREEN).post("/reception/paper", b"picture").status_code == 403


def test_nothing_of_a_paper_is_written_anywhere(
    papers: list[PaperReading | Trouble], desk: Desk, client: Client
) -> None:
    assert papers
    client.post("/reception/paper", b"a picture of a paper")
    written = [file for file in desk.box.root.rglob("*") if file.is_file()]
    assert written
    for file in written:
        content = Path(file).read_bytes()
        assert b"06139992" not in content
        assert b"a picture of a paper" not in content


def test_the_shelf_forgets_by_itself_and_holds_few() -> None:
    now = [0.0]
    shelf = PictureShelf(lambda: now[0], stays=1000)
    tokens = [shelf.put("sakura", b"%d" % number) for number in range(MOST_PICTURES + 1)]
    assert shelf.get("sakura", tokens[0]) is None
    assert shelf.get("sakura", tokens[-1]) == b"%d" % MOST_PICTURES
    now[0] = 1000.0
    assert shelf.get("sakura", tokens[-1]) is None
    assert shelf.sweep() == 0


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    with served(desk) as address:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="ja-JP")
        context.set_default_timeout(15_000)
        host = address.replace("http:", "https:")
        cookie = {"name": COOKIE, "value": desk.sign_in(), "url": host, "secure": True, "sameSite": "Strict"}
        context.add_cookies([cookie])  # type: ignore[list-item]
        found = context.new_page()
        failures: list[str] = []
        found.on("pageerror", lambda error: failures.append(str(error)))
        found.on("console", lambda line: failures.append(line.text) if "Security" in line.text else None)
        found.goto(f"{address}/")
        found.locator("[data-act=manual]").first.click()
        yield found
        context.close()
    assert failures == []


def test_a_person_takes_over_what_is_right(
    papers: list[PaperReading | Trouble], page: Page, tmp_path: Path
) -> None:
    papers[:] = [Trouble("PAPER-002"), CERTIFICATE]
    picture = tmp_path / "paper.jpg"
    picture.write_bytes(GREY)
    files = page.locator("[data-paper-file]").last
    files.set_input_files(picture)
    expect(page.locator("#paper-refusal")).to_contain_text("PAPER-002")
    files.set_input_files(picture)
    expect(page.locator(".paper-read canvas").first).to_be_visible()
    expect(page.locator("#paper-refusal")).to_be_hidden()
    expect(page.get_by_label("保険者番号", exact=True)).to_have_value("")
    page.locator('[data-target="insurer_number"]').click()
    expect(page.get_by_label("保険者番号", exact=True)).to_have_value("06139992")
    expect(page.get_by_label("生年月日", exact=True)).to_have_value("")
    with page.expect_response("**/discard") as gone:
        page.get_by_role("button", name="写真を消して閉じる").click()
    assert gone.value.ok
    expect(page.locator(".paper-read")).to_have_count(0)
    expect(page.get_by_label("保険者番号", exact=True)).to_have_value("06139992")


@pytest.mark.usefixtures("papers")
def test_closing_the_form_forgets_the_picture(page: Page, tmp_path: Path) -> None:
    picture = tmp_path / "paper.jpg"
    picture.write_bytes(GREY)
    page.locator("[data-paper-file]").last.set_input_files(picture)
    expect(page.locator(".paper-read")).to_be_visible()
    with page.expect_response("**/discard") as gone:
        page.locator(".manual [data-act=close]").click()
    assert gone.value.ok
