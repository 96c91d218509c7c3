"""Check digits and shapes of the numbers on insurance documents.

A failed check digit is a warning on input and nothing at all in an answer of the center: real numbers exist
that break the rule.
"""

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
