"""How thorough to be: `CRASH_EVERY_STEP=1 make test PYTEST_ARGS=tests/crash` leaves out nothing and takes its time."""

import os


def stride(usually: int) -> int:
    """Every how manieth step to try; each one when somebody wants to know."""
    return 1 if os.environ.get("CRASH_EVERY_STEP") else usually
