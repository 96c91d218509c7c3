"""What may stand in a log: one line an event, and of an exception the kind and the places, never its message.

A message quotes what somebody typed or a card said (`invalid literal for int(): '…'`), and a line break in it would forge a line.
"""

import logging
import re
import sys
import threading
import traceback
from types import TracebackType

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
DATE_FORMAT = "%Y-%m-%dT%H:%M:%S"
_LOG = logging.getLogger(__name__)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Controls, and what turns or hides text on a screen."""


class LogLines(logging.Formatter):
    """Formats every record so."""

    def __init__(self) -> None:
        super().__init__(FORMAT, DATE_FORMAT)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """The line, whatever is in it."""
        return printable(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - the library's name
        """Kind and places of the exception and of those that led to it."""
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(_told(error)) if isinstance(error, BaseException) else ""


def printable(text: str) -> str:
    """`text` with everything escaped that would break a line, hide something or steer a terminal."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def install() -> None:
    """Write the logs of this process so: what is logged, and what no code of ours caught."""
    handler = logging.StreamHandler()
    handler.setFormatter(LogLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt | SystemExit):
        _LOG.critical("nobody caught it", exc_info=(kind, error, trace))


def _told(error: BaseException) -> list[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*_told(before), "which led to:"] if before is not None and before is not error else []
    places = traceback.extract_tb(error.__traceback__)
    lines += [f'  File "{one.filename}", line {one.lineno}, in {one.name}' for one in places]
    return [*lines, type(error).__qualname__]
