"""The desk's certificate pages: shown before accepted, nobody else's business, and a banner that everybody sees."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.certificate_hatch import CertificateHatch, NewCertificate
from appliance.demo import center_pki
from appliance.eligibility.certificate import HeldCertificate, Place, SafeKind
from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit, certificates
from appliance.ledger.accounts import Role
from appliance.ledger.times import JAPAN, clinic_day, utc_now
from appliance.web.guard import CSRF_FIELD
from tests.web.desk_world import CODE, HTML, ORIGIN, Client, Desk, client_of

PAGE = "/desk/certificate"


def a_certificate(days: float = 1000, place: Place = Place.OFFERED, mark: str = "ab") -> HeldCertificate:
    now = utc_now()
    return HeldCertificate(
        fingerprint=mark * 32,
        institution_code=CODE,
        place=place,
        subject="見本医院",
        issuer="見本認証局",
        chain="",
        anchored=True,
        not_before=now - timedelta(days=1),
        not_after=datetime.combine(clinic_day(now + timedelta(days=days)), time(23, 59, 59), JAPAN),
        added_by="hoshu",
        added_at=now,
        kept=SafeKind.FILE,
    )


def in_use(desk: Desk, days: float, mark: str = "ab") -> HeldCertificate:
    certificates.add(desk.ledger, a_certificate(days, Place.WAITING, mark))
    return certificates.activate(desk.ledger, mark * 32, utc_now())


@dataclass
class Sync:
    """Sync's side of the hatch, which notes what it is handed and says what it is told to say."""

    desk: Desk
    handed: list[NewCertificate]
    refusal: str = ""

    def take(self, new: NewCertificate) -> str:
        self.handed.append(new)
        if self.refusal:
            raise Trouble(self.refusal)
        return certificates.add(self.desk.ledger, a_certificate()).fingerprint


@pytest.fixture
def sync(desk: Desk) -> Iterator[Sync]:
    made = Sync(desk, [])
    hatch = CertificateHatch(desk.box.certificate_socket, made.take)
    yield made
    hatch.close()


@pytest.fixture
def keeper(desk: Desk) -> Client:
    return client_of(desk, Role.ADMINISTRATOR)


def uploaded(client: Client, content: bytes = b"file", phrase: str = "phrase") -> Any:
    data = {"file": (io.BytesIO(content), "clinic.p12"), "passphrase": phrase, CSRF_FIELD: client.csrf}
    return client.flask.post(
        PAGE, data=data, base_url=ORIGIN, headers=HTML, content_type="multipart/form-data"
    )


def posted(client: Client, path: str, **data: str) -> Any:
    return client.flask.post(path, data=data | {CSRF_FIELD: client.csrf}, base_url=ORIGIN, headers=HTML)


def test_two_steps_from_file_to_use(desk: Desk, sync: Sync, keeper: Client) -> None:
    first = uploaded(keeper, b"the file", "the phrase")
    assert (first.status_code, first.location) == (303, f"{PAGE}/{'ab' * 32}")
    (handed,) = sync.handed
    assert (handed.content, handed.passphrase, handed.by) == (b"the file", "the phrase", "administrator")
    page = keeper.get(first.location).text
    for word in (CODE, "見本医院", "見本認証局", "証明書と合っています", "abab", "開発用"):
        assert word in page
    assert "the phrase" not in page
    assert posted(keeper, f"{first.location}/accept", use="1").status_code == 303
    (one,) = certificates.held(desk.ledger)
    assert one.place is Place.ACTIVE
    assert [row.action for row in audit.latest(desk.ledger, 2)] == [
        "certificate-activate",
        "certificate-accept",
    ]
    assert keeper.get(first.location).status_code == 302


def test_accepted_but_not_yet_used_then_used_then_back(desk: Desk, keeper: Client) -> None:
    old = in_use(desk, 20, "cd")
    new = certificates.add(desk.ledger, a_certificate())
    posted(keeper, f"{PAGE}/{new.fingerprint}/accept")
    assert certificates.find(desk.ledger, new.fingerprint).place is Place.WAITING
    assert "この証明書を使う" in keeper.get(PAGE).text
    posted(keeper, f"{PAGE}/{new.fingerprint}/activate")
    assert certificates.find(desk.ledger, old.fingerprint).place is Place.RETIRED
    assert "この証明書に戻す" in keeper.get(PAGE).text
    assert posted(keeper, f"{PAGE}/{new.fingerprint}/remove").status_code == 409
    posted(keeper, f"{PAGE}/{old.fingerprint}/remove")
    assert [one.fingerprint for one in certificates.held(desk.ledger)] == [new.fingerprint]


