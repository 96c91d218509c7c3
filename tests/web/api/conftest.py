"""A consumer of the API at the web room's desk."""

import pytest

from tests.web.api.vendor import Vendor, vendor_of
from tests.web.desk_world import Desk


@pytest.fixture
def vendor(desk: Desk) -> Vendor:
    """The consumer `chart`, with a token."""
    return vendor_of(desk)
