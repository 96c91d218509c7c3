"""A process that dies with a PIN, a password or a key in its memory leaves no core file behind.

Each is made to crash where every core would be written: the limits allow it, and the folder it works in is ours.
"""

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PATTERN = Path("/proc/sys/kernel/core_pattern")
CRASH = "import os, signal; os.kill(os.getpid(), signal.{signal})"


def crashed(code: str, folder: Path) -> list[str]:
    """The files that a crashed program left in `folder`, where it worked."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2),
        check=False,
        capture_output=True,
    )
    assert done.returncode in (-signal.SIGSEGV, -signal.SIGABRT), done.stderr
    return [path.name for path in folder.iterdir()]


@pytest.fixture(autouse=True)
def _cores_lie_where_the_program_works() -> None:
    where = PATTERN.read_text("ascii").strip()
    if where.startswith(("|", "/")) or resource.getrlimit(resource.RLIMIT_CORE)[1] != resource.RLIM_INFINITY:
        pytest.skip(f"this machine lets no program write a core where it works ({where})")


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT"])
def test_a_process_of_the_box_leaves_no_core(tmp_path: Path, name: str) -> None:
    crash = CRASH.format(signal=name)
    assert crashed(crash, tmp_path) != [], "without our care there would be one"
    for left in tmp_path.iterdir():
        left.unlink()
    assert crashed(f"from appliance.cli.running import run; run.callback(); {crash}", tmp_path) == []


def test_a_program_that_takes_its_place_leaves_none_either(tmp_path: Path) -> None:
    crash = CRASH.format(signal="SIGABRT")
    replaced = f"import os, sys; os.execv(sys.executable, [sys.executable, '-c', {crash!r}])"
    assert crashed(f"from appliance.cli.running import run; run.callback(); {replaced}", tmp_path) == []
