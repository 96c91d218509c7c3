"""The safe for keys: sealed by systemd where that can be, a file elsewhere, and never opened by somebody else's key."""

import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from appliance.eligibility.certificate import SafeKind
from appliance.eligibility.trouble import Trouble
from appliance.settings import Box
from appliance.sync.certificates import key_safe
from appliance.sync.certificates.key_safe import (
    CREDENTIAL,
    CredentialSafe,
    FileSafe,
    bind,
    safe_of,
    write_whole,
)

SECRET = b"a private key, as far as this test goes"


@pytest.fixture
def host(tmp_path: Path) -> dict[str, str]:
    """An environment in which systemd's host key is the test's own. It has no other machine to bind to."""
    if shutil.which("systemd-creds") is None:
        pytest.fail("systemd-creds belongs to the systemd package, which tools/debian-packages.txt names")
    return {**os.environ, "SYSTEMD_CREDENTIAL_SECRET": str(tmp_path / "host-key")}


def code_of_unlock(safe: key_safe.KeySafe, name: str, locked: bytes) -> str:
    with pytest.raises(Trouble) as caught:
        safe.unlock(name, locked)
    return caught.value.code


def test_sealed_by_systemd_and_opened_by_another_process(tmp_path: Path, host: dict[str, str]) -> None:
    path = tmp_path / "safe.cred"
    made = CredentialSafe(path, host)
    made.make(kind=SafeKind.HOST)
    locked = made.lock("one", SECRET)
    assert SECRET not in locked
    assert CredentialSafe(path, host).unlock("one", locked) == SECRET
    assert CredentialSafe(path, host).kind is SafeKind.HOST
    assert path.stat().st_mode & 0o777 == 0o600


def test_another_machine_cannot_open_it(tmp_path: Path, host: dict[str, str]) -> None:
    path = tmp_path / "safe.cred"
    made = CredentialSafe(path, host)
    made.make(kind=SafeKind.HOST)
    locked = made.lock("one", SECRET)
    other = {**host, "SYSTEMD_CREDENTIAL_SECRET": str(tmp_path / "another-host-key")}
    CredentialSafe(tmp_path / "theirs.cred", other).make(kind=SafeKind.HOST)
    assert code_of_unlock(CredentialSafe(path, other), "one", locked) == "CERT-009"
    assert code_of_unlock(CredentialSafe(tmp_path / "none.cred", host), "one", locked) == "CERT-009"


def test_the_service_gets_the_key_from_its_credentials_folder(box_dir: Path, host: dict[str, str]) -> None:
    box = Box(box_dir)
    box.create()
    made = CredentialSafe(box.certificate_dir / "safe.cred", host)
    made.make(kind=SafeKind.HOST)
    locked = made.lock("one", SECRET)
    # What LoadCredentialEncrypted= does before it starts the service.
    given = box_dir / "given"
    given.mkdir()
    subprocess.run(
        [
            "systemd-creds",
            "decrypt",
            f"--name={CREDENTIAL}",
            box.certificate_dir / "safe.cred",
            given / CREDENTIAL,
        ],
        env=host,
        check=True,
        capture_output=True,
    )
    # The service has neither root's rights nor the host key.
    service = {"PATH": "/nowhere", "CREDENTIALS_DIRECTORY": str(given)}
    assert safe_of(box, service).unlock("one", locked) == SECRET


