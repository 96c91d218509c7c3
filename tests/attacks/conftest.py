"""What the attacks share."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from appliance.ledger import accounts
from tests.web.conftest import client, desk

__all__ = ["client", "desk"]


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hashing a password is made to be slow; here it would only cost minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield
