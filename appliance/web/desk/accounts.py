"""The page of the accounts: who may sign in as what. For administrators alone."""

from collections.abc import Callable

from flask import Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import account_list, second_factor
from appliance.ledger.account_list import PASSWORD_RULES
from appliance.ledger.accounts import Role
from appliance.web import errors, guard, passwords
from appliance.web.desk.area import ADMINISTRATORS, blueprint
from appliance.web.desk.reader_words import moment
from appliance.web.room import here

ROLE_LABELS = {
    Role.RECEPTION: "受付",
    Role.CLINICIAN: "有資格者",
    Role.ADMINISTRATOR: "管理者",
    Role.MAINTENANCE: "保守",
    Role.PATIENT_SCREEN: "患者さまの画面",
}
ROLE_SAYS = {
    Role.RECEPTION: "受付の画面、手入力の照会、障害時メモ。薬や健診の情報は見られません。",
    Role.CLINICIAN: "受付の画面と、本人が同意した薬・健診の情報。",
    Role.ADMINISTRATOR: "アカウント、設定、だれが何をしたかの記録。医療情報は見られません。",
    Role.MAINTENANCE: "リーダー、証明書、設定などの保守。アカウントと記録は見られません。",
    Role.PATIENT_SCREEN: "リーダーのそばのタッチ画面だけ。ほかの画面は開けません。",
}


@blueprint.get("/desk/accounts")
@guard.allow(*ADMINISTRATORS)
def account_page() -> str:
    """Every account, and the form for a new one."""
    return _page(None)


@blueprint.post("/desk/accounts")
@guard.allow(*ADMINISTRATORS)
def make_account() -> Response:
    """A new one."""
    return _done(
        lambda name, by: account_list.make(here().ledger, name, _role(), _password(), by, here().clock())
    )


@blueprint.post("/desk/accounts/password")
@guard.allow(*ADMINISTRATORS)
def new_password() -> Response:
    """Another password, where one was forgotten or is known to somebody."""
    return _done(
        lambda name, by: account_list.set_password(here().ledger, name, _password(), by, here().clock())
    )


@blueprint.post("/desk/accounts/role")
@guard.allow(*ADMINISTRATORS)
def new_role() -> Response:
    """Another role."""
    return _done(lambda name, by: account_list.set_role(here().ledger, name, _role(), by, here().clock()))


@blueprint.post("/desk/accounts/enable")
@guard.allow(*ADMINISTRATORS)
def enable_account() -> Response:
    """Let it sign in again."""
    return _done(lambda name, by: account_list.enable(here().ledger, name, by, here().clock()))


@blueprint.post("/desk/accounts/disable")
@guard.allow(*ADMINISTRATORS)
def disable_account() -> Response:
    """For who has left: it signs in no more, and what it did stays on record under its name."""
    return _done(lambda name, by: account_list.disable(here().ledger, name, by, here().clock()))


@blueprint.post("/desk/accounts/second-factor")
@guard.allow(*ADMINISTRATORS)
def reset_second_factor() -> Response:
    """Forget a lost device; its holder sets another one up. Nobody is shown what is forgotten."""
    return _done(_forget_second_factor)


def _forget_second_factor(name: str, by: str) -> None:
    if not second_factor.reset(here().ledger, name, by, here().clock()):
        raise Trouble("INPUT-001", "認証アプリは登録されていません")


def _done(act: Callable[[str, str], None]) -> Response:
    try:
        act(request.form.get("name", "").strip(), guard.signed_in().name)
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(trouble), errors.status_of(trouble))
    return make_response(redirect(url_for("desk.account_page"), 303))


def _page(trouble: Trouble | None) -> str:
    accounts = account_list.listed(here().ledger)
    return render_template(
        "desk/accounts.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        accounts=accounts,
        with_second={one.name for one in accounts if second_factor.is_set(here().ledger, one.name)},
        labels=ROLE_LABELS,
        says=ROLE_SAYS,
        rules=PASSWORD_RULES,
        form=request.form,
        moment=moment,
    )


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError as error:
        raise Trouble("INPUT-001", "役割を選んでください") from error


def _password() -> str:
    password = request.form.get("password", "")
    passwords.check_same(password, request.form.get("again", ""))
    return password
