"""One ZIP of plain texts: what is in it, made so that a part that cannot be read leaves the others whole."""

import io
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from appliance.eligibility.trouble import Trouble
from appliance.ledger import audit
from appliance.ledger.database import Ledger
from appliance.ledger.support import box_facts, state_facts
from appliance.ledger.support.writing import Lines
from appliance.ledger.times import JAPAN
from appliance.settings import Box

ACTION = "support-bundle"
CONTENTS = "00-contents.txt"


@dataclass(frozen=True)
class Part:
    """One text of the bundle. `title` and `says` tell a clinic what is in it."""

    file: str
    title: str
    says: str


_OF_THE_MACHINE = {
    "machine": Part(
        "02-machine.txt", "機器", "基本ソフトの版、動いている側、メモリー、ディスクの空き、動き続けた時間。"
    ),
    "units": Part("03-units.txt", "サービス", "この装置のサービスが動いているか、何回起動し直したか。"),
    "journal": Part(
        "04-journal.txt",
        "動作の記録",
        "この装置のサービスの新しい記録。決まった言葉と小さな数のほかは *** に置きかえます。",
    ),
}
"""Of what `machine.texts` calls so."""

_BOX = Part("01-box.txt", "装置", "装置のIDとプログラムの版。")
_SETTINGS = Part(
    "05-settings.txt",
    "設定",
    "時間や回数などの値。自由に入力する項目は、設定したかどうかだけ。パスワードと鍵は入りません。",
)
_LEDGER = Part("06-ledger.txt", "台帳の点検", "台帳のファイルに傷みがないか、大きさ、版。中身は入りません。")
_LINE = Part("07-line.txt", "回線", "センターなどとのつながりの状態と、今月と先月の件数・時間のまとめ。")
_QUEUE = Part(
    "08-queue.txt", "待っているものの数", "照会と受け渡しが何件待っているか。だれの分かは入りません。"
)
_READERS = Part(
    "09-readers.txt",
    "カードリーダー",
    "番号、機器の識別番号、機種、状態と点検のコード。付けた呼び名は入りません。",
)
_CONSUMERS = Part(
    "10-consumers.txt", "連携先", "連携先の名前と種類、待っている件数。パスワードは入りません。"
)
_KEEPING = Part("11-keeping.txt", "証明書とバックアップ", "電子証明書の期限と、最後のバックアップの日時。")
_TRAIL = Part(
    "12-trail.txt",
    "操作の記録の署名",
    "記録が書きかえられていないことを確かめる署名とハッシュ。操作の中身は入りません。",
)
_FINDINGS = Part(
    "13-findings.txt", "装置の点検", "点検で見つかったことのコード、いつからか、どのリーダーや連携先か。"
)
_OF_LEDGER = (_FINDINGS, _LEDGER, _LINE, _QUEUE, _READERS, _CONSUMERS, _KEEPING, _TRAIL)
PARTS = tuple(sorted((_BOX, *_OF_THE_MACHINE.values(), _SETTINGS, *_OF_LEDGER), key=lambda part: part.file))
_UNREADABLE = "読めませんでした。"


@dataclass(frozen=True)
class Bundle:
    """A whole one and the name under which it may be kept: box and moment, nobody's name."""

    name: str
    content: bytes


def begin(ledger: Ledger, by: str, now: datetime) -> None:
    """Note that somebody makes one, before its first byte leaves."""
    audit.write(ledger, by, ACTION, "", now)


def make(box: Box, ledger: Ledger | None, machine: Mapping[str, str], now: datetime) -> Bundle:
    """One as the box is now. `ledger` is None where it cannot be opened, which is when a bundle is wanted most. Raises nothing."""
    texts = {part: machine.get(name) or _UNREADABLE for name, part in _OF_THE_MACHINE.items()}
    texts |= {part: _written(work) for part, work in _works(box, ledger, now).items()}
    at = now.astimezone(JAPAN)
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, text in ((CONTENTS, _contents(now)), *((part.file, texts[part]) for part in PARTS)):
            entry = ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
            entry.compress_type = ZIP_DEFLATED
            # With a mark and Windows' line ends: it is read in the clinic by whatever opens a text there.
            archive.writestr(entry, text.replace("\n", "\r\n").encode("utf-8-sig"))
    return Bundle(f"madoguchi-support-{box_facts.box_id(box)}-{at:%Y%m%d-%H%M}.zip", stream.getvalue())


def _works(box: Box, ledger: Ledger | None, now: datetime) -> dict[Part, Callable[[], Lines]]:
    of_box: dict[Part, Callable[[], Lines]] = {
        _BOX: lambda: box_facts.about(box),
        _SETTINGS: lambda: box_facts.settings_told(box.load()),
    }
    if ledger is None:
        return of_box | dict.fromkeys(_OF_LEDGER, lambda: iter((_UNREADABLE,)))
    return of_box | {
        _FINDINGS: lambda: state_facts.findings_told(ledger, now),
        _LEDGER: lambda: box_facts.ledger_told(ledger),
        _LINE: lambda: state_facts.line_told(ledger, now),
        _QUEUE: lambda: state_facts.queue_told(ledger),
        _READERS: lambda: state_facts.readers_told(ledger),
        _CONSUMERS: lambda: state_facts.consumers_told(ledger),
        _KEEPING: lambda: state_facts.keeping_told(ledger),
        _TRAIL: lambda: state_facts.trail_told(ledger),
    }


def _written(lines: Callable[[], Lines]) -> str:
    found: list[str] = []
    try:
        found.extend(lines())
    except Trouble as trouble:
        found.append(f"読めませんでした（{trouble.code}）。")
    except (OSError, sqlite3.Error, ValueError) as error:
        # Its message may quote what stands in the ledger.
        found.append(f"読めませんでした（{type(error).__name__}）。")
    return "\n".join(found).strip("\n") + "\n"


def _contents(now: datetime) -> str:
    head = [
        "madoguchi 保守のための記録",
        f"作った日時: {now.astimezone(JAPAN):%Y-%m-%d %H:%M}（日本時間）",
        "",
        "患者さんの名前・番号・生年月日・資格・医療情報、暗証番号、パスワード、鍵は入っていません。",
        "どのファイルもメモ帳などで開けます。渡す前にご覧ください。ファイルは暗号化されていません。",
        "",
    ]
    return "\n".join([*head, *(f"{part.file}  {part.title}: {part.says}" for part in PARTS)]) + "\n"
