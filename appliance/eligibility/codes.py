"""Code tables OQSCD001-017 and the medical-ticket tables, and enums for the codes our own logic decides on.

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


UNKNOWN_CODE_LABEL = "不明なコード"

_YES_NO = {"01": "あり", "02": "なし"}

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
    "OQSCD026": {"0": "一致", "1": "不一致"},
}


def label(table: str, code: str) -> str:
    """The Japanese label of `code` in `table`, or 「不明なコード」 for a code the table does not know."""
    return TABLES[table].get(code, UNKNOWN_CODE_LABEL)
