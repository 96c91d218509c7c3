"""A request file: read without being led astray, and judged before it becomes a check."""

import hashlib
import os
import stat
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.eligibility import message_xml
from appliance.eligibility.request_families import Family, holds_my_number, missing
from appliance.eligibility.trouble import Trouble


@dataclass(frozen=True)
class FileMark:
    """What tells one file under a name from the next one under the same name."""

    inode: int
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> "FileMark":
        """The mark of the file with this status."""
        return cls(status.st_ino, status.st_size, status.st_mtime_ns)


def read(path: Path, mark: FileMark) -> bytes:
    """The bytes of the very file that `mark` was taken of.

    Raises `Trouble` INPUT-002 (too large) or FOLDER-002 (cannot be opened, or became another file meanwhile).
    """
    if mark.size > message_xml.SIZE_LIMIT:
        raise Trouble("INPUT-002", f"{mark.size} バイトあります（上限 {message_xml.SIZE_LIMIT}）")
    try:
        # Neither led away by a link nor kept waiting by a pipe that somebody put there.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode) or FileMark.of(status) != mark:
                raise Trouble("FOLDER-002", "読み取り中に変わりました")
            return stream.read(message_xml.SIZE_LIMIT + 1)
    except OSError as error:
        raise Trouble("FOLDER-002", type(error).__name__) from error


def judge(family: Family, data: bytes, institution_codes: Collection[str]) -> str:
    """Whose request it is, of `institution_codes`.

    Raises `Trouble`: INPUT-002 no XML, INPUT-003 not a whole request of `family`, INPUT-004 somebody else's, INPUT-007 a My Number in it.
    """
    message = _message(family, data)
    lacking = missing(family, message)
    if lacking:
        raise Trouble("INPUT-003", f"{'、'.join(lacking)} がありません")
    if holds_my_number(message):
        raise Trouble("INPUT-007")
    code = message.message_header.medical_institution_code
    if code not in institution_codes:
        raise Trouble("INPUT-004")
    return str(code)


def _message(family: Family, data: bytes) -> Any:
    if family is Family.SINGLE:
        return message_xml.read_request(data)
    return message_xml.read_as(family.request, data)


def source_mark(consumer: str, name: str, mark: FileMark, data: bytes) -> str:
    """One text for this very file: what was taken in before a crash is known again, a new file of the name is new."""
    facts = f"{consumer}\0{name}\0{mark.inode}\0{mark.mtime_ns}\0{hashlib.sha256(data).hexdigest()}"
    return hashlib.sha256(facts.encode("utf-8", "surrogateescape")).hexdigest()
