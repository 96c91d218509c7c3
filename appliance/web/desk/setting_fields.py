"""The settings that a clinic may change by itself: what each changes in one sentence, its bounds, who reads it.

Addresses, ports, paths and the patience of protocols are not here: whoever changes those knows `box.toml`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from appliance.eligibility.said import joined, said
from appliance.eligibility.trouble import Trouble

SERVICE_LABELS = {
    "devices": "カードを読むサービス",
    "sync": "照会と連携のサービス",
    "web": "画面のサービス",
}
"""The processes, as people may call them."""


class Kind(StrEnum):
    """How a setting is typed."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    FLAG = "flag"
    TIME = "time"
    TIME_OR_NEVER = "time-or-never"
    DAYS = "days"


@dataclass(frozen=True)
class Field:
    """One setting. `least` and `most` hold for numbers; a text is no longer than `most`."""

    key: str
    label: str
    says: str
    kind: Kind
    services: tuple[str, ...]
    unit: str = ""
    least: float = 0
    most: float = 0

    @property
    def hint(self) -> str:
        """What may be typed."""
        match self.kind:
            case Kind.TEXT:
                return said("{most:g}文字まで", most=self.most)
            case Kind.WHOLE | Kind.NUMBER:
                return said("{least:g}から{most:g}{unit}", least=self.least, most=self.most, unit=self.unit)
            case Kind.TIME:
                return "時:分（24時間）"
            case Kind.TIME_OR_NEVER:
                return "時:分（24時間）。空にすると行いません"
            case Kind.DAYS:
                return "日を , で区切る（例: 1,15）。空にすると行いません"
            case Kind.FLAG:
                return ""

    def parse(self, text: str) -> Any:
        """What was typed, as `box.toml` holds it. Raises `Trouble` INPUT-001 that says what may be typed."""
        try:
            value = _PARSERS[self.kind](" ".join(text.split()))
        except ValueError as error:
            raise Trouble("INPUT-001", joined(": ", (self.label, self.hint or "選んでください"))) from error
        size = len(value) if self.kind is Kind.TEXT else value
        if self.kind in (Kind.TEXT, Kind.WHOLE, Kind.NUMBER) and not self.least <= size <= self.most:
            raise Trouble("INPUT-001", joined(": ", (self.label, self.hint)))
        return value

    def spoken(self, value: Any) -> str:
        """A value as people read it."""
        if isinstance(value, bool):
            return "はい" if value else "いいえ"
        if isinstance(value, int | float):
            return said("{value:g}{unit}", value=value, unit=self.unit)
        return str(value) or ("（空）" if self.kind is Kind.TEXT else "行いません")

    def typed(self, value: Any) -> str:
        """A value as it stands in the form."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return f"{value:g}" if isinstance(value, int | float) else str(value)


def _flag(text: str) -> bool:
    return {"yes": True, "no": False}[text] if text in ("yes", "no") else _refuse()


def _refuse() -> bool:
    raise ValueError


def _matching(pattern: str) -> Any:
    def parsed(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError
        return text

    return parsed


_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_DAY = r"(0?[1-9]|[12][0-9]|3[01])"
_PARSERS: dict[Kind, Any] = {
    Kind.TEXT: str,
    Kind.WHOLE: int,
    Kind.NUMBER: float,
    Kind.FLAG: _flag,
    Kind.TIME: _matching(_TIME),
    Kind.TIME_OR_NEVER: _matching(f"({_TIME})?"),
    Kind.DAYS: _matching(f"({_DAY}(,{_DAY})*)?"),
}

_DEVICES, _SYNC, _WEB = ("devices",), ("sync",), ("web",)


def _seconds(key: str, label: str, says: str, least: float, most: float) -> Field:
    return Field(key, label, says, Kind.NUMBER, _DEVICES, "秒", least, most)


def _choice(key: str, label: str, says: str) -> Field:
    return Field(key, label, says, Kind.FLAG, _WEB)


GROUPS: dict[str, tuple[Field, ...]] = {
    "医院": (
        Field(
            "clinic_name",
            "医院の名前",
            "受付・患者さんの画面・印刷物に出る名前です。",
            Kind.TEXT,
            _WEB,
            "",
            0,
            60,
        ),
    ),
    "患者さんの画面": (
        _seconds(
            "visit_timeout",
            "操作を待つ時間",
            "患者さんが何も押さないとき、受付を終えるまでの時間です。",
            10,
            600,
        ),
        _seconds("visit_ending", "終わりの画面の時間", "受付が済んだという画面を出しておく時間です。", 2, 60),
        _seconds(
            "visit_left",
            "置き忘れを知らせるまで",
            "終わったあとカードが置かれたままのとき、知らせるまでの時間です。",
            3,
            300,
        ),
        _seconds(
            "visit_staff", "係員の確認を待つ時間", "目視確認などで、係員の操作を待つ時間です。", 30, 1800
        ),
        _seconds(
            "visit_look",
            "顔を確かめる時間",
            "1回の顔の確認にかける時間です。過ぎると暗証番号に移れます。",
            3,
            60,
        ),
        _choice(
            "pin_shuffled",
            "数字の並びを毎回変える",
            "暗証番号の数字の並びが毎回変わり、指の動きからわかりにくくなります。",
        ),
        _choice(
            "ask_specific_diseases",
            "特定疾病療養受療証をたずねる",
            "同意の画面で、特定疾病療養受療証の情報を使うかをたずねます。",
        ),
        _choice(
            "ask_prescription", "処方箋の形をたずねる", "同意の画面で、電子処方箋か紙の処方箋かをたずねます。"
        ),
        _choice(
            "ask_medical_subsidy",
            "医療費助成をたずねる",
            "同意の画面で、医療費助成の受給者証の情報を使うかをたずねます。",
        ),
    ),
    "毎日のこと": (
        Field(
            "reader_test_at",
            "リーダーの点検の時刻",
            "毎日この時刻に、リーダーとカメラを点検します。",
            Kind.TIME_OR_NEVER,
            ("devices", "web"),
        ),
        Field(
            "follow_up_from",
            "診療日の始まり",
            "資格のわからない受付を、毎日この時刻のあとに1回照会し直します。",
            Kind.TIME,
            ("sync", "web"),
        ),
    ),
    "一括照会": (
        Field(
            "bulk_from",
            "夜の照会の始まり",
            "夜に照会する一覧を送り始める時刻です。",
            Kind.TIME,
            ("sync", "web"),
        ),
        Field(
            "bulk_until",
            "夜の照会の終わり",
            "夜に照会する一覧を送り終える時刻です。",
            Kind.TIME,
            ("sync", "web"),
        ),
        Field(
            "bulk_ticket_days",
            "医療扶助を照会する日",
            "毎月この日に、医療扶助の資格をまとめて照会します。",
            Kind.DAYS,
            _SYNC,
        ),
    ),
    "サインイン": (
        Field(
            "lock_after_minutes",
            "画面をロックするまで",
            "この時間だれも触らないと、画面を隠し、パスワードを入れると元の画面に戻ります。0はロックしません。",
            Kind.WHOLE,
            _WEB,
            "分",
            0,
            720,
        ),
        Field(
            "second_factor_reception",
            "受付の方にも2段階認証を求める",
            "受付の役割でも、サインインのたびに認証アプリかパスキーで確かめます。ほかの役割では、いつも確かめます。",
            Kind.FLAG,
            _WEB,
        ),
    ),
    "緊急時の閲覧": (
        Field(
            "emergency_minutes",
            "緊急時に医療情報を開ける時間",
            "有資格者がいないなどの緊急のとき、理由を書いた人が、同意した患者さん1人の情報をこの時間だけ開けます。院長が認めたときだけ使ってください。0は使いません。",
            Kind.WHOLE,
            _WEB,
            "分",
            0,
            60,
        ),
    ),
    "回線と残す期間": (
        Field(
            "line_slow",
            "「遅延」と見る時間",
            "照会がこの時間より長くかかると、回線を「遅延」と表示します。",
            Kind.NUMBER,
            _SYNC,
            "秒",
            1,
            120,
        ),
        Field(
            "check_days",
            "受付の記録を残す日数",
            "受付と回答の記録を、この日数のあとに消します。5年は1827日です。3年より短くはできません。",
            Kind.WHOLE,
            ("sync", "web"),
            "日",
            1096,
            36500,
        ),
        Field(
            "bulk_days",
            "一括照会の一覧を残す日数",
            "終わった一括照会の一覧を、この日数のあとに消します。",
            Kind.WHOLE,
            ("sync", "web"),
            "日",
            31,
            3650,
        ),
        Field(
            "outage_note_days",
            "障害時メモを残す日数",
            "済んだ障害時メモを、この日数のあとに消します。",
            Kind.WHOLE,
            ("sync", "web"),
            "日",
            1,
            3650,
        ),
        Field(
            "consumer_request_days",
            "電子カルテの依頼を覚える日数",
            "済んだ依頼を、この日数のあとに忘れます。それまでは、同じ番号の依頼が届いても二重に照会しません。",
            Kind.WHOLE,
            _SYNC,
            "日",
            7,
            3650,
        ),
        Field(
            "folder_stay_minutes",
            "受け取られない結果を残す時間",
            "共有フォルダで受け取られない結果を、この時間のあとに消します。0は消しません。",
            Kind.WHOLE,
            _SYNC,
            "分",
            0,
            525600,
        ),
    ),
}
"""The settings as the page shows them."""

FIELDS = {field.key: field for group in GROUPS.values() for field in group}

TECHNICAL = frozenset(
    {
        "visit_timeout",
        "visit_ending",
        "visit_left",
        "visit_staff",
        "visit_look",
        "reader_test_at",
        "line_slow",
        "folder_stay_minutes",
    }
)
"""What whoever maintains the box may see and change; the others say how the clinic works, whom it lets in, and what it keeps."""