def test_the_safe_of_a_running_systemd_is_a_credential(
    box_dir: Path, host: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether systemd runs the machine is the one thing that cannot be had in a test."""
    box = Box(box_dir)
    box.create()
    monkeypatch.setattr(key_safe, "is_usable", lambda: True)
    monkeypatch.setattr(key_safe, "has_tpm", lambda _: False)
    made = safe_of(box, host)
    assert (type(made), made.kind) == (CredentialSafe, SafeKind.HOST)
    locked = made.lock("one", SECRET)
    monkeypatch.undo()
    assert safe_of(box, host).unlock("one", locked) == SECRET
    assert not (box.certificate_dir / "safe.key").exists()


def test_where_sealing_fails_sync_starts_all_the_same_and_the_log_says_it(
    box_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    box = Box(box_dir)
    box.create()
    monkeypatch.setattr(key_safe, "is_usable", lambda: True)
    assert safe_of(box, {"PATH": "/nowhere"}).kind is SafeKind.FILE
    assert "CERT-009" in caplog.text
    assert not (box.certificate_dir / "safe.cred").exists()


def test_binding_seals_the_key_of_a_file_and_gives_up_what_another_machine_sealed(
    box_dir: Path, host: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box(box_dir)
    box.create()
    monkeypatch.setattr(key_safe, "has_tpm", lambda _: False)
    locked = FileSafe(box.certificate_dir / "safe.key").lock("one", SECRET)
    assert bind(box, host) is SafeKind.HOST
    assert not (box.certificate_dir / "safe.key").exists()
    assert bind(box, host) is SafeKind.HOST
    assert safe_of(box, host).unlock("one", locked) == SECRET
    # The same disk in another machine.
    other = {**host, "SYSTEMD_CREDENTIAL_SECRET": f"{host['SYSTEMD_CREDENTIAL_SECRET']}-another"}
    assert bind(box, other) is SafeKind.HOST
    assert code_of_unlock(safe_of(box, other), "one", locked) == "CERT-009"
    assert (box.certificate_dir / "safe.lost").exists()
    again = safe_of(box, other).lock("two", SECRET)
    assert safe_of(box, other).unlock("two", again) == SECRET


def test_what_is_put_aside_is_never_written_over(
    box_dir: Path, host: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine's key is not to be had twice; the third time it is there, and the clinic's first safe with it."""
    box = Box(box_dir)
    box.create()
    monkeypatch.setattr(key_safe, "has_tpm", lambda _: False)
    bind(box, host)
    locked = safe_of(box, host).lock("one", SECRET)
    for number in range(2):
        bind(box, {**host, "SYSTEMD_CREDENTIAL_SECRET": str(box_dir / f"another-{number}")})
    names = {path.name for path in box.certificate_dir.glob("*.lost")}
    assert names == {"safe.lost", "safe-2.lost"}
    assert CredentialSafe(box.certificate_dir / "safe.lost", host).unlock("one", locked) == SECRET


def test_a_key_that_a_power_cut_left_open_beside_its_safe_is_removed(
    box_dir: Path, host: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Box(box_dir)
    box.create()
    monkeypatch.setattr(key_safe, "has_tpm", lambda _: False)
    plain = box.certificate_dir / "safe.key"
    locked = FileSafe(plain).lock("one", SECRET)
    left = plain.read_bytes()
    bind(box, host)
    plain.write_bytes(left)
    bind(box, host)
    assert not plain.exists()
    assert safe_of(box, host).unlock("one", locked) == SECRET
    # Another key is no copy: what a restored backup brought may hang on it.
    plain.write_bytes(bytes(32))
    bind(box, host)
    assert plain.exists()


def test_where_nothing_can_be_sealed_binding_says_so_and_keeps_the_key(box_dir: Path) -> None:
    box = Box(box_dir)
    box.create()
    locked = FileSafe(box.certificate_dir / "safe.key").lock("one", SECRET)
    with pytest.raises(Trouble, match="CERT-009"):
        bind(box, {"PATH": "/nowhere"})
    assert FileSafe(box.certificate_dir / "safe.key").unlock("one", locked) == SECRET


def test_without_systemd_it_is_a_file_and_says_so(box_dir: Path) -> None:
    box = Box(box_dir)
    box.create()
    safe = FileSafe(box.certificate_dir / "safe.key")
    locked = safe.lock("one", SECRET)
    assert safe_of(box, {}).unlock("one", locked) == SECRET
    assert safe_of(box, {}).kind is SafeKind.FILE
    assert (box.certificate_dir / "safe.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("spoil", [lambda one: one[:-1], lambda one: b"", lambda one: b"x" + one[1:]])
def test_a_damaged_key_does_not_open(tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    safe = FileSafe(tmp_path / "safe.key")
    assert code_of_unlock(safe, "one", spoil(safe.lock("one", SECRET))) == "CERT-009"


def test_a_master_key_of_the_wrong_length_is_none(tmp_path: Path) -> None:
    (tmp_path / "safe.key").write_bytes(b"short")
    with pytest.raises(Trouble, match="CERT-009"):
        FileSafe(tmp_path / "safe.key").lock("one", SECRET)


def test_two_who_make_the_safe_at_once_share_it(tmp_path: Path) -> None:
    safes = [FileSafe(tmp_path / "safe.key") for _ in range(8)]
    locked: list[bytes] = []
    threads = [threading.Thread(target=lambda one=one: locked.append(one.lock("x", SECRET))) for one in safes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [safes[0].unlock("x", one) for one in locked] == [SECRET] * 8
    assert [path.name for path in tmp_path.iterdir()] == ["safe.key"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys" / "one.key"
    write_whole(path, b"old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]