@pytest.mark.parametrize("code", ["CERT-001", "CERT-002", "CERT-003", "CERT-004", "CERT-005", "CERT-006"])
def test_what_is_wrong_is_said_with_the_next_step_and_without_the_phrase(
    sync: Sync, keeper: Client, code: str
) -> None:
    sync.refusal = code
    answer = uploaded(keeper, phrase="not this one")
    assert answer.status_code == 422
    assert f'data-code="{code}"' in answer.text
    assert Trouble(code).entry.engineer in answer.text
    assert "not this one" not in answer.text


def test_without_sync_the_page_says_so(keeper: Client) -> None:
    answer = uploaded(keeper)
    assert answer.status_code == 503
    assert "CERT-010" in answer.text


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CLINICIAN, Role.PATIENT_SCREEN])
def test_others_may_not(desk: Desk, sync: Sync, role: Role) -> None:
    one = certificates.add(desk.ledger, a_certificate())
    client = client_of(desk, role)
    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}/{one.fingerprint}").status_code == 403
    assert uploaded(client).status_code == 403
    for what in ("accept", "activate", "remove"):
        assert posted(client, f"{PAGE}/{one.fingerprint}/{what}").status_code == 403
    assert sync.handed == []
    assert certificates.held(desk.ledger) == (one,)


def test_a_forged_post_changes_nothing(desk: Desk, keeper: Client) -> None:
    one = certificates.add(desk.ledger, a_certificate())
    keeper.csrf = "x"
    assert posted(keeper, f"{PAGE}/{one.fingerprint}/accept").status_code == 403
    assert certificates.find(desk.ledger, one.fingerprint).place is Place.OFFERED


@pytest.mark.parametrize(
    ("days_left", "word", "tone"),
    [
        (120, "あと120日", "soon"),
        (30, "あと30日", "soon"),
        (7, "あと7日", "urgent"),
        (0, "今日まで", "urgent"),
    ],
)
def test_every_page_of_the_staff_says_how_many_days_are_left(
    desk: Desk, days_left: int, word: str, tone: str
) -> None:
    in_use(desk, 300)
    client = client_of(desk, Role.ADMINISTRATOR)
    desk_client = client_of(desk, Role.RECEPTION)
    assert 'class="cert-notice' not in desk_client.get("/").text
    last_day = certificates.find(desk.ledger, "ab" * 32).last_day
    desk.shift = datetime.combine(last_day - timedelta(days=days_left), time(12), JAPAN) - utc_now()
    for who in (Role.RECEPTION, Role.CLINICIAN, Role.ADMINISTRATOR, Role.MAINTENANCE):
        text = client_of(desk, who).get("/account").text
        assert word in text, who
        assert f'class="cert-notice {tone}"' in text
        assert "資格確認と請求が止まります" in text
        assert "/desk/certificate/guide" in text
    client = client_of(desk, Role.ADMINISTRATOR)
    assert word in client.get(PAGE).text
    assert word in client.get(f"{PAGE}/guide").text


def test_after_the_end_it_says_what_does_not_work(desk: Desk) -> None:
    in_use(desk, 10)
    desk.shift = timedelta(days=11)
    text = client_of(desk, Role.RECEPTION).get("/").text
    assert 'data-certificate="expired"' in text
    assert "資格確認と請求ができません" in text


def test_a_refused_new_one_is_said_on_every_page(desk: Desk) -> None:
    in_use(desk, 20, "cd")
    new = in_use(desk, 1000)
    certificates.note_refusal(desk.ledger, new.fingerprint, desk.now())
    text = client_of(desk, Role.RECEPTION).get("/").text
    assert 'data-certificate="not-accepted"' in text
    assert "前の証明書" in text
    assert "センターに受け付けられませんでした" in client_of(desk, Role.MAINTENANCE).get(PAGE).text


def test_patients_and_strangers_see_nothing_of_it(desk: Desk) -> None:
    in_use(desk, 3)
    assert 'class="cert-notice' not in client_of(desk, Role.PATIENT_SCREEN).get("/patient/1").text
    stranger = desk.app().test_client()
    assert 'class="cert-notice' not in stranger.get("/sign-in", base_url="https://localhost").text


def test_the_guide_says_when_and_for_how_much(desk: Desk) -> None:
    in_use(desk, 100)
    text = client_of(desk, Role.RECEPTION).get(f"{PAGE}/guide").text
    last_day = certificates.held(desk.ledger)[0].last_day
    from_day = last_day - timedelta(days=90)
    assert f"{from_day.year}年{from_day.month}月{from_day.day}日から" in text
    for word in ("90日前", "1,500円", "0800-080-4583", "加算されない", "資格確認と請求が止まります"):
        assert word in text
    assert "電子証明書の画面へ" not in text


def test_a_large_upload_is_refused_by_its_size(keeper: Client, sync: Sync) -> None:
    content = center_pki.clinic_pkcs12(Path(sync.desk.box.root), CODE, "x", utc_now()) + bytes(70_000)
    assert uploaded(keeper, content).status_code == 413
    assert sync.handed == []
