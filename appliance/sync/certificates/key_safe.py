"""How the clinic's keys lie at rest: AES-256-GCM under one master key, and where that master key comes from.

The master key is a systemd credential where systemd runs the machine: sealed to its TPM, or to its host key, and given
to the sync service alone. Elsewhere, for development, it is a file beside the keys, which protects nobody who can
read the folder.
"""

import logging
import os
import secrets
import subprocess
from collections.abc import Mapping
from itertools import chain, count
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from appliance.eligibility.certificate import SafeKind
from appliance.eligibility.trouble import Trouble
from appliance.settings import Box

CREDENTIAL = "madoguchi-safe"
_MASTER_BYTES = 32
_NONCE_BYTES = 12
_MARK = b"madoguchi-key-1\n"
_PATIENCE = 30.0
_OPENING_TRIES = 3
_BOOTED = Path("/run/systemd/system")

_log = logging.getLogger(__name__)


class KeySafe(Protocol):
    """Locks a secret so that it can lie on the disk. `name` belongs to it: under another name it does not open."""

    @property
    def kind(self) -> SafeKind:
        """What it is bound to."""

    def lock(self, name: str, secret: bytes) -> bytes:
        """The secret, encrypted. Raises `Trouble` CERT-009."""

    def unlock(self, name: str, locked: bytes) -> bytes:
        """The secret again. Raises `Trouble` CERT-009."""


class MasterKeySafe:
    """A safe under a master key that `_master` finds; a base for the two below."""

    def lock(self, name: str, secret: bytes) -> bytes:
        """See `KeySafe.lock`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _MARK + nonce + AESGCM(self._master()).encrypt(nonce, secret, name.encode())

    def unlock(self, name: str, locked: bytes) -> bytes:
        """See `KeySafe.unlock`."""
        start = len(_MARK) + _NONCE_BYTES
        if not locked.startswith(_MARK) or len(locked) < start:
            raise Trouble("CERT-009", "鍵のファイルの形が違います")
        try:
            return AESGCM(self._master()).decrypt(locked[len(_MARK) : start], locked[start:], name.encode())
        except InvalidTag as error:
            raise Trouble("CERT-009", "別の鍵で暗号化されています") from error

    def _master(self) -> bytes:
        raise NotImplementedError


class FileSafe(MasterKeySafe):
    """For development: the master key in a file of the owner's alone, made at the first use."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def kind(self) -> SafeKind:
        """A file."""
        return SafeKind.FILE

    def _master(self) -> bytes:
        try:
            if not self._path.exists():
                write_whole(self._path, secrets.token_bytes(_MASTER_BYTES), is_new=True)
            found = self._path.read_bytes()
        except OSError as error:
            raise Trouble("CERT-009", type(error).__name__) from error
        return _checked(found)


class CredentialSafe(MasterKeySafe):
    """The master key as a systemd credential in `path`.

    The sync service gets it opened, through `LoadCredentialEncrypted=`, in `$CREDENTIALS_DIRECTORY`; the engineer's
    command line opens it as root. Asked once a process: a TPM takes its time.
    """

    def __init__(self, path: Path, environment: Mapping[str, str]) -> None:
        self._path = path
        self._environment = environment
        self._known: bytes | None = None

    @property
    def kind(self) -> SafeKind:
        """TPM or host key, as noted when it was made."""
        try:
            return SafeKind(self._path.with_suffix(".kind").read_text("ascii").strip())
        except (OSError, ValueError):
            return SafeKind.HOST

    def make(self, *options: str, kind: SafeKind, master: bytes | None = None) -> None:
        """Seal a new master key, or the one that there was. Raises `Trouble` CERT-009."""
        sealed = _run(
            ("encrypt", f"--with-key={_WITH_KEY[kind]}", f"--name={CREDENTIAL}", *options, "-", "-"),
            _checked(master or secrets.token_bytes(_MASTER_BYTES)),
            self._environment,
        )
        write_whole(self._path.with_suffix(".kind"), kind.encode("ascii"))
        write_whole(self._path, sealed)

    def open(self) -> None:
        """See whether this machine opens it. Raises `Trouble` CERT-009."""
        self._master()

    def forget_copy(self, path: Path) -> None:
        """Remove the file `path` if the same master key lies open in it: the power went before `bind` came to that."""
        if path.exists() and path.read_bytes() == self._master():
            path.unlink()

    def _master(self) -> bytes:
        if self._known is None:
            self._known = _checked(self._given() or self._decrypted())
        return self._known

    def _given(self) -> bytes | None:
        folder = self._environment.get("CREDENTIALS_DIRECTORY")
        try:
            return (Path(folder) / CREDENTIAL).read_bytes() if folder else None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Trouble("CERT-009", type(error).__name__) from error

    def _decrypted(self) -> bytes:
        try:
            sealed = self._path.read_bytes()
        except OSError as error:
            raise Trouble("CERT-009", type(error).__name__) from error
        return _run(("decrypt", f"--name={CREDENTIAL}", "-", "-"), sealed, self._environment)


