"""What lies in the image's file system, looked at without starting it."""

import fnmatch
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.image.conftest import ROOT

pytestmark = pytest.mark.timeout(900)
BUILD = ROOT / "image-build"
LIBRARY = "opt/madoguchi/lib/python3.11/site-packages"
ABSENT = (
    f"{LIBRARY}/appliance/demo",
    f"{LIBRARY}/appliance/cli/vendor",
    f"{LIBRARY}/bin",
    "etc/apt/sources.list",
    "etc/apt/sources.list.d",
    "etc/apt/auth.conf.d",
    "etc/ssh",
    "etc/ssl/private/ssl-cert-snakeoil.key",
    "usr/bin/as",
    "usr/bin/ld",
    "usr/bin/make",
    "usr/bin/pip3",
)
BECOMES_ROOT = {
    "usr/bin/chfn",
    "usr/bin/chsh",
    "usr/bin/gpasswd",
    "usr/bin/mount",
    "usr/bin/newgrp",
    "usr/bin/passwd",
    "usr/bin/su",
    "usr/bin/umount",
    "usr/lib/dbus-1.0/dbus-daemon-launch-helper",
}
"""Debian's own; every process of ours has NoNewPrivileges. A ratchet: take out what is gone."""
DRAWN_IN = {"systemd-networkd-wait-online.service"}
"""Enabled without the preset's word, because a unit that has it names them under `Also=`. Nothing waits for them."""
PUBLIC = tuple(f"{name}.org" for name in ("debian", "pypi", "pythonhosted"))
"""Where Debian and Python come from for everybody; their own files name them."""


def _said(*command: str | Path) -> str:
    return subprocess.run(
        command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL
    ).stdout


def _settings(path: Path) -> dict[str, str]:
    """The lines NAME=VALUE of a file."""
    return dict(re.findall(r"^(\w+)=(.*)$", path.read_text("utf-8"), re.MULTILINE))


def _words(path: Path) -> list[list[str]]:
    """The words of each line without what a `#` begins."""
    lines = (line.partition("#")[0].split() for line in path.read_text("utf-8").splitlines())
    return [words for words in lines if words]


def test_it_says_what_it_is(image: Path, tree: Path) -> None:
    release = _settings(tree / "usr/lib/os-release")
    assert release["IMAGE_ID"] == "madoguchi"
    assert release["IMAGE_VERSION"] == _settings(image / "version.txt")["version"]
    machine = os.environ.get("ARCH", "amd64")
    assert _settings(tree / "etc/rauc/system.conf")["compatible"] == f"madoguchi-{machine}"
    manifest = (tree / "usr/share/madoguchi-manifest.txt").read_text("utf-8")
    assert manifest == (image / "manifest.txt").read_text("utf-8")
    there = {line.split()[0] for line in manifest.splitlines()}
    assert {words[0] for words in _words(BUILD / "packages.txt")} <= there


@pytest.mark.parametrize("path", ABSENT)
def test_what_must_not_be_in_it_is_not(tree: Path, path: str) -> None:
    assert (tree / path).parent.parent.is_dir()
    assert not os.path.lexists(tree / path)


def test_nothing_in_it_compiles_or_plays_a_reader(tree: Path) -> None:
    found = _said(
        "find", tree, "-xdev", "(", "-name", "cc1", "-o", "-name", "cc1plus", "-o", "-name", "*vpcd*", ")"
    )
    assert found == ""
    assert list((tree / LIBRARY).rglob("shape_predictor_68*")) == []


def test_no_file_tells_where_it_was_built(tree: Path) -> None:
    """Neither the folder, nor the Python, nor the servers that this machine takes packages from."""
    asked = _said("apt-get", "indextargets", "--format", "$(SITE)").split()
    asked += re.findall(r"\w+://[^\s']+", _said(ROOT / ".venv/bin/python", "-m", "pip", "config", "list"))
    hosts = {urlsplit(address).hostname or "" for address in asked} - {""}
    private = {host for host in hosts if not host.endswith(PUBLIC)}
    places = {str(ROOT), sys.base_prefix, "madoguchi-image.", "/tmp/pip-"} - {"/usr"}  # noqa: S108 - looked for, not used
    words = [word for place in sorted(places | private) for word in ("-e", place)]
    grep = subprocess.run(["grep", "-rlF", *words, tree], check=False, capture_output=True, text=True)
    assert (grep.returncode, grep.stdout) == (1, "")


