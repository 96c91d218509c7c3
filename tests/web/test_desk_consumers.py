"""The desk's consumers: added, given one file once, allowed lists, revoked; sync does what the broker has to know."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from appliance.ledger import (
    account_wishes,
    api_tokens,
    audit,
    consumer_extras,
    consumer_forms,
    consumer_terms,
    consumers,
    deliveries,
    delivery_counts,
    tasks,
)
from appliance.ledger.account_wishes import handover_file
from appliance.ledger.accounts import Role
from appliance.ledger.consumer_extras import Extra, Scope
from appliance.ledger.consumer_forms import Form
from appliance.ledger.consumer_terms import Term
from appliance.ledger.consumers import Consumer, ConsumerKind, Lists
from appliance.ledger.tasks import TaskKind
from appliance.web.guard import COOKIE
from tests.web.desk_world import HTML, Client, Desk, client_of, served

PAGE = "/desk/consumers"
EMR = f"{PAGE}/emr"
DENTAL = "1339999995"


@pytest.fixture
def keeper(desk: Desk) -> Client:
    return client_of(desk, Role.ADMINISTRATOR)


def known(desk: Desk, name: str) -> Consumer:
    found = consumers.find(desk.ledger, name)
    assert found is not None
    return found


def fulfil(desk: Desk, name: str, content: str = "a file") -> None:
    """As sync does it."""
    (wish,) = account_wishes.wanted(desk.ledger)
    assert wish.consumer == name
    file = handover_file(desk.box, name)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.write_text(content, "utf-8")  # web gives away what lies there, whatever it is
    account_wishes.fulfilled(desk.ledger, wish)


def test_an_emr_gets_one_file_that_can_be_taken_once(desk: Desk, keeper: Client) -> None:
    added = keeper.post(PAGE, {"name": "chart-2", "kind": "mqtt", "lists": "night"})
    one = f"{PAGE}/chart-2"
    assert (added.status_code, added.location) == (303, one)
    assert known(desk, "chart-2").handing_in.lists is Lists.NIGHT
    assert keeper.get("/desk/consumer-state").json == {"waiting": True}
    assert "用意しています" in keeper.get(PAGE).text
    assert "用意しています" in keeper.get(one).text
    assert "ファイルを受け取る" not in keeper.get(one).text
    fulfil(desk, "chart-2")
    assert "業者に渡すファイルができています" in keeper.get(PAGE).text
    assert "受け取れるのは1回だけ" in keeper.get(one).text
    taken = keeper.post(f"{PAGE}/chart-2/file/take")
    assert (taken.status_code, taken.data) == (200, b"a file")
    assert taken.headers["Content-Disposition"] == 'attachment; filename="madoguchi-chart-2.zip"'
    assert taken.headers["Cache-Control"] == "no-store"
    assert list(handover_file(desk.box, "x").parent.iterdir()) == []
    again = keeper.post(f"{PAGE}/chart-2/file/take")
    assert (again.status_code, again.json["error"]["code"]) == (404, "INPUT-005")
    actions = [row.action for row in audit.latest(desk.ledger, 2)]
    assert actions == ["consumer-file-taken", "consumer-set"]
    assert all("a file" not in row.detail for row in audit.latest(desk.ledger, 9))


def test_a_new_file_is_a_new_password_and_other_lists_are_not(desk: Desk, keeper: Client) -> None:
    assert keeper.post(f"{EMR}/lists", {"lists": "now"}).status_code == 303
    assert known(desk, "emr").handing_in.lists is Lists.NOW
    assert [one.anew for one in account_wishes.wanted(desk.ledger)] == [False]
    assert keeper.post(f"{EMR}/file").status_code == 303
    assert [one.anew for one in account_wishes.wanted(desk.ledger)] == [True]
    assert keeper.post(f"{EMR}/lists", {"lists": ""}).status_code == 303
    assert [one.anew for one in account_wishes.wanted(desk.ledger)] == [True]
    assert keeper.post(f"{PAGE}/receipt/file").status_code == 404


def test_what_was_wished_for_while_sync_worked_is_not_lost(desk: Desk) -> None:
    account_wishes.want(desk.ledger, "emr", "a", desk.now(), anew=False)
    (before,) = account_wishes.wanted(desk.ledger)
    account_wishes.want(desk.ledger, "emr", "a", desk.now() + timedelta(seconds=1), anew=True)
    account_wishes.fulfilled(desk.ledger, before)
    assert [one.anew for one in account_wishes.wanted(desk.ledger)] == [True]


def test_a_receipt_computer_gets_a_folder_of_its_own(desk: Desk, keeper: Client) -> None:
    said = {"name": "dental", "kind": "folder", "lists": "", "encoding": "Shift_JIS"}
    assert keeper.post(PAGE, said).status_code == 303
    one = known(desk, "dental")
    assert (one.folder.root, one.folder.encoding) == (str(desk.box.root / "folders" / "dental"), "Shift_JIS")
    assert account_wishes.wanted(desk.ledger) == ()
    assert str(desk.box.root / "folders" / "dental") in keeper.get(f"{PAGE}/dental").text
    assert keeper.post(f"{PAGE}/dental/lists", {"lists": "night"}).status_code == 303
    assert (known(desk, "dental").folder, known(desk, "dental").handing_in.lists) == (one.folder, Lists.NIGHT)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "emr", "kind": "mqtt"}, "もうあります"),
        ({"name": "Chart", "kind": "mqtt"}, "英小文字"),
        ({"name": "../up", "kind": "folder"}, "英小文字"),
        ({"name": "", "kind": "folder"}, "英小文字"),
        ({"name": "new", "kind": "post"}, "つなぎ方"),
        ({"name": "new", "kind": "mqtt", "lists": "always"}, "予約の一覧"),
        ({"name": "new", "kind": "folder", "encoding": "EBCDIC"}, "文字コード"),
        ({"name": "new", "kind": "mqtt", "payload": "hl7v2"}, "結果の形式"),
    ],
)
def test_what_will_not_do_is_refused_whole(
    desk: Desk, keeper: Client, said: dict[str, str], why: str
) -> None:
    before = consumers.all_consumers(desk.ledger)
    data = {"lists": ""} | said | {"csrf_token": keeper.csrf}
    refused = keeper.flask.post(PAGE, data=data, base_url="https://localhost", headers=HTML)
    assert refused.status_code == 422
    assert why in refused.text
    assert (consumers.all_consumers(desk.ledger), account_wishes.wanted(desk.ledger)) == (before, ())


def test_a_house_of_two_codes_says_in_whose_name_lists_are_handed_in(desk: Desk) -> None:
    desk.settings = replace(desk.settings, other_institution_codes=(DENTAL,))
    keeper = client_of(desk, Role.ADMINISTRATOR)
    said = {"lists": "now", "institution_code": DENTAL}
    assert keeper.post(f"{EMR}/lists", said).status_code == 303
    assert known(desk, "emr").handing_in.institution_code == DENTAL
    facts = keeper.get(EMR).text.partition("<dl")[2].partition("</dl>")[0]
    assert f"歯科（{DENTAL}）" in facts


def test_deliveries_are_counted_and_a_revoked_consumer_is_owed_nothing(desk: Desk, keeper: Client) -> None:
    for person in ("p01", "p02"):
        desk.person(person)
    first = deliveries.due(desk.ledger, ConsumerKind.MQTT, desk.now(), 9)[0]
    assert deliveries.acknowledge(desk.ledger, first.id, "emr", desk.now())
    counts = delivery_counts.by_consumer(desk.ledger)
    assert (counts["emr"].waiting, counts["emr"].taken, counts["receipt"].waiting) == (1, 1, 2)
    assert counts["emr"].last_taken_at is not None
    removed = keeper.post(f"{EMR}/remove")
    assert (removed.status_code, removed.location) == (303, PAGE)
    assert keeper.get(EMR).status_code == 404
    assert consumers.find(desk.ledger, "emr") is None
    assert delivery_counts.by_consumer(desk.ledger)["emr"].waiting == 0
    assert [one.consumer for one in account_wishes.wanted(desk.ledger)] == ["emr"]
    assert "パスワードを止めています" in keeper.get(PAGE).text
    assert keeper.post(PAGE, {"name": "emr", "kind": "folder", "lists": ""}).status_code == 422
    assert keeper.post(f"{EMR}/remove").status_code == 404


def test_an_emr_is_given_tasks_and_the_xml(desk: Desk, keeper: Client) -> None:
    assert "なし（結果だけ）" in keeper.get(EMR).text
    assert keeper.post(f"{EMR}/extras", {"tasks": "1", "raw": "1"}).status_code == 303
    assert set(consumer_extras.of(desk.ledger, "emr")) == {Extra.TASKS, Extra.RAW}
    since = consumer_extras.of(desk.ledger, "emr")[Extra.RAW].given_at
    assert "渡し待ち 1件" not in keeper.get(EMR).text
    tasks.raise_(desk.ledger, TaskKind.UNRESOLVED, "check", "unknown", desk.now())
    assert "渡し待ち 1件" in keeper.get(EMR).text
    assert [one.anew for one in account_wishes.wanted(desk.ledger)] == [False]
    desk.shift = timedelta(minutes=1)
    assert keeper.post(f"{EMR}/extras", {"raw": "1"}).status_code == 303
    given = consumer_extras.of(desk.ledger, "emr")
    assert (set(given), given[Extra.RAW].given_at) == ({Extra.RAW}, since)
    assert "センターの電文（XML）" in keeper.get(EMR).text.partition("ほかに渡すもの")[2]
    assert keeper.post(f"{PAGE}/receipt/extras", {"raw": "1"}).status_code == 422


def test_medical_information_is_given_by_the_administrator_alone_and_with_its_purpose(desk: Desk) -> None:
    keeper, chief = client_of(desk, Role.MAINTENANCE), client_of(desk, Role.ADMINISTRATOR)
    wanted = {"scope": "own", "purpose": "診察で服薬を確かめるため", "sure": "1"}
    assert keeper.post(f"{EMR}/medical", wanted).status_code == 403
    assert "/emr/medical" not in keeper.get(EMR).text
    assert "/emr/medical" in chief.get(EMR).text
    for without in ("sure", "purpose"):
        said = {name: value for name, value in wanted.items() if name != without}
        assert chief.post(f"{EMR}/medical", said).status_code == 422
    assert consumer_extras.of(desk.ledger, "emr") == {}
    assert chief.post(f"{EMR}/medical", wanted).status_code == 303
    given = consumer_extras.of(desk.ledger, "emr")[Extra.MEDICAL]
    assert (given.scope, given.purpose) == (Scope.OWN, wanted["purpose"])
    shown = keeper.get(EMR).text
    assert wanted["purpose"] in shown
    assert "この相手が照会した分だけ渡す" in shown
    assert [row.detail for row in audit.latest(desk.ledger, 1)] == [f"medical own {wanted['purpose']}"]
    assert chief.post(f"{EMR}/medical", {"scope": ""}).status_code == 303
    assert consumer_extras.of(desk.ledger, "emr") == {}


def test_when_sync_does_not_run_the_page_says_so(desk: Desk, keeper: Client) -> None:
    keeper.post(f"{EMR}/file")
    assert "madoguchi run sync" not in keeper.get(EMR).text
    desk.shift = timedelta(seconds=31)
    assert "madoguchi run sync" in keeper.get(EMR).text


def test_what_a_form_of_its_page_is_refused_for_stands_on_its_page(desk: Desk, keeper: Client) -> None:
    data = {"payload": "hl7v2", "csrf_token": keeper.csrf}
    refused = keeper.flask.post(f"{EMR}/form", data=data, base_url="https://localhost", headers=HTML)
    assert refused.status_code == 422
    assert "結果の形式を選んでください" in refused.text
    assert 'data-consumer="emr"' in refused.text


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CLINICIAN])
def test_nobody_else_takes_passwords(desk: Desk, role: Role) -> None:
    client = client_of(desk, role)
    assert {client.get(path).status_code for path in (PAGE, EMR)} == {403}
    for act in (
        "",
        "/emr/lists",
        "/emr/file",
        "/emr/file/take",
        "/emr/remove",
        "/emr/extras",
        "/emr/medical",
    ):
        assert client.post(f"{PAGE}{act}", {"name": "x", "kind": "mqtt"}).status_code == 403


def test_what_an_emr_may_ask_for_is_ticked(desk: Desk, keeper: Client) -> None:
    assert "受け取るだけ" in keeper.get(EMR).text
    assert keeper.post(f"{EMR}/rights", {"may": ["check", "replay", "no-such"]}).status_code == 303
    assert consumer_terms.all_terms(desk.ledger) == {"emr": {Term.CHECK, Term.REPLAY}}
    page = keeper.get(EMR).text
    assert "保険の書類の番号で照会する、過去の結果をさかのぼって受け取る" in page
    assert (page.count('name="may"'), page.count(" checked")) == (len(Term), 2)
    assert [(row.action, row.detail) for row in audit.latest(desk.ledger, 1)] == [
        ("consumer-allowed", "check replay")
    ]
    assert keeper.post(f"{EMR}/rights").status_code == 303
    assert consumer_terms.all_terms(desk.ledger) == {}
    assert keeper.post(f"{PAGE}/receipt/rights", {"may": ["check"]}).status_code == 404


def test_an_emr_may_have_its_results_as_fhir(desk: Desk, keeper: Client) -> None:
    assert keeper.post(PAGE, {"name": "chart-3", "kind": "mqtt", "payload": "fhir"}).status_code == 303
    assert consumer_forms.form_of(desk.ledger, "chart-3") is Form.FHIR
    assert keeper.post(f"{PAGE}/chart-3/form", {"payload": "json"}).status_code == 303
    assert consumer_forms.form_of(desk.ledger, "chart-3") is Form.JSON
    assert [row.action for row in audit.latest(desk.ledger, 2)] == ["consumer-form", "consumer-form"]
    assert keeper.post(f"{PAGE}/chart-3/form", {"payload": "hl7v2"}).status_code == 422
    assert keeper.post(f"{PAGE}/receipt/form", {"payload": "fhir"}).status_code == 404
    assert keeper.post(PAGE, {"name": "dental-3", "kind": "folder", "payload": "fhir"}).status_code == 303
    assert consumer_forms.form_of(desk.ledger, "dental-3") is Form.JSON


def test_a_name_that_comes_back_has_the_form_it_is_given_now(desk: Desk, keeper: Client) -> None:
    keeper.post(PAGE, {"name": "chart-4", "kind": "mqtt", "payload": "fhir"})
    keeper.post(f"{PAGE}/chart-4/remove", {})
    assert keeper.post(PAGE, {"name": "chart-4", "kind": "mqtt"}).status_code == 303
    assert consumer_forms.form_of(desk.ledger, "chart-4") is Form.JSON


def test_a_token_is_shown_once_and_can_be_stopped(desk: Desk, keeper: Client) -> None:
    assert keeper.post(PAGE, {"name": "chart", "kind": "api", "lists": ""}).status_code == 303
    assert account_wishes.wanted(desk.ledger) == ()
    page = f"{PAGE}/chart/tokens"
    assert f'href="{page}"' in keeper.get(f"{PAGE}/chart").text
    assert "まだありません" in keeper.get(page).text
    made = keeper.post(page).text
    text = made.partition('id="token" translate="no">')[2].partition("<")[0]
    found = api_tokens.find(desk.ledger, text)
    assert found is not None
    assert found.made_by == Role.ADMINISTRATOR.value
    later = keeper.get(page).text
    assert found.id in later
    assert text.partition(".")[2] not in later
    assert keeper.post(f"{EMR}/tokens/{found.id}/revoke").status_code == 303
    assert api_tokens.find(desk.ledger, text) is not None, "it is not the token of emr"
    assert keeper.post(f"{page}/{found.id}/revoke").status_code == 303
    assert api_tokens.find(desk.ledger, text) is None
    assert [row.action for row in audit.latest(desk.ledger, 2)] == ["revoke-token", "make-token"]


@pytest.mark.parametrize("name", ["emr", "receipt", "nobody"])
def test_who_does_not_fetch_has_no_tokens(keeper: Client, name: str) -> None:
    assert keeper.get(f"{PAGE}/{name}/tokens").status_code == 404
    assert keeper.post(f"{PAGE}/{name}/tokens").status_code == 404


def test_a_consumer_that_is_given_up_keeps_no_token(desk: Desk, keeper: Client) -> None:
    keeper.post(PAGE, {"name": "chart", "kind": "api", "lists": ""})
    text = api_tokens.make(desk.ledger, "chart", "engineer", desk.now())
    assert keeper.post(f"{PAGE}/chart/remove").status_code == 303
    keeper.post(PAGE, {"name": "chart", "kind": "api", "lists": ""})
    assert api_tokens.find(desk.ledger, text) is None


def test_a_page_that_waits_does_not_come_anew_under_who_types(browser: Browser, desk: Desk) -> None:
    account_wishes.want(desk.ledger, "emr", "kanri", desk.now(), anew=True)
    with served(desk) as address, contextlib.closing(browser.new_context(base_url=address)) as context:
        context.set_default_timeout(20_000)
        host, cookie = address.replace("http:", "https:"), desk.sign_in(Role.ADMINISTRATOR)
        context.add_cookies(
            [{"name": COOKIE, "value": cookie, "url": host, "secure": True, "sameSite": "Strict"}]
        )
        page = context.new_page()
        page.goto(PAGE)
        name = page.get_by_label("名前（英小文字・数字・-）")
        name.fill("chart-9")
        fulfil(desk, "emr")
        # The first answer may be of before; the page that has heard of the end goes on asking, so it is still there.
        for _ in range(3):
            page.wait_for_event("response", lambda answer: answer.url.endswith("/desk/consumer-state"))
        expect(name).to_have_value("chart-9")
        name.fill("")
        name.blur()
        expect(page.locator("#waiting")).to_have_count(0)
        expect(page.get_by_text("業者に渡すファイルができています")).to_be_visible()
