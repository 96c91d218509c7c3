"""The desk's accounts: made, changed, disabled by administrators alone, and never without one left."""

import pyotp
import pytest

from appliance.ledger import account_list, accounts, audit, second_factor
from appliance.ledger.account_list import Listed
from appliance.ledger.accounts import Role
from appliance.ledger.second_seal import SecondSeal
from appliance.web.guard import CSRF_FIELD
from tests.web.desk_world import HTML, ORIGIN, PASSWORD, Client, Desk, client_of

PAGE = "/desk/accounts"
NEW = {
    "name": "受付-2",
    "role": "reception",
    "password": "Asa-no-7ji ni 開ける",
    "again": "Asa-no-7ji ni 開ける",
}


@pytest.fixture
def chief(desk: Desk) -> Client:
    return client_of(desk, Role.ADMINISTRATOR)


def known(desk: Desk, name: str) -> Listed:
    return next(one for one in account_list.listed(desk.ledger) if one.name == name)


def code_of(client: Client, act: str, **data: str) -> str:
    answer = client.post(f"{PAGE}{act}", data)
    return "" if answer.status_code == 303 else str(answer.json["error"]["code"])


def test_a_new_account_signs_in_and_stands_in_the_audit_without_its_password(
    desk: Desk, chief: Client
) -> None:
    assert code_of(chief, "", **NEW) == ""
    assert accounts.sign_in(desk.ledger, NEW["name"], NEW["password"], desk.now())
    (row,) = audit.latest(desk.ledger, 1)
    assert (row.actor, row.action, row.subject, row.detail) == (
        "administrator",
        "account-made",
        NEW["name"],
        "reception",
    )
    page = chief.get(PAGE).text
    assert NEW["name"] in page
    assert "サインイン中" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "sh0rt!", "again": "sh0rt!"}, "13文字以上"),
        ({"password": "sh0rt!", "again": "sh0rt!", "role": "clinician"}, "8文字以上"),
        ({"again": "something else"}, "2回のパスワードが違います"),
        ({"password": "long enough but plain", "again": "long enough but plain"}, "混ぜて"),
        ({"password": "Password-2026!", "again": "Password-2026!"}, "推測されやすい"),
        ({"name": "two words"}, "空白は使えません"),
        ({"name": "administrator"}, "もうあります"),
        ({"role": "chief"}, "役割を選んでください"),
    ],
)
def test_what_will_not_do_is_said_and_no_password_comes_back(
    chief: Client, changes: dict[str, str], said: str
) -> None:
    data = NEW | changes
    page = chief.flask.post(PAGE, data=data | {CSRF_FIELD: chief.csrf}, base_url=ORIGIN, headers=HTML)
    assert page.status_code == 422
    assert said in page.text
    assert f'value="{data["name"]}"' in page.text
    assert data["password"] not in page.text


def test_a_new_password_signs_out_whoever_has_the_old_one(desk: Desk, chief: Client) -> None:
    token = desk.sign_in(Role.RECEPTION)
    said = {"name": "reception", "password": "another g00d one", "again": "another g00d one"}
    assert code_of(chief, "/password", **said) == ""
    assert accounts.account_of(desk.ledger, token, desk.now()) is None
    assert accounts.sign_in(desk.ledger, "reception", "another g00d one", desk.now())
    assert known(desk, "reception").role is Role.RECEPTION
    assert code_of(chief, "/password", **(said | {"name": "nobody"})) == "INPUT-005"


def test_a_disabled_account_is_out_at_once_and_can_come_back(desk: Desk, chief: Client) -> None:
    token = desk.sign_in(Role.RECEPTION)
    assert code_of(chief, "/disable", name="reception") == ""
    assert accounts.account_of(desk.ledger, token, desk.now()) is None
    with pytest.raises(Exception, match="AUTH-001"):
        accounts.sign_in(desk.ledger, "reception", PASSWORD, desk.now())
    assert code_of(chief, "/enable", name="reception") == ""
    assert accounts.sign_in(desk.ledger, "reception", PASSWORD, desk.now())
    assert [row.action for row in audit.latest(desk.ledger, 2)] == ["account-enabled", "account-disabled"]


def test_there_is_always_an_administrator_left(desk: Desk, chief: Client) -> None:
    assert code_of(chief, "/disable", name="administrator") == "ACCOUNT-001"
    assert code_of(chief, "/role", name="administrator", role="reception") == "ACCOUNT-001"
    assert (known(desk, "administrator").enabled, known(desk, "administrator").role) == (
        True,
        Role.ADMINISTRATOR,
    )
    assert audit.latest(desk.ledger, 1) == ()
    desk.sign_in(Role.ADMINISTRATOR, "second")
    assert code_of(chief, "/role", name="second", role="maintenance") == ""
    assert code_of(chief, "/role", name="second", role="administrator") == ""
    assert code_of(chief, "/disable", name="administrator") == ""
    assert chief.get(PAGE).status_code == 302


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CLINICIAN, Role.MAINTENANCE])
def test_nobody_else_sees_or_changes_accounts(desk: Desk, role: Role) -> None:
    client = client_of(desk, role)
    assert client.get(PAGE).status_code == 403
    for act in ("", "/password", "/role", "/enable", "/disable", "/second-factor", "/enrolment"):
        assert client.post(f"{PAGE}{act}", NEW).status_code == 403
    assert [one.name for one in account_list.listed(desk.ledger)] == [role.value]


def test_a_lost_device_is_forgotten_and_its_secret_never_shown(desk: Desk, chief: Client) -> None:
    cookie = desk.sign_in(Role.CLINICIAN, "sensei")
    assert "リセット" not in chief.get(PAGE).text
    secret = pyotp.random_base32()
    second_factor.install(desk.ledger, SecondSeal.of(desk.box), "sensei", secret, desk.now())
    page = chief.get(PAGE).text
    assert "2段階認証をリセットする" in page
    assert secret not in page
    handed = chief.post(f"{PAGE}/second-factor", {"name": "sensei"})
    assert (handed.status_code, "さんの登録コード" in handed.text) == (200, True)
    assert not second_factor.is_set(desk.ledger, "sensei")
    assert accounts.account_of(desk.ledger, cookie, desk.now()) is None
    assert [row.action for row in audit.latest(desk.ledger, 2)] == [
        "enrolment-code-made",
        "second-factor-reset",
    ]
    assert code_of(chief, "/second-factor", name="sensei") == "INPUT-001"
