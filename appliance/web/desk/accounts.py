"""The page of the accounts: who may sign in as what. For administrators alone."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import account_list, enrolment, password_rules, second_factor
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
    Role.PATIENT_SCREEN: "患者さんの画面",
}
ROLE_SAYS = {
    Role.RECEPTION: "受付の画面、手入力の照会、障害時メモ。薬や健診の情報は見られません。",
    Role.CLINICIAN: "受付の画面と、本人が同意した薬・健診の情報。",
    Role.ADMINISTRATOR: "アカウント、設定、だれが何をしたかの記録。医療情報は見られません。",
    Role.MAINTENANCE: "リーダー、回線、証明書、技術的な設定などの保守。患者さんの情報、アカウント、記録は見られません。",
    Role.PATIENT_SCREEN: "リーダーのそばのタッチ画面だけ。ほかの画面は開けません。",
}


@dataclass(frozen=True)
class HandedOver:
    """The code with which the holder of account `name` may set up a second factor."""

    name: str
    code: str


@blueprint.get("/desk/accounts")
@guard.allow(*ADMINISTRATORS)
def account_page() -> str:
    """Every account, and the form for a new one."""
    return _page(None)


@blueprint.post("/desk/accounts")
@guard.allow(*ADMINISTRATORS)
def make_account() -> Response:
    """A new one, and the code with which its holder sets up the second factor, where the role gives one."""
    return _done(_make)


@blueprint.post("/desk/accounts/password")
@guard.allow(*ADMINISTRATORS)
def new_password() -> Response:
    """Another password, where one was forgotten or is known to somebody."""
    return _done(_set_password)


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
    """Forget lost devices; their holder sets another one up with a new code. Nobody is shown what is forgotten."""
    return _done(_forget_second_factor)


@blueprint.post("/desk/accounts/enrolment")
@guard.allow(*ADMINISTRATORS)
def enrolment_code() -> Response:
    """A code to hand over, where the one before was lost or is over."""
    return _done(_hand_over)


def _make(name: str, by: str) -> str:
    role, room = _role(), here()
    with_second = guard.needs_second(role)
    account_list.make(room.ledger, name, role, _password(), by, room.clock(), with_second=with_second)
    return _hand_over(name, by) if with_second else ""


def _set_password(name: str, by: str) -> None:
    room = here()
    role = account_list.role_of(room.ledger, name)
    with_second = role is not None and guard.needs_second(role)
    account_list.set_password(room.ledger, name, _password(), by, room.clock(), with_second=with_second)


def _forget_second_factor(name: str, by: str) -> str:
    if not second_factor.reset(here().ledger, name, by, here().clock()):
        raise Trouble("INPUT-001", "2段階認証は登録されていません")
    return _hand_over(name, by)


def _hand_over(name: str, by: str) -> str:
    return enrolment.new_code(here().ledger, name, by, here().clock())


def _done(act: Callable[[str, str], str | None]) -> Response:
    """Do it and show the page anew, or in the answer itself the code to hand over, which nobody can call up again."""
    name = request.form.get("name", "").strip()
    try:
        code = act(name, guard.signed_in().name)
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(trouble), errors.status_of(trouble))
    if code:
        return make_response(_page(None, HandedOver(name, code)))
    return make_response(redirect(url_for("desk.account_page"), 303))


def _page(trouble: Trouble | None, handed_over: HandedOver | None = None) -> str:
    accounts = account_list.listed(here().ledger)
    return render_template(
        "desk/accounts.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        accounts=accounts,
        handed_over=handed_over,
        code_days=enrolment.LASTS.days,
        needs_second={role for role in Role if guard.needs_second(role)},
        with_second={one.name for one in accounts if second_factor.is_set(here().ledger, one.name)},
        labels=ROLE_LABELS,
        says=ROLE_SAYS,
        rules=password_rules.RULES,
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
