"""The units: understood by the systemd that will read them, and each shut in as far as its work allows."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "systemd"
DAEMONS = tuple(
    sorted(path.stem for path in UNITS.glob("*.service") if "Type=oneshot" not in path.read_text("utf-8"))
)
ONESHOTS = tuple(sorted({path.stem for path in UNITS.glob("*.service")} - set(DAEMONS)))
WORST = 1.5
"""systemd's own figure of how much a process could still do; 10 is everything."""

RIGHTS = {
    # Listens at port 445.
    "madoguchi-share": "CAP_NET_BIND_SERVICE",
}
"""What of root's rights a daemon has; all others none."""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with our units, Debian's that they change, and something executable wherever they start something."""
    tree = tmp_path_factory.mktemp("units")
    there = tree / "usr/lib/systemd/system"
    there.parent.mkdir(parents=True)
    subprocess.run(["cp", "-r", str(UNITS), str(there)], check=True)
    for name in ("pcscd.service", "pcscd.socket"):
        (there / name).write_text(Path(f"/lib/systemd/system/{name}").read_text("utf-8"), "utf-8")
    standing = "network-pre.target sysinit.target multi-user.target sockets.target timers.target shutdown.target basic.target"
    for name in f"{standing} systemd-udevd.service nftables.service boot-efi.mount var.mount -.mount".split():
        source = Path(f"/lib/systemd/system/{name}")
        mount = f"[Mount]\nWhat=x\nWhere=/{name.removesuffix('.mount').replace('-', '/').lstrip('/')}\n"
        (there / name).write_text(
            source.read_text("utf-8")
            if source.exists()
            else mount
            if name.endswith(".mount")
            else "[Service]\nExecStart=/bin/true\n",
            "utf-8",
        )
    for path in UNITS.rglob("*"):
        if path.is_file():
            _make_programs(tree, path.read_text("utf-8"))
    return tree


def _make_programs(tree: Path, text: str) -> None:
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key.startswith("Exec") and value.strip():
            program = tree / value.split()[0].lstrip("-+!@:").lstrip("/")
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text("#!/bin/sh\n", "utf-8")
            program.chmod(0o755)


def test_what_keeps_the_processes_apart_stands_in_their_units() -> None:
    said = {name: (UNITS / f"{name}.service").read_text("utf-8").splitlines() for name in DAEMONS}
    assert {name for name, lines in said.items() if "SystemCallFilter=@system-service" not in lines} == set()
    assert {name for name, lines in said.items() if "NoNewPrivileges=yes" not in lines} == set()
    assert {name: lines for name, lines in said.items() if _rights_of(lines) != RIGHTS.get(name, "")} == {}
    devices, sync, web = (said[f"madoguchi-{name}"] for name in ("devices", "sync", "web"))
    assert {"PrivateNetwork=yes", "RestrictAddressFamilies=AF_UNIX"} <= set(devices)
    assert "SocketBindDeny=any" in sync
    assert {"PrivateDevices=yes", "IPAddressDeny=any", "IPAddressAllow=localhost"} <= set(web)
    for lines in (devices, sync):
        # In a user namespace the kernel would show every caller of a hatch as nobody.
        assert "Environment=MADOGUCHI_WEB_USER=madoguchi-web" in lines
        assert "User=madoguchi-web" in web
        assert not any(line.startswith("PrivateUsers=") for line in lines)


def _rights_of(lines: list[str]) -> str | None:
    return next((line.partition("=")[2] for line in lines if line.startswith("CapabilityBoundingSet=")), None)


def test_the_file_server_is_nobody_of_the_house() -> None:
    """Strangers on the network speak to it: it is not in the group that works on the ledger, and sees nothing of the state."""
    lines = (UNITS / "madoguchi-share.service").read_text("utf-8").splitlines()
    assert {"User=madoguchi-share", "Group=madoguchi-share", "SocketBindDeny=any"} <= set(lines)
    assert any(line.startswith("InaccessiblePaths=-/var/lib/madoguchi ") for line in lines)
    assert not any(line.startswith("SupplementaryGroups=") for line in lines)


def test_what_lets_the_processes_reach_each_other_stands_in_them_too() -> None:
    """Each of these was missing once, and a booted box read no card or let no EMR in."""
    devices, broker, begin = (
        (UNITS / f"madoguchi-{name}.service").read_text("utf-8").splitlines()
        for name in ("devices", "broker", "begin")
    )
    service, socket = (
        (UNITS / f"pcscd.{kind}.d/madoguchi.conf").read_text("utf-8").splitlines()
        for kind in ("service", "socket")
    )
    (group,) = (line.partition("=")[2] for line in socket if line.startswith("SocketGroup="))
    extra = next(line for line in devices if line.startswith("SupplementaryGroups="))
    assert group in extra.partition("=")[2].split()
    assert not any(line.startswith("RuntimeDirectory=") for line in service)
    # sync has to see the broker in /proc, to signal it.
    assert not any(line.startswith("PrivateUsers=") for line in broker)
    assert "ExecStart=-/bin/systemctl --no-block try-restart madoguchi-web.service" in begin


