"""The contract is tested on the same box with broker as the sync room."""

from tests.sync.conftest import station

__all__ = ["station"]
