"""Code tables OQSCD001-044, and enums for the codes our own logic decides on.

Unknown codes are kept and shown: the tables have grown every year. Source: public implementations of the
file interface; the official annex 5-1 is not public.
"""

from enum import StrEnum


class QualificationValidity(StrEnum):
    """資格有効性 (OQSCD006)."""

    VALID = "1"
    INVALID = "2"
    INVALID_NEWER_EXISTS = "3"
    NONE = "4"
    SEVERAL = "5"
    VALID_UNREGISTERED = "6"


class SegmentOfResult(StrEnum):
    """処理結果区分 (OQSCD003). Anything else than these counts as an error."""

    NORMAL = "1"
    PROCESSING = "2"
    ERROR = "9"


class ProcessingResultStatus(StrEnum):
    """処理結果状況 (OQSCD004)."""

    NORMAL = "1"
    ERROR = "2"


class ReferenceClassification(StrEnum):
    """照会区分 (OQSCD002)."""

    CARD = "1"
    NUMBERS = "2"


class CharacterCode(StrEnum):
    """文字コード識別 (OQSCD005)."""

    UTF_8 = "0"
    SHIFT_JIS = "1"


class LimitCertificateChange(StrEnum):
    """限度額情報変更有無 (OQSCD014): CHANGED also when the center cannot tell."""

    UNCHANGED = "0"
    CHANGED = "1"


class ConsentStatus(StrEnum):
    """同意区分 (OQSCD016): EXPIRED at home and online visits only, UNOBTAINABLE in emergencies only."""

    NONE = "0"
    GIVEN = "1"
    EXPIRED = "2"
    UNOBTAINABLE = "3"


class PrescriptionIssue(StrEnum):
    """処方箋発行形態 (OQSCD017)."""

    ELECTRONIC = "1"
    PAPER = "2"


class MedicalTreatment(StrEnum):
    """診療区分 (OQSCD028)."""

    OUTPATIENT = "1"
    HOME = "2"
    ONLINE = "3"
    EMERGENCY = "4"


UNKNOWN_CODE_LABEL = "不明なコード"

_YES_NO = {"01": "あり", "02": "なし"}
_MATCHES = {"0": "一致", "1": "不一致"}
_USES = {"0": "しない", "1": "する"}

