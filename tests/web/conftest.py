"""What the web room's tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from appliance.ledger import accounts
from tests.web.desk_world import Client, Desk, client_of, desk_in
from tests.web.service_world import service

__all__ = ["service"]


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing a password is made to be slow; here it would only cost minutes."""
    monkeypatch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def desk(box_dir: Path) -> Iterator[Desk]:
    """A box at reception, empty but for its readers and consumers."""
    with desk_in(box_dir) as found:
        yield found


@pytest.fixture
def client(desk: Desk) -> Client:
    """A receptionist who is signed in."""
    return client_of(desk)
