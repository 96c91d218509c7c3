"""Passkeys: set up, asked for at each sign-in, bound to the box's name, and good for nobody else."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit, enrolment, passkeys, second_factor
from appliance.ledger.accounts import Role
from appliance.ledger.passkeys import CHALLENGE_LASTS
from appliance.web.guard import COOKIE
from appliance.web.second import offered
from tests.web.axe import findings
from tests.web.desk_world import HTML, ORIGIN, PASSWORD, Desk, client_of, csrf_of, served, sign_in_given
from tests.web.software_key import SoftwareKey

CHIEF = Role.ADMINISTRATOR.value


class Chief:
    """An administrator's browser with a security key in it; `origin` is how the box was opened."""

    def __init__(self, desk: Desk, origin: str = ORIGIN) -> None:
        self.desk, self.origin = desk, origin
        if not accounts.is_known(desk.ledger, CHIEF):
            accounts.add(desk.ledger, CHIEF, Role.ADMINISTRATOR, PASSWORD, desk.now())
        self.key = SoftwareKey(origin)
        self.enter()

    def enter(self) -> None:
        """Sign in with the password alone."""
        self.flask = self.desk.app().test_client()
        self.token = accounts.sign_in(self.desk.ledger, CHIEF, PASSWORD, self.desk.now())
        host = self.origin.partition("//")[2]
        self.flask.set_cookie(COOKIE, self.token, domain=host.strip("[]"), secure=True)
        self.csrf = csrf_of(self.flask.get("/second", base_url=self.origin, headers=HTML).text)

    def enrol(self) -> None:
        code = enrolment.new_code(self.desk.ledger, CHIEF, "command line", self.desk.now())
        assert self.post("/second/enrol", code=code).status_code == 303

    def post(self, path: str, **form: str) -> Any:
        sent = form | {"csrf_token": self.csrf}
        answer = self.flask.post(path, data=sent, base_url=self.origin, headers=HTML)
        fresh = sign_in_given(answer)
        if fresh:
            self.token = fresh
            self.csrf = csrf_of(self.flask.get("/second/ways", base_url=self.origin, headers=HTML).text)
        return answer

    def asked(self, path: str) -> dict[str, Any]:
        headers = {"X-CSRF-Token": self.csrf, "Accept": "application/json"}
        answer = self.flask.post(path, base_url=self.origin, headers=headers)
        found: dict[str, Any] = answer.json or {}
        return found

    def set_up(self, key: SoftwareKey, name: str = "鍵") -> Any:
        options = self.asked("/second/passkey/options")
        return self.post("/second/passkey/new", credential=key.made(options), name=name)

    def prove(self, key: SoftwareKey) -> Any:
        return self.post("/second/passkey/prove", credential=key.signed(self.asked("/second/passkey/ask")))

    def is_proven(self) -> bool:
        found = accounts.account_of(self.desk.ledger, self.token, self.desk.now())
        return found is not None and found.is_proven


@pytest.fixture
def chief(desk: Desk) -> Chief:
    """Who has typed the code for setting up, and set up one key."""
    found = Chief(desk)
    found.enrol()
    done = found.set_up(found.key, "受付のパソコン")
    assert len(re.findall(r"<code>([2-9A-Z-]{19})</code>", done.text)) == second_factor.RECOVERY_CODES
    return found


def test_the_key_opens_the_next_sign_in_and_stands_in_the_audit(chief: Chief) -> None:
    assert chief.is_proven()
    chief.enter()
    assert not chief.is_proven()
    assert "パスキーで続ける" in chief.flask.get("/second", base_url=ORIGIN, headers=HTML).text
    done = chief.prove(chief.key.lying(count=1))
    assert (done.status_code, done.headers["Location"]) == (303, "/")
    assert chief.is_proven()
    assert audit.latest(chief.desk.ledger, 1)[0].detail == "passkey"
    kept = "\n".join(chief.desk.ledger.read.conn.iterdump())
    assert str(chief.key.private.private_numbers().private_value) not in kept


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://elsewhere.example"},
        {"rp_id": "elsewhere.example"},
        {"private": SoftwareKey(ORIGIN).private},
        {"id": b"another key's name"},
    ],
)
def test_what_was_not_signed_here_by_this_key_is_refused(chief: Chief, lie: dict[str, Any]) -> None:
    chief.enter()
    refused = chief.prove(chief.key.lying(count=5, **lie))
    assert refused.status_code == 401
    assert 'data-code="AUTH-011"' in refused.text
    assert not chief.is_proven()


