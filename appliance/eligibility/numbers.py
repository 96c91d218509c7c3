"""Check digits and shapes of the numbers on insurance documents.

A failed check digit is a warning on input and nothing at all in an answer of the center: real numbers exist
that break the rule.
"""

PREFECTURES = range(1, 48)

INSURER_LAWS = {
    "01": "協会けんぽ",
    "02": "船員保険",
    "03": "日雇特例（一般）",
    "04": "日雇特例（特別）",
    "06": "組合健保",
    "07": "自衛官等",
    "31": "国家公務員共済",
    "32": "地方公務員等共済",
    "33": "警察共済",
    "34": "公立学校・私学共済",
    "39": "後期高齢者",
    "63": "特定健康保険組合",
    "67": "退職者国保",
    "72": "特定共済",
    "73": "特定共済",
    "74": "特定共済",
    "75": "特定共済",
}
"""法別番号 of insurers with 8-digit numbers; 国保 has 6 digits and none."""

MEDICAL_ASSISTANCE_LAW = "12"
INSURER_NUMBER_WIDTH = 8


def check_digit(body: str) -> int:
    """The check digit after `body` (ASCII digits): modulus 10, weights 2-1 from the right, digits of products added.

    One rule for 保険者番号, 公費負担者番号, 受給者番号 and 医療機関コード. Raises `ValueError` for a non-digit.
    """
    total = 0
    for index, digit in enumerate(reversed(body)):
        product = int(digit) * (2 if index % 2 == 0 else 1)
        total += product // 10 + product % 10
    return (10 - total % 10) % 10


def has_valid_check_digit(number: str) -> bool:
    """Whether the last digit of `number` is the check digit of those before it; False for anything but ASCII digits."""
    if len(number) < 2 or not (number.isascii() and number.isdigit()):
        return False
    return check_digit(number[:-1]) == int(number[-1])


def normal_insurer_number(number: str) -> str:
    """`number` without the padding (spaces on the file interface, zeros on the Web API), for comparing."""
    stripped = number.strip()
    if len(stripped) == INSURER_NUMBER_WIDTH and stripped.startswith("00"):
        return stripped[2:]
    return stripped


def padded_insurer_number(number: str) -> str:
    """`number` as the file interface wants it: 8 wide, a 6-digit 国保 number with two leading spaces."""
    return normal_insurer_number(number).rjust(INSURER_NUMBER_WIDTH)


def insurer_number_warnings(number: str) -> tuple[str, ...]:
    """What looks wrong about an insurer number typed by a person, as Japanese sentences; empty when nothing does."""
    bare = number.strip()
    if not (bare.isascii() and bare.isdigit()) or len(bare) not in (6, 8):
        return ("保険者番号は8桁、国保は6桁の数字です。",)
    warnings = []
    prefecture, law = (bare[2:4], bare[:2]) if len(bare) == 8 else (bare[:2], None)
    if law is not None and law not in INSURER_LAWS and law not in ("00", MEDICAL_ASSISTANCE_LAW):
        warnings.append(f"法別番号 {law} は一覧にありません。")
    if law == "00":
        prefecture = bare[2:4]
    if int(prefecture) not in PREFECTURES:
        warnings.append(f"都道府県番号 {prefecture} はありません。")
    if not has_valid_check_digit(bare):
        warnings.append("検証番号が合いません。1桁ちがいがないかお確かめください。")
    return tuple(warnings)


def looks_like_my_number(text: str) -> bool:
    """Whether `text` (ASCII digits) could be a My Number, which must never be taken in: 12 digits, right check digit."""
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        return False
    weighted = sum(
        int(digit) * (place + 1 if place <= 6 else place - 5)
        for place, digit in enumerate(reversed(text[:-1]), start=1)
    )
    rest = weighted % 11
    return int(text[-1]) == (0 if rest <= 1 else 11 - rest)
