"""One attempt with a password: what it may cost the box, and whose budget it spends.

argon2 takes 64 MiB and a core for each: one at a time for strangers, one beside it for known browsers, and few who wait.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask import request

from appliance.eligibility.trouble import Trouble
from appliance.ledger import accounts, audit
from appliance.ledger.account_list import LONGEST_NAME
from appliance.web import browser_kind, known_device
from appliance.web.brake import Budget
from appliance.web.room import here

MOST_BY_STRANGERS = 20
"""Failures for one account from browsers in which it never signed in, wherever they are."""

MOST_FROM_ONE_PLACE = 50
MOST_WAITING = 8

T = TypeVar("T")


class Lane:
    """One at a time; beyond `MOST_WAITING` nobody waits."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_WAITING + 1)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Raises `Trouble` AUTH-013 when too many wait already."""
        if not self._places.acquire(blocking=False):
            raise Trouble("AUTH-013")
        try:
            with self._turn:
                yield
        finally:
            self._places.release()


_KNOWN, _STRANGE = Lane(), Lane()


def sign_in(name: str, password: str) -> str:
    """A sign-in token. Raises `Trouble` AUTH-001, AUTH-005 after too many failures, AUTH-013 in a flood.

    AUTH-016 for the right password of an account of the role 保守 that nobody has approved: nobody else is told so.
    """
    room, now = here(), here().clock()
    token = _tried(
        name,
        lambda: accounts.sign_in(room.ledger, name, password, now, browser_kind.spoken()),
        "sign-in-refused",
    )
    if accounts.account_of(room.ledger, token, now) is None:
        accounts.sign_out(room.ledger, token)
        audit.write(room.ledger, name, "sign-in-refused", "", now, "AUTH-016")
        raise Trouble("AUTH-016")
    audit.write(room.ledger, name, "sign-in", "", now)
    return token


def check_again(name: str, password: str, refusal: str = "unlock-refused") -> None:
    """The password of who is signed in already; `refusal` is what another one is called in the trail. Raises as `sign_in` does."""
    _tried(name, lambda: accounts.check_password(here().ledger, name, password), refusal)


def _tried(name: str, step: Callable[[], T], refusal: str) -> T:
    room = here()
    device = known_device.of(name)
    # A typed name can be a password in the wrong field, so only names of real accounts are written down.
    actor = name if accounts.is_known(room.ledger, name) else "-"

    def note(code: str) -> None:
        audit.write(room.ledger, actor, refusal, "", room.clock(), code)

    with (_KNOWN if device else _STRANGE).turn():
        # Not the moment of asking: who has waited for a turn comes after those who had theirs.
        return room.brake.spend(_budgets(name, device), room.clock(), step, note)


def _budgets(name: str, device: str | None) -> tuple[Budget, ...]:
    name, place = name[: LONGEST_NAME + 1], request.remote_addr or ""
    if device:
        return (Budget((name, f"device {device}")),)
    return (
        Budget((name, f"from {place}")),
        Budget((name, "strangers"), MOST_BY_STRANGERS),
        Budget(("", f"from {place}"), MOST_FROM_ONE_PLACE),
    )
