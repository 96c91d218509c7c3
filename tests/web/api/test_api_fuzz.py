"""schemathesis finds nothing: every phase, few examples. `make api-fuzz` looks for longer."""

import pytest

from tests.web.api.fuzz import run


@pytest.mark.timeout(180)
def test_schemathesis_finds_nothing() -> None:
    """API-070."""
    done = run(examples=2, seed=1, seconds=150)
    assert done.returncode == 0, done.stdout[-6000:]
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅ {phase}" in done.stdout