def test_a_copied_key_a_replay_and_a_late_answer_are_refused(chief: Chief) -> None:
    key = chief.key.lying(count=7)
    chief.enter()
    options = chief.asked("/second/passkey/ask")
    answer = key.signed(options)
    assert chief.post("/second/passkey/prove", credential=answer).status_code == 303
    chief.enter()
    assert chief.post("/second/passkey/prove", credential=answer).status_code == 401  # asked nothing
    assert chief.prove(key).status_code == 401  # its counter stands still: somebody has a copy
    late = key.lying(count=9).signed(chief.asked("/second/passkey/ask"))
    chief.desk.shift += CHALLENGE_LASTS
    assert chief.post("/second/passkey/prove", credential=late).status_code == 401
    for nonsense in ("", "[]", "{}", '{"id": 5}', '{"id": "x", "response": null}'):
        chief.desk.shift += CHALLENGE_LASTS
        chief.asked("/second/passkey/ask")
        assert chief.post("/second/passkey/prove", credential=nonsense).status_code == 401


def test_several_keys_with_names_of_which_the_last_stays(chief: Chief) -> None:
    second = SoftwareKey(ORIGIN)
    assert chief.set_up(second, "  院長室 <b> ").headers["Location"] == "/second/ways"
    page = chief.flask.get("/second/ways", base_url=ORIGIN, headers=HTML).text
    assert "受付のパソコン" in page
    assert "院長室 &lt;b&gt;" in page
    first, other = passkeys.of(chief.desk.ledger, CHIEF)
    assert chief.post("/second/ways/passkey/remove", key=first.id).status_code == 303
    last = chief.post("/second/ways/passkey/remove", key=other.id)
    assert (last.status_code, 'data-code="ACCOUNT-004"' in last.text) == (409, True)
    assert chief.post("/second/ways/passkey/remove", key=first.id).status_code == 404
    assert [key.name for key in passkeys.of(chief.desk.ledger, CHIEF)] == ["院長室 <b>"]


def test_nobody_removes_or_uses_anothers_key(chief: Chief) -> None:
    other = client_of(chief.desk, Role.MAINTENANCE)
    (key,) = passkeys.of(chief.desk.ledger, CHIEF)
    assert other.post("/second/ways/passkey/remove", {"key": key.id}).status_code == 404
    headers = {"X-CSRF-Token": other.csrf, "Accept": "application/json"}
    options = other.flask.post("/second/passkey/ask", base_url=ORIGIN, headers=headers).json or {}
    assert other.post("/second/passkey/prove", {"credential": chief.key.signed(options)}).status_code == 401


def test_by_an_address_in_numbers_there_are_codes_alone(desk: Desk) -> None:
    chief = Chief(desk, "https://192.0.2.7")
    chief.enrol()
    page = chief.flask.get("/second/new", base_url=chief.origin, headers=HTML).text
    assert "IPアドレス" in page
    assert "認証アプリを登録する" in page
    assert chief.asked("/second/passkey/options")["error"]["code"] == "AUTH-012"
    for numbers in ("https://[2001:db8::7]", "https://[2001:db8::7]:8443", "https://192.0.2.7:8443"):
        with desk.app().test_request_context(base_url=numbers), pytest.raises(Trouble, match="AUTH-012"):
            offered.possible()


def test_under_another_name_the_page_says_where_the_key_works(chief: Chief) -> None:
    other = Chief(chief.desk, "https://madoguchi.local")
    page = other.flask.get("/second", base_url=other.origin, headers=HTML).text
    assert "パスキーで続ける" not in page
    assert "<code>localhost</code>" in page


def test_a_reset_forgets_the_keys(chief: Chief) -> None:
    assert second_factor.reset(chief.desk.ledger, CHIEF, "command line", chief.desk.now())
    assert passkeys.of(chief.desk.ledger, CHIEF) == ()
    assert not second_factor.is_set(chief.desk.ledger, CHIEF)


def test_in_a_browser_with_its_own_authenticator(desk: Desk, browser: Browser) -> None:
    accounts.add(desk.ledger, CHIEF, Role.ADMINISTRATOR, PASSWORD, desk.now())
    code = enrolment.new_code(desk.ledger, CHIEF, "command line", desk.now())
    with served(desk) as address:
        url = address.replace("127.0.0.1", "localhost")
        context = browser.new_context(base_url=url, locale="ja-JP")
        context.set_default_timeout(20_000)
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        _give_password(page)
        expect(page.get_by_label("登録コード")).to_be_focused()
        assert findings(page) == []
        page.get_by_label("登録コード").fill(code)
        page.keyboard.press("Enter")
        page.get_by_label("このパスキーの名前").fill("受付のパソコン")
        expect(page.get_by_role("button", name="パスキーを登録する")).to_be_enabled()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="登録できました")).to_be_visible()
        assert findings(page) == []
        context.clear_cookies()
        _give_password(page)
        expect(page.get_by_role("button", name="パスキーで続ける")).to_be_focused()
        assert findings(page) == []
        page.get_by_role("button", name="パスキーで続ける").press("Enter")
        expect(page).to_have_url(f"{url}/")
        (key,) = passkeys.of(desk.ledger, CHIEF)
        assert (key.name, key.rp_id, key.used_at is not None) == ("受付のパソコン", "localhost", True)
        context.close()


def _give_password(page: Any) -> None:
    page.goto("/sign-in")
    page.get_by_label("名前").fill(CHIEF)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.keyboard.press("Enter")
