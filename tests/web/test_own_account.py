"""One's own account: the password is changed by who knows it, a given one has to be, and sign-ins elsewhere are ended."""

import re
from typing import Any

import pytest

from appliance.ledger import account_list, accounts, audit
from appliance.ledger.accounts import Role
from appliance.web.guard import COOKIE, CSRF_FIELD
from tests.web.desk_world import HTML, ORIGIN, PASSWORD, Client, Desk, client_of, csrf_of

PAGE = "/account"
FRESH = "Yoru-no-9ji ni 閉める"
GIVEN = "Kanri-ga-kimeta 1つ"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140"
KEY = re.compile(r'name="key" value="([0-9a-f]{64})"')


def change(client: Client, **changes: str) -> Any:
    form = {"before": PASSWORD, "password": FRESH, "again": FRESH, CSRF_FIELD: client.csrf} | changes
    return client.flask.post(f"{PAGE}/password", data=form, base_url=ORIGIN, headers=HTML)


def end(client: Client, *keys: str, before: str = PASSWORD) -> Any:
    form = {"key": list(keys), "before": before, CSRF_FIELD: client.csrf}
    return client.flask.post(f"{PAGE}/sign-ins/end", data=form, base_url=ORIGIN, headers=HTML)


def stands(desk: Desk, token: str) -> bool:
    return accounts.account_of(desk.ledger, token, desk.now()) is not None


def newest(desk: Desk) -> tuple[str, str, str]:
    (row,) = audit.latest(desk.ledger, 1)
    return row.actor, row.action, row.detail


def test_a_changed_password_ends_the_other_sign_ins_and_stands_in_the_trail(
    desk: Desk, client: Client
) -> None:
    elsewhere = accounts.sign_in(desk.ledger, "reception", PASSWORD, desk.now())
    done = change(client)
    assert (done.status_code, done.headers["Location"]) == (303, "/account?done=changed")
    assert newest(desk) == ("reception", "own-password", "")
    assert not stands(desk, elsewhere)
    assert "パスワードを変えました" in client.get(done.headers["Location"]).text
    assert accounts.sign_in(desk.ledger, "reception", FRESH, desk.now())
    with pytest.raises(Exception, match="AUTH-001"):
        accounts.sign_in(desk.ledger, "reception", PASSWORD, desk.now())


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"before": "not the one I have"}, 401, 'data-code="AUTH-001"'),
        ({"again": "something else"}, 422, "2回のパスワードが違います"),
        ({"password": "sh0rt!", "again": "sh0rt!"}, 422, "13文字以上"),
        ({"before": FRESH}, 422, "いまのパスワードと同じです"),
    ],
)
def test_what_will_not_do_is_said_and_changes_nothing(
    desk: Desk, client: Client, changes: dict[str, str], status: int, said: str
) -> None:
    refused = change(client, **changes)
    assert (refused.status_code, said in refused.text) == (status, True)
    assert FRESH not in refused.text
    accounts.check_password(desk.ledger, "reception", PASSWORD)
    if status == 401:
        assert newest(desk) == ("reception", "own-password-refused", "AUTH-001")


def test_sign_ins_elsewhere_are_seen_and_ended_with_the_password_and_nobody_elses(
    desk: Desk, client: Client
) -> None:
    one, two = (
        accounts.sign_in(desk.ledger, "reception", PASSWORD, desk.now(), device)
        for device in ("iPhone", "Windows のパソコン")
    )
    other = desk.sign_in(Role.CLINICIAN)
    page = client.get(PAGE).text
    assert set(KEY.findall(page)) == {accounts.token_hash(one), accounts.token_hash(two)}
    assert ("iPhone" in page, "いま使っている画面" in page) == (True, True)
    assert end(client, accounts.token_hash(one), before="not mine at all").status_code == 401
    assert "選んでください" in end(client).text
    assert stands(desk, one)
    own = client.flask.get_cookie(COOKIE, domain="localhost")
    assert own is not None
    keys = (accounts.token_hash(token) for token in (one, other, own.value))
    assert end(client, *keys).status_code == 303
    assert [stands(desk, token) for token in (one, two, other, own.value)] == [False, True, True, True]
    assert newest(desk) == ("reception", "own-sign-ins-ended", "1")


def test_a_given_password_opens_nothing_until_its_owner_has_changed_it(desk: Desk) -> None:
    account_list.make(desk.ledger, "hanako", Role.RECEPTION, GIVEN, "kanri", desk.now())
    browser = desk.app().test_client()
    form = {"name": "hanako", "password": GIVEN, "then": "/desk/line"}
    sent = browser.post("/sign-in", data=form, base_url=ORIGIN, headers=HTML | {"User-Agent": WINDOWS})
    assert sent.status_code == 303
    client = Client(browser)
    for path in ("/", "/desk/line", "/tasks"):
        assert client.get(path).headers["Location"] == PAGE
    assert client.get("/reception/alive", Accept="application/json").json["error"]["code"] == "AUTH-017"
    page = client.get(PAGE).text
    assert ("ほかの方が決めたもの" in page, "サインイン中のところ" in page) == (True, False)
    client.csrf = csrf_of(page)
    assert end(client, "x").headers["Location"] == PAGE
    assert change(client, before=GIVEN, password=GIVEN, again=GIVEN).status_code == 422
    assert client.get("/").status_code == 303
    assert change(client, before=GIVEN).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert "Windows のパソコン" in client.get(PAGE).text
    account_list.set_password(desk.ledger, "hanako", GIVEN, "kanri", desk.now())
    again = accounts.account_of(
        desk.ledger, accounts.sign_in(desk.ledger, "hanako", GIVEN, desk.now()), desk.now()
    )
    assert again is not None
    assert again.has_given_password


def test_a_touch_display_changes_no_password(desk: Desk) -> None:
    account_list.make(desk.ledger, "gamen", Role.PATIENT_SCREEN, GIVEN, "kanri", desk.now())
    browser = desk.app().test_client()
    token = accounts.sign_in(desk.ledger, "gamen", GIVEN, desk.now())
    browser.set_cookie(COOKIE, token, domain="localhost", secure=True)
    assert Client(browser).get("/patient").status_code == 200
    assert client_of(desk, Role.PATIENT_SCREEN).get(PAGE).status_code == 403
