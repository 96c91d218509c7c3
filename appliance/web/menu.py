"""The menu on every page of the staff: which places there are, and for whom."""

from dataclasses import dataclass

from flask import Flask

from appliance.ledger.accounts import Role
from appliance.web import guard
from appliance.web.desk.area import PAGES

_ALL = guard.STAFF
_WITH_PATIENTS = (Role.RECEPTION, Role.CLINICIAN, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Place:
    """A page one can go to from anywhere; `with_second`: for roles that give a second factor at this clinic."""

    label: str
    path: str
    roles: tuple[Role, ...] = _ALL
    with_second: bool = False


GROUPS: dict[str, tuple[Place, ...]] = {
    "診療": (Place("診療", "/clinical", (Role.CLINICIAN,)),),
    "受付": (
        Place("今日の受付", "/"),
        Place("やること", "/tasks"),
        Place("月末の一覧", "/tasks/month"),
        Place("予約・一括照会", "/bulk"),
        Place("障害時メモ", "/outage", _WITH_PATIENTS),
        Place("確認できないとき", "/fallback"),
        Place("止まっているもの", "/queue"),
    ),
    "統計とお金": (
        Place("月の統計", "/statistics"),
        Place("うまくいかなかったこと", "/statistics/failures"),
        Place("加算", "/statistics/points"),
        Place("見積もり", "/statistics/quotes"),
        Place("終わった補助金", "/statistics/archive"),
    ),
    "困ったとき・印刷": (
        Place("困ったことを調べる", "/help/troubles"),
        Place("義務と経過措置", "/help/duty"),
        Place("画面の案内（F1）", "/help"),
        Place("印刷物", "/printing"),
        Place("連絡先カード", "/printing/contacts"),
    ),
    "ご自分のアカウント": (
        Place("パスワードとサインイン", "/account"),
        Place("2段階認証の方法", "/second/ways", with_second=True),
    ),
    "管理": tuple(Place(page.label, page.path, page.roles) for page in PAGES),
}


def install(app: Flask) -> None:
    """Let the base template ask `menu_groups()`."""
    app.context_processor(lambda: {"menu_groups": menu_groups})


def menu_groups() -> dict[str, tuple[Place, ...]]:
    """The groups of this page's menu, each with what the account may open; a group with nothing is left out."""
    account = guard.account()
    if account is None:
        return {}
    has_second = guard.needs_second(account.role)
    found = {
        name: tuple(
            one for one in places if account.role in one.roles and (has_second or not one.with_second)
        )
        for name, places in GROUPS.items()
    }
    return {name: places for name, places in found.items() if places}
