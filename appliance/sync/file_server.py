"""The file server in front of a shared folder: smbd's files written from what is wanted, then this process becomes smbd.

It runs as a user of its own, without root and without a look into the state folder; every session is that user. Nothing here outlives a
restart but what sync has written down. smbd names files in its log, and a sender may put a patient's number into a name: so it logs next to
nothing, into a file of its runtime folder that nobody else reads, and nothing of it comes into the journal.
"""

import os
import pwd
import shutil
import socket
import struct
from pathlib import Path

from appliance.eligibility.trouble import Trouble
from appliance.share_place import NAME, SharePlace, Wanted, read
from appliance.sync import complete_file

_CONFIGURATION = """\
# Written anew at every start. Do not edit.
[global]
server role = standalone server
server string = madoguchi
security = user
passdb backend = smbpasswd:{run}/accounts
smb ports = {port}
{listen}disable netbios = yes
multicast dns register = no
private dir = {run}/private
lock directory = {run}/lock
state directory = {run}/state
cache directory = {run}/cache
pid directory = {run}
ncalrpc dir = {run}/rpc
usershare max shares = 0

# Windows 7 and later; each message is signed, and encrypted where the client can (SMB 3).
server min protocol = SMB2_10
server signing = mandatory
server smb encrypt = desired
server multi channel support = no
unix extensions = no
smb2 leases = no
map to guest = never
restrict anonymous = 2
invalid users = root

# Files and nothing else: no printers, no lists of shares or users, no remote calls.
load printers = no
printing = bsd
printcap name = /dev/null
disable spoolss = yes
host msdfs = no
rpc start on demand helpers = no

# A clinic has a handful of PCs; one that comes in a loop must not take all there is.
max smbd processes = 20
max open files = 1000
deadtime = 15

logging = file
log file = {run}/log
log level = 0
max log size = 50
enable core files = no

[{name}]
path = {folder}
valid users = {account}
max connections = 16
read only = no
guest ok = no
browseable = no
follow symlinks = no
wide links = no
# What the box has not finished is nobody's to see.
veto files = /{aside}/
create mask = 0660
force create mode = 0660
directory mask = 0770
force directory mode = 0770
# Rights are the box's: a client changes none, and leaves no marks beside a file.
nt acl support = no
ea support = no
store dos attributes = no
map archive = no
# The box reads past the server. A client that was promised to be alone with a file would keep on its own side what it writes.
oplocks = no
level2 oplocks = no
kernel oplocks = no
durable handles = no
"""
_ACCOUNT_LINE = "{account}:{number}:{nothing}:{nt_hash}:[U          ]:LCT-00000001:\n"
_PATIENCE = 3.0
_SMB2 = b"\xfeSMB"
_HEADER = struct.Struct("<4sHHIHHIIQIIQ16s")
_NEGOTIATE = struct.Struct("<HHHHI16sQH")
_OLDEST_DIALECT = 0x0210


def prepare(where: SharePlace, run: Path, port: int, account: str, listen: str = "") -> list[str]:
    """Write smbd's configuration and account below `run`; the command that serves the folder that is wanted at `where`.

    It listens everywhere, or at the address `listen` alone. Raises `Trouble` SHARE-003 when nothing is wanted or there is no smbd,
    `OSError`, `KeyError` for an `account` that the system does not know.
    """
    wanted = read(where)
    program = shutil.which("smbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if wanted is None or program is None:
        raise Trouble("SHARE-003", "smbd" if program is None else "wanted")
    for name in ("private", "lock", "state", "cache", "rpc"):
        (run / name).mkdir(mode=0o700, exist_ok=True)
    _write(run / "accounts", _account(wanted, account))
    text = _CONFIGURATION.format(
        run=run,
        port=port,
        listen=f"interfaces = {listen}\nbind interfaces only = yes\n" if listen else "",
        name=NAME,
        folder=where.folder(wanted.consumer),
        account=account,
        aside=complete_file.ASIDE,
    )
    _write(run / "smb.conf", text)
    return [program, "--foreground", "--no-process-group", "-l", str(run), "-s", str(run / "smb.conf")]


def run(where: SharePlace, runtime: Path, port: int) -> None:
    """Prepare the files and become smbd in the foreground; returns only by raising, as `prepare`."""
    command = prepare(where, runtime, port, pwd.getpwuid(os.geteuid()).pw_name)
    os.umask(0o007)
    os.execv(command[0], command)  # noqa: S606 - no shell wanted


def answers(port: int) -> bool:
    """Whether a file server on this machine answers a greeting of SMB 2.1."""
    header = _HEADER.pack(_SMB2, _HEADER.size, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, bytes(16))
    greeting = header + _NEGOTIATE.pack(36, 1, 1, 0, 0, bytes(16), 0, _OLDEST_DIALECT)
    try:
        with socket.create_connection(("127.0.0.1", port), _PATIENCE) as connection:
            connection.settimeout(_PATIENCE)
            connection.sendall(struct.pack(">I", len(greeting)) + greeting)
            said = connection.makefile("rb").read(4 + _HEADER.size)
    except OSError:
        return False
    return said[4:8] == _SMB2 and said[12:16] == bytes(4)


def _account(wanted: Wanted, account: str) -> str:
    number = pwd.getpwnam(account).pw_uid
    return _ACCOUNT_LINE.format(account=account, number=number, nothing="X" * 32, nt_hash=wanted.nt_hash)


def _write(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