_WITH_KEY = {SafeKind.TPM: "host+tpm2", SafeKind.HOST: "host"}


def safe_of(box: Box, environment: Mapping[str, str] = os.environ) -> KeySafe:
    """The safe of this box: the one it has, else the best this machine offers. Never raises; `kind` says which it is."""
    sealed, plain = box.certificate_dir / "safe.cred", box.certificate_dir / "safe.key"
    if sealed.exists() or CREDENTIAL in _given_names(environment):
        return CredentialSafe(sealed, environment)
    if plain.exists() or not is_usable():
        return FileSafe(plain)
    # Without one results still have to reach their consumers: sync must start, and the page says what the safe is worth.
    return _sealed_here(sealed, environment, None) or FileSafe(plain)


def bind(box: Box, environment: Mapping[str, str] = os.environ) -> SafeKind:
    """Have the safe lie as a credential that this machine opens, before the sync service is handed it; what it is bound to.

    A plain file's key is sealed and the file removed. What another machine sealed (a new main board, a disk that moved) is put
    aside as `safe.lost`: its keys stay locked, and the certificate has to be imported again. A second time it is `safe-2.lost`,
    since the first may be the clinic's, for which its TPM was only not to be had. Raises `Trouble` CERT-009.
    """
    sealed, plain = box.certificate_dir / "safe.cred", box.certificate_dir / "safe.key"
    if sealed.exists():
        there = CredentialSafe(sealed, environment)
        if _opens(there):
            there.forget_copy(plain)
            return there.kind
        _log.error("CERT-009: a new safe is made, what the old one locked has to be imported again")
        sealed.replace(_unused(sealed.with_suffix(".lost")))
    safe = _sealed_here(sealed, environment, plain.read_bytes() if plain.exists() else None)
    if safe is None:
        raise Trouble("CERT-009", "systemd-creds")
    plain.unlink(missing_ok=True)
    return safe.kind


def _unused(path: Path) -> Path:
    others = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return next(one for one in chain((path,), others) if not one.exists())


def _opens(safe: CredentialSafe) -> bool:
    """A TPM that was busy is no reason to give up a clinic's keys."""
    for _ in range(_OPENING_TRIES):
        try:
            safe.open()
        except Trouble as trouble:
            _log.error("%s", trouble)
        else:
            return True
    return False


def _sealed_here(path: Path, environment: Mapping[str, str], master: bytes | None) -> CredentialSafe | None:
    made = CredentialSafe(path, environment)
    for kind in (SafeKind.TPM, SafeKind.HOST) if has_tpm(environment) else (SafeKind.HOST,):
        try:
            made.make(kind=kind, master=master)
        except Trouble as trouble:
            _log.error("%s: no safe bound to %s", trouble, kind.value)
        else:
            return made
    return None


def is_usable() -> bool:
    """Whether systemd runs this machine and we may seal: only root may, and in a container nobody."""
    return _BOOTED.is_dir() and os.geteuid() == 0


def has_tpm(environment: Mapping[str, str]) -> bool:
    """Whether firmware, kernel and systemd can all use a TPM 2.0."""
    try:
        _run(("has-tpm2", "--quiet"), b"", environment)
    except Trouble:
        return False
    return True


def write_whole(path: Path, content: bytes, *, is_new: bool = False) -> None:
    """Write a file of the folder owner's alone, whole or not at all. `is_new`: leave one that is there. Raises `OSError`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            owner = path.parent.stat()
            if os.geteuid() == 0:  # the engineer's command line writes for the service
                os.fchown(stream.fileno(), owner.st_uid, owner.st_gid)
            os.fsync(stream.fileno())
        _put(aside, path, is_new=is_new)
    finally:
        aside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _put(aside: Path, path: Path, *, is_new: bool) -> None:
    if not is_new:
        aside.replace(path)
        return
    try:
        os.link(aside, path)
    except FileExistsError:
        _log.info("%s was made by somebody else meanwhile", path.name)


def _given_names(environment: Mapping[str, str]) -> list[str]:
    folder = environment.get("CREDENTIALS_DIRECTORY")
    try:
        return os.listdir(folder) if folder else []
    except OSError:
        return []


def _checked(master: bytes) -> bytes:
    if len(master) != _MASTER_BYTES:
        raise Trouble("CERT-009", "鍵の長さが違います")
    return master


def _run(words: tuple[str, ...], given: bytes, environment: Mapping[str, str]) -> bytes:
    try:
        done = subprocess.run(
            ("systemd-creds", *words),
            input=given,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
            env=dict(environment),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Trouble("CERT-009", type(error).__name__) from error
    if done.returncode:
        raise Trouble("CERT-009", f"systemd-creds {words[0]}: {done.returncode}")
    return done.stdout