def analyzed(*arguments: str, cwd: Path | None = None) -> str:
    done = subprocess.run(
        ["systemd-analyze", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "SYSTEMD_PAGER": ""},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("unit", sorted(path.name for path in UNITS.iterdir() if path.is_file()))
def test_systemd_understands_the_unit(tree: Path, unit: str) -> None:
    said = analyzed(
        "verify", f"--root={tree}", "--man=no", "--recursive-errors=no", f"/usr/lib/systemd/system/{unit}"
    )
    ours = [line for line in said.splitlines() if unit in line or "madoguchi" in line]
    assert ours == []


@pytest.mark.parametrize("unit", [*DAEMONS, *ONESHOTS, "pcscd"])
def test_the_unit_is_shut_in(tree: Path, unit: str) -> None:
    analyzed(
        "security",
        "--offline=true",
        f"--root={tree}",
        f"--threshold={round(WORST * 10)}",
        "--no-pager",
        f"{unit}.service",
    )


def test_every_daemon_comes_back_and_is_bounded() -> None:
    assert DAEMONS
    for unit in DAEMONS:
        text = (UNITS / f"{unit}.service").read_text("utf-8")
        assert "Restart=always" in text, unit
        assert "MemoryMax=" in text, unit
        assert "TasksMax=" in text, unit
        assert "LimitCORE=0" in text, unit


def test_every_step_of_a_start_ends() -> None:
    """One that hangs would hang the box."""
    for unit in ONESHOTS:
        assert "TimeoutStartSec=" in (UNITS / f"{unit}.service").read_text("utf-8"), unit


def test_no_unit_waits_for_a_network() -> None:
    """A box without a line receives patients all the same."""
    for path in UNITS.rglob("*.*"):
        if path.is_file():
            assert "network-online" not in path.read_text("utf-8"), path.name


def test_no_process_falls_with_another() -> None:
    """A broker that does not start leaves reception its pages; they wait for each other, and none needs one.

    The look at the ledger is no process: it never fails, and when it is to be taken again all who have the ledger open begin anew.
    """
    needing = ("Requires=", "Requisite=", "BindsTo=", "PartOf=")
    lines = {
        (path.name, line)
        for path in UNITS.glob("*.service")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith(needing)
    }
    needed = {(name, other) for name, line in lines for other in line.partition("=")[2].split()}
    services = {(name, other) for name, other in needed if other.endswith(".service")}
    looked = {(name, other) for name, other in services if other == "madoguchi-ledger.service"}
    # The file server and its opening in the firewall stand for nothing else.
    share = {
        ("madoguchi-share.service", "madoguchi-share-port.service"),
        ("madoguchi-share-port.service", "nftables.service"),
    }
    assert services - looked - share == set()
    assert "PartOf=madoguchi-ledger.service" in {line for _, line in lines}
    assert not any(line.startswith(needing[:3]) and "madoguchi-ledger.service" in line for _, line in lines)


def test_the_self_diagnosis_may_ask_how_the_clock_is_kept() -> None:
    """By either name: glibc's `adjtimex` asks the kernel for `clock_adjtime`, and what is refused reads as 'nobody knows'."""
    text = (UNITS / "madoguchi-health.service").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("SystemCallFilter=") and "~" not in line]
    allowed = {word for line in lines for word in line.partition("=")[2].split()}
    assert {"adjtimex", "clock_adjtime"} <= allowed
    assert "\nProtectClock=" not in text


@pytest.mark.parametrize(
    ("names", "is_taken"),
    [
        ((), True),
        (("madoguchi.toml",), True),
        (("notes.txt",), True),
        (("madoguchi.toml", "box.raucb", "madoguchi-recovery-key.txt"), True),
        (("box.raucb",), False),
        (("madoguchi-recovery-key.txt",), False),
        (("box.raucb", "madoguchi-recovery-key.txt"), False),
    ],
)
def test_a_stick_that_brings_something_else_is_not_asked_for_settings(
    names: tuple[str, ...], is_taken: bool, tmp_path: Path
) -> None:
    """It would be told of settings that are missing, and the unit would stand as failed, in a box that was opened by its key."""
    lines = (UNITS / "madoguchi-stick.service").read_text("utf-8").splitlines()
    conditions = [line for line in lines if line.startswith("Condition")]
    for name in names:
        (tmp_path / name).touch()
    asked = ["systemd-analyze", "condition"]
    asked += [line.replace("/run/madoguchi-box/stick", str(tmp_path)) for line in conditions]
    assert (subprocess.run(asked, check=False, capture_output=True).returncode == 0) is is_taken
