"""The menu on every page of the staff: which places there are, and for whom."""

from dataclasses import dataclass

from flask import Flask

from appliance.ledger.accounts import Role
from appliance.web import guard
from appliance.web.desk.area import PAGES
from appliance.web.room import here

_CLINIC = guard.CLINIC


@dataclass(frozen=True)
class Place:
    """A page one can go to from anywhere; `with_second`: for roles that give a second factor at this clinic.

    `with_emergency`: where the clinic has 緊急時の閲覧.
    """

    label: str
    path: str
    roles: tuple[Role, ...] = guard.STAFF
    with_second: bool = False
    with_emergency: bool = False


GROUPS: dict[str, tuple[Place, ...]] = {
    "診療": (Place("診療", "/clinical", (Role.CLINICIAN,)),),
    "受付": (
        Place("今日の受付", "/", _CLINIC),
        Place("やること", "/tasks", _CLINIC),
        Place("月末の一覧", "/tasks/month", _CLINIC),
        Place("予約・一括照会", "/bulk", _CLINIC),
        Place("障害時メモ", "/outage", _CLINIC),
        Place("確認できないとき", "/fallback", _CLINIC),
        Place("止まっているもの", "/queue", _CLINIC),
    ),
    "統計とお金": (
        Place("月の統計", "/statistics", _CLINIC),
        Place("うまくいかなかったこと", "/statistics/failures"),
        Place("加算", "/statistics/points", _CLINIC),
        Place("見積もり", "/statistics/quotes", _CLINIC),
        Place("終わった補助金", "/statistics/archive", _CLINIC),
    ),
    "困ったとき・印刷": (
        Place("緊急時の閲覧", "/emergency", (Role.RECEPTION, Role.ADMINISTRATOR), with_emergency=True),
        Place("困ったことを調べる", "/help/troubles"),
        Place("義務と経過措置", "/help/duty"),
        Place("画面の案内（F1）", "/help"),
        Place("印刷物", "/printing", _CLINIC),
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
    has_emergency = here().settings.emergency_minutes > 0
    has_second = guard.needs_second(account.role)
    found = {
        name: tuple(
            one
            for one in places
            if account.role in one.roles
            and (has_second or not one.with_second)
            and (has_emergency or not one.with_emergency)
        )
        for name, places in GROUPS.items()
    }
    return {name: places for name, places in found.items() if places}
