"""The page of one's own account: another password, the own sign-ins, and ending those that are somewhere else."""

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from appliance.eligibility.trouble import Trouble
from appliance.ledger import own_account, password_rules
from appliance.web import errors, guard, passwords
from appliance.web.desk.accounts import ROLE_LABELS
from appliance.web.desk.reader_words import moment
from appliance.web.room import here
from appliance.web.session import attempt

blueprint = Blueprint(
    "account",
    __name__,
    url_prefix="/account",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
_DONE = {
    "changed": "パスワードを変えました。ほかのサインインはすべて終えました。",
    "ended": "選んだサインインを終えました。",
}


@blueprint.get("")
@guard.before_change
@guard.allow(*guard.STAFF)
def page() -> str:
    """The own account; the form for a new password alone, as long as the present one was given by somebody else."""
    return _page(None)


@blueprint.post("/password")
@guard.before_change
@guard.allow(*guard.STAFF)
def change_password() -> Response:
    """`before`, `password`, `again`: another password; all other sign-ins end."""
    return _done(_change, "changed")


@blueprint.post("/sign-ins/end")
@guard.allow(*guard.STAFF)
def end_sign_ins() -> Response:
    """`key`, as often as wanted, and `before`: end these sign-ins of one's own."""
    return _done(_end, "ended")


def _change() -> None:
    room, account = here(), guard.signed_in()
    before, password = request.form.get("before", ""), request.form.get("password", "")
    passwords.check_same(password, request.form.get("again", ""))
    with_second = guard.needs_second(account.role)
    own_account.check_new_password(account.name, before, password, with_second=with_second)
    _check_password(before)
    own_account.change_password(room.ledger, account.name, password, guard.token(), room.clock())


def _end() -> None:
    room, name, keys = here(), guard.signed_in().name, request.form.getlist("key")
    if not keys:
        raise Trouble("INPUT-001", "終えるサインインを選んでください")
    _check_password(request.form.get("before", ""))
    own_account.end_sign_ins(room.ledger, name, guard.token(), keys, room.clock())


def _check_password(password: str) -> None:
    attempt.check_again(guard.signed_in().name, password, "own-password-refused")


def _done(act: Callable[[], None], what: str) -> Response:
    """Do it and show the page anew with what was done, or with why it was not."""
    was_owed = guard.owes_change(guard.signed_in())
    try:
        act()
    except Trouble as trouble:
        if not errors.wants_page():
            raise
        return make_response(_page(trouble, failed=what), errors.status_of(trouble))
    return make_response(redirect("/" if was_owed else url_for(".page", done=what), 303))


def _page(trouble: Trouble | None, failed: str = "") -> str:
    room, account = here(), guard.signed_in()
    return render_template(
        "account/first.html" if guard.owes_change(account) else "account/page.html",
        entry=trouble.entry if trouble else None,
        detail=trouble.detail if trouble else "",
        failed=failed,
        done=_DONE.get(request.args.get("done", "")) if trouble is None else None,
        role=ROLE_LABELS[account.role],
        sign_ins=own_account.sign_ins(room.ledger, account.name, guard.token(), room.clock()),
        has_second=guard.needs_second(account.role),
        rules=password_rules.RULES,
        moment=moment,
    )
