"""What a self-diagnosis can say: which checks there are, how bad a finding is, what a person can press."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from appliance.eligibility.catalogue import CATALOGUE, Entry
from appliance.eligibility.said import joined, said


class Severity(StrEnum):
    """wait: the box works, somebody should look at it in time. stop: a part of the work stands still, or soon will."""

    WAIT = "wait"
    STOP = "stop"


SEVERITY_LABELS = {Severity.WAIT: "注意", Severity.STOP: "警告"}
ALL_WELL = "異常なし"


class CheckName(StrEnum):
    """Every check, in the order in which pages and the telephone go through them."""

    READERS = "readers"
    READER_LOSSES = "reader-losses"
    READER_TESTS = "reader-tests"
    LINE = "line"
    CERTIFICATE = "certificate"
    PROCESSES = "processes"
    UNITS = "units"
    BROKER = "broker"
    FOLDERS = "folders"
    SHARE = "share"
    CONSUMERS = "consumers"
    QUEUE = "queue"
    DEAD_LETTERS = "dead-letters"
    CLOCK = "clock"
    DISK = "disk"
    MEMORY = "memory"
    TEMPERATURE = "temperature"
    PAGES_CERTIFICATE = "pages-certificate"
    BACKUP = "backup"
    LEDGER = "ledger"
    UPDATE = "update"
    TRAIL = "trail"


CHECK_LABELS = {
    CheckName.READERS: "カードリーダー",
    CheckName.READER_LOSSES: "リーダーの接続の安定",
    CheckName.READER_TESTS: "リーダーの診療前の点検",
    CheckName.LINE: "センターへの回線",
    CheckName.CERTIFICATE: "医院の電子証明書",
    CheckName.PROCESSES: "装置の中の処理",
    CheckName.UNITS: "システムのサービス",
    CheckName.BROKER: "電子カルテへの連携",
    CheckName.FOLDERS: "共有フォルダー",
    CheckName.SHARE: "フォルダーのネットワーク共有",
    CheckName.CONSUMERS: "連携先の受け取り",
    CheckName.QUEUE: "照会待ち",
    CheckName.DEAD_LETTERS: "止まっているもの",
    CheckName.CLOCK: "時計",
    CheckName.DISK: "ディスク",
    CheckName.MEMORY: "メモリー",
    CheckName.TEMPERATURE: "温度",
    CheckName.PAGES_CERTIFICATE: "画面の証明書",
    CheckName.BACKUP: "バックアップ",
    CheckName.LEDGER: "装置の記録（台帳）",
    CheckName.UPDATE: "ソフトウェアの更新",
    CheckName.TRAIL: "操作の記録",
}


class Suggestion(StrEnum):
    """What a person can press; which page or act that is, the pages know."""

    TEST_READERS = "test-readers"
    OPEN_READERS = "open-readers"
    LOOK_AT_LINE = "look-at-line"
    OPEN_CERTIFICATE = "open-certificate"
    OPEN_CONSUMERS = "open-consumers"
    OPEN_QUEUE = "open-queue"
    OPEN_TLS = "open-tls"
    OPEN_RETENTION = "open-retention"
    BACK_UP = "back-up"
    DRILL = "drill"
    OPEN_TRAIL = "open-trail"
    OPEN_TASKS = "open-tasks"


SUGGESTION_LABELS = {
    Suggestion.TEST_READERS: "リーダーをいまテストする",
    Suggestion.OPEN_READERS: "カードリーダーの画面を開く",
    Suggestion.LOOK_AT_LINE: "回線をいま調べる",
    Suggestion.OPEN_CERTIFICATE: "電子証明書の画面を開く",
    Suggestion.OPEN_CONSUMERS: "連携先の画面を開く",
    Suggestion.OPEN_QUEUE: "止まっているものを開いて送り直す",
    Suggestion.OPEN_TLS: "画面の暗号化を開く",
    Suggestion.OPEN_RETENTION: "残す期間と消した記録を開く",
    Suggestion.BACK_UP: "いまバックアップを作る",
    Suggestion.DRILL: "復元の練習のしかたを見る",
    Suggestion.OPEN_TRAIL: "記録の状態を開く",
    Suggestion.OPEN_TASKS: "「やること」を開く",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be. `subject` tells it from another of the same code: a reader, a consumer, a service.

    `says` is a sentence about it that names nothing of a patient, empty where the code says it all.
    """

    code: str
    severity: Severity
    says: str = ""
    subject: str = ""
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def entry(self) -> Entry:
        """What the catalogue says of its code."""
        return CATALOGUE[self.code]


@dataclass(frozen=True)
class Outcome:
    """What one check found: a word of how it stands, and what is wrong.

    `is_known` is False where this machine does not tell, which is neither good nor bad.
    """

    says: str
    findings: tuple[Finding, ...] = ()
    is_known: bool = True

    @classmethod
    def unknown(cls, says: str) -> Self:
        """Nothing to be seen here, and why."""
        return cls(says, (), is_known=False)

    @property
    def severity(self) -> Severity | None:
        """The worst of its findings; None when there is none."""
        return worst(one.severity for one in self.findings)


def worst(severities: Iterable[Severity]) -> Severity | None:
    """The worst of them."""
    found = set(severities)
    return Severity.STOP if Severity.STOP in found else Severity.WAIT if found else None


def verdict(severities: Iterable[Severity]) -> str:
    """All in a few words: how many of each.

    >>> verdict([Severity.WAIT, Severity.STOP, Severity.WAIT])
    '警告1件、注意2件'
    """
    found = tuple(severities)
    stops, waits = found.count(Severity.STOP), found.count(Severity.WAIT)
    parts = (
        said("警告{count}件", count=stops) if stops else "",
        said("注意{count}件", count=waits) if waits else "",
    )
    return joined("、", parts) or ALL_WELL
