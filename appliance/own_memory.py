"""Keeping what is in this process's memory out of files: no core dumps, no other process of the same user looking in."""

import ctypes
import resource

_PR_SET_DUMPABLE = 4
_NO_CORE = (1, 1)
"""One byte: less than any core file, so none is written; and alone of all limits it also stops a core that is piped to a program."""


def keep_memory_private() -> None:
    """Forbid core dumps and ptrace by the same user for this process and those it forks, for good. Raises `OSError`."""
    forbid_core_dumps()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def forbid_core_dumps() -> None:
    """Forbid core dumps alone: what a program that is executed in place of this one keeps too. Raises `OSError`."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, _NO_CORE if hard != 0 else (0, 0))
