"""A process that unpacks pictures from outside, kept small: so much memory and no more, no file written, no new rights."""

import ctypes
import os
import resource

_PR_SET_NO_NEW_PRIVS = 38


def confine(memory: int, *, seconds: int | None = None, files: int | None = None) -> None:
    """Bound this process and all that it starts, for good: bytes of address space, seconds of processor, open files.

    To be called before anything from outside is unpacked. Raises `OSError`.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NOFILE, files),
    ):
        if most is not None:
            resource.setrlimit(kind, (most, most))
    os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = "40000000"