TABLES: dict[str, dict[str, str]] = {
    "OQSCD001": {"0": "未同意", "1": "同意"},
    "OQSCD002": {"1": "マイナンバーカード", "2": "被保険者証情報"},
    "OQSCD003": {"1": "正常終了", "2": "処理中", "9": "異常終了"},
    "OQSCD004": {"1": "正常終了", "2": "エラー"},
    "OQSCD005": {"0": "UTF-8", "1": "Shift_JIS"},
    "OQSCD006": {
        "1": "有効",
        "2": "無効",
        "3": "無効（新しい資格あり）",
        "4": "該当資格なし",
        "5": "複数該当",
        "6": "有効（未登録）",
    },
    "OQSCD007": {"1": "男", "2": "女", "3": "未設定"},
    "OQSCD008": {"01": "死亡", "02": "生活保護受給開始", "03": "医療保険等の資格取得", "99": "その他"},
    "OQSCD009": {"1": "本人", "2": "家族"},
    "OQSCD010": {
        "01": "一般",
        "02": "退職",
        "03": "短期（一般）",
        "04": "短期（退職）",
        "05": "特別療養費支給対象者",
        "06": "特例退職",
        "07": "自衛官",
        "A1": "医療扶助",
    },
    "OQSCD011": {
        "01": "限度額適用認定証",
        "02": "限度額適用・標準負担額減額認定証",
        "03": "標準負担額減額認定証",
    },
    "OQSCD012": {
        "A01": "ア",
        "A02": "イ",
        "A03": "ウ",
        "A04": "エ",
        "A05": "オ",
        "A06": "オ（境）",
        "B01": "現役並みⅢ",
        "B02": "現役並みⅡ",
        "B03": "現役並みⅠ",
        "B04": "一般",
        "B05": "低所得Ⅱ",
        "B06": "低所得Ⅰ",
        "B07": "低所得Ⅰ（老福）",
        "B08": "低所得Ⅰ（境）",
        "B09": "一般Ⅱ",
        "B10": "一般Ⅰ",
    },
    "OQSCD013": {
        "1": "人工透析を要する慢性腎不全",
        "2": "先天性血液凝固因子障害",
        "3": "血液凝固因子製剤に起因するHIV感染症",
    },
    "OQSCD014": {"0": "変更なし", "1": "変更あり・判定不能"},
    "OQSCD015": {"1": "未就学"},
    "OQSCD016": {"0": "同意なし", "1": "同意あり", "2": "期限切れ", "3": "取得困難"},
    "OQSCD017": {"1": "電子", "2": "紙"},
    "OQSCD018": {"01": "医療券", "02": "調剤券"},
    "OQSCD019": {"01": "入院", "02": "入院外", "03": "歯科", "04": "調剤", "05": "訪問看護"},
    "OQSCD020": {"01": "単独", "02": "併用"},
    "OQSCD021": _YES_NO,
    "OQSCD022": {"1": "不整合あり"},
    "OQSCD023": _YES_NO,
    "OQSCD024": _YES_NO,
    "OQSCD025": _YES_NO,
    "OQSCD026": _MATCHES,
    "OQSCD027": {"1": "同一個人あり"},
    "OQSCD028": {"1": "外来", "2": "訪問診療等", "3": "オンライン診療等", "4": "救急時"},
    "OQSCD029": {"TKK": "特定健診情報", "YZK": "薬剤情報"},
    "OQSCD030": {"0": "表示しない", "1": "表示する"},
    "OQSCD031": {"0": "診療形態による", "1": "医療機関が取消", "2": "患者が取消", "3": "用途変更"},
    "OQSCD032": _MATCHES,
    "OQSCD033": {"2": "訪問診療等", "3": "オンライン診療等"},
    "OQSCD034": {"1": "PDF", "2": "PNG"},
    "OQSCD035": {"0": "変更しない", "1": "変更する"},
    "OQSCD036": {
        "TSR": "特定疾病療養受療証情報",
        "TKK": "特定健診情報",
        "YZK": "薬剤・処方情報",
        "SRJ": "診療・アレルギー・検査情報",
        "SHJ": "手術・傷病名・感染症情報",
    },
    "OQSCD037": _USES,
    "OQSCD038": {"0": "利用しない", "1": "電子のみ", "2": "電子と紙", "3": "紙のみ"},
    "OQSCD039": {"1": "資格確認時以外", "2": "資格確認時"},
    "OQSCD040": {
        "1": "救急サマリー",
        "2": "救急全量",
        "3": "電子処方箋と救急サマリー・救急全量",
        "4": "薬剤",
        "5": "診療・薬剤",
        "6": "健診",
    },
    "OQSCD041": {"1": "記憶", "2": "生体", "3": "物理"},
    # The methods themselves are in no public source; every code of this table is shown as it comes.
    "OQSCD042": {},
    "OQSCD043": {"0": "権限なし", "1": "権限あり"},
    "OQSCD044": {"01": "医療費助成", "02": "母子保健", "04": "予防接種", "08": "介護保険"},
}


READ_AS = {("OQSCD003", "3"): SegmentOfResult.ERROR}
"""Codes of which sources disagree, and the documented code they are read as."""


def label(table: str, code: str) -> str:
    """The Japanese label of `code` in `table`, or 「不明なコード」 for a code the table does not know."""
    return TABLES[table].get(READ_AS.get((table, code), code), UNKNOWN_CODE_LABEL)


def is_error(segment_of_result: str | None) -> bool:
    """Whether a message failed as a whole: 9 or, in one source, 3; anything but 正常終了 and 処理中 counts."""
    return segment_of_result not in (SegmentOfResult.NORMAL, SegmentOfResult.PROCESSING)
