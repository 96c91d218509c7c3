"""A code as one says it on the telephone."""

_LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            "エー",
            "ビー",
            "シー",
            "ディー",
            "イー",
            "エフ",
            "ジー",
            "エイチ",
            "アイ",
            "ジェー",
            "ケー",
            "エル",
            "エム",
            "エヌ",
            "オー",
            "ピー",
            "キュー",
            "アール",
            "エス",
            "ティー",
            "ユー",
            "ブイ",
            "ダブリュー",
            "エックス",
            "ワイ",
            "ゼット",
        ],
        strict=True,
    )
)
_DIGITS = dict(
    zip(
        "0123456789",
        ["ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ"],
        strict=True,
    )
)
_SOUNDS = {**_LETTERS, **_DIGITS, "-": "ハイフン"}


def spelled(code: str) -> str:
    """Each sign of `code` by its name.

    >>> spelled("CERT-006")
    'シー イー アール ティー ハイフン ゼロ ゼロ ロク'
    """
    return " ".join(_SOUNDS.get(one, one) for one in code)