def test_users_have_their_numbers_and_no_passwords(tree: Path) -> None:
    lines = [line.split(":") for line in (tree / "etc/passwd").read_text("utf-8").splitlines()]
    numbers = {name: (user, group) for name, _, user, group, *_ in lines}
    for name, number, home in _words(BUILD / "pinned-users.txt"):
        assert numbers[name] == (number, number), name
        assert home.startswith("/")
    assert {name for name, *_, shell in lines if not shell.endswith(("/nologin", "/sync"))} == {"root"}
    hashes = [line.split(":")[1] for line in (tree / "etc/shadow").read_text("utf-8").splitlines()]
    assert set(hashes) <= {"!", "*", "x"}


def test_who_may_become_root_is_known_and_nothing_lies_open(tree: Path) -> None:
    found = _said("find", tree, "-xdev", "-type", "f", "-perm", "-4000", "-printf", "%P\n")
    assert set(found.split()) == BECOMES_ROOT
    anybodys = _said(
        "find",
        tree,
        "-xdev",
        "(",
        "-type",
        "f",
        "-o",
        "-type",
        "d",
        "!",
        "-perm",
        "-1000",
        ")",
        "-perm",
        "-2",
    )
    assert anybodys == ""


def test_what_starts_is_what_the_preset_names(tree: Path) -> None:
    rules = _words(BUILD / "overlay/usr/lib/systemd/system-preset/10-madoguchi.preset")
    named = [words[1] for words in rules if words[0] == "enable"]
    lines = _said("systemctl", f"--root={tree}", "list-unit-files", "--no-legend").splitlines()
    states = {unit: state for unit, state, *_ in map(str.split, lines)}
    enabled = {unit for unit, state in states.items() if state == "enabled"}
    assert {unit for unit in enabled if not any(fnmatch.fnmatch(unit, rule) for rule in named)} == DRAWN_IN
    # A service that others call has nothing to enable.
    able = enabled | {unit for unit, state in states.items() if state == "static"}
    assert {rule for rule in named if not fnmatch.filter(able, rule)} == set()
    assert {states[unit] for unit in ("getty@.service", "serial-getty@.service")} == {"masked"}


def test_its_own_systemd_and_firewall_understand_it(tree: Path) -> None:
    """Each program that a unit starts is in the image, and each unit that one needs."""
    own = tree / "usr/lib/systemd/system"
    kinds = ("service", "socket", "path", "timer", "target", "mount")
    units = [path.name for kind in kinds for path in own.glob(f"*madoguchi*.{kind}")]
    assert len(units) > 20
    instances = [unit.replace("@.", "@tty1.") for unit in units]
    said = subprocess.run(
        ["chroot", tree, "systemd-analyze", "verify", "--recursive-errors=no", *sorted(instances)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
    # In a network of its own: the check asks the kernel.
    _said("unshare", "--net", "chroot", tree, "nft", "--check", "--file", "/etc/nftables.conf")


def test_its_python_finds_all_of_it_and_compiles_none(tree: Path) -> None:
    """A root that nobody can write would have everything compiled anew at each start."""
    library = tree / LIBRARY
    sources = {path.relative_to(library) for path in library.rglob("*.py")}
    compiled = {path.relative_to(library) for path in library.rglob("*.pyc")}
    assert len(sources) > 1000
    wanted = {path.parent / "__pycache__" / f"{path.stem}.cpython-311.pyc" for path in sources}
    assert wanted - compiled == set()
    modules = "smartcard.scard, cv2, dlib, numpy, lxml.etree, cryptography.x509, argon2"
    _said("chroot", tree, "/opt/madoguchi/bin/python3", "-B", "-c", f"import {modules}")


def test_it_begins_as_nobody(tree: Path) -> None:
    assert (tree / "etc/machine-id").read_bytes() == b""
    assert [path for path in (tree / "var/log").rglob("*") if path.is_file()] == []
    assert {path.name for path in (tree / "root").rglob("*") if path.is_file()} <= {".bashrc", ".profile"}
