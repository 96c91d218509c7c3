"""The rungs of a failing reader's recovery, in order; every screen says at which one it stands."""

from enum import StrEnum


class Rung(StrEnum):
    """What the box has tried last. `PERSON`: nothing is tried any more, somebody has to look at the reader."""

    NONE = ""
    REOPEN = "reopen-card"
    NEW_CONTEXT = "new-context"
    RESTART = "restart-pcscd"
    POWER_CYCLE = "power-cycle"
    PERSON = "ask-person"


RUNG_LABELS = {
    Rung.NONE: "",
    Rung.REOPEN: "カードを読み直しています",
    Rung.NEW_CONTEXT: "リーダーにつなぎ直しています",
    Rung.RESTART: "カード読み取りのサービスを再起動しています",
    Rung.POWER_CYCLE: "リーダーのUSB接続を入れ直しています",
    Rung.PERSON: "自動では復旧できませんでした",
}

NEEDS_PERSON = "READER-005"
"""The code that goes with `Rung.PERSON`."""
