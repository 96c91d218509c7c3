"""Numbers typed into a form, each with what is wrong with it."""

from collections.abc import Mapping
from datetime import date

from appliance.eligibility.said import said

WRONG = "数字で入力してください。"
MOST_YEN = 1_000_000_000


def whole(form: Mapping[str, str], name: str, errors: dict[str, str], most: int = MOST_YEN) -> int:
    """A whole number from 0 to `most`, 0 for nothing typed; a wrong one is told in `errors`."""
    text = form.get(name, "").strip().replace(",", "").replace("，", "").removesuffix("円")
    if not text:
        return 0
    try:
        number = int(text)
    except ValueError:
        errors[name] = WRONG
        return 0
    if not 0 <= number <= most:
        errors[name] = said("0から{most:,}までの数字で入力してください。", most=most)
        return 0
    return number


def rate(form: Mapping[str, str], name: str, errors: dict[str, str]) -> float:
    """A percentage; 0 for nothing typed."""
    text = form.get(name, "").strip().removesuffix("%").removesuffix("％")
    if not text:
        return 0.0
    try:
        number = float(text)
    except ValueError:
        errors[name] = WRONG
        return 0.0
    if not 0 <= number <= 100:
        errors[name] = "0から100までの数字で入力してください。"
        return 0.0
    return number


def day(form: Mapping[str, str], name: str, errors: dict[str, str], usual: date) -> date:
    """A day; `usual` for nothing typed."""
    text = form.get(name, "").strip()
    if not text:
        return usual
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors[name] = "日付を選んでください。"
        return usual
