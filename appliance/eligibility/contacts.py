"""Whom to call: the numbers that come with the box, and those an engineer has written down for this clinic.

The texts come in; `appliance/own_files.py` reads them from `contacts.d/` in the state folder. A row:

    [[contact]]
    name = "レセコンの保守"
    phone = "03-0000-0000"
    when = "レセコンに結果が届かないとき"
"""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.eligibility.toml_rows import BadFile, Refusal, Row, rows_of

TABLE = "contact"
_KEYS = ("name", "phone", "when", "hours", "note")
_REQUIRED = ("name", "phone")


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One card. `when` is when to call, `note` what to have at hand (a customer number); `source` is empty for a site's own."""

    name: str
    phone: str
    when: str = ""
    hours: str = ""
    note: str = ""
    source: str = ""


PACKAGED = (
    Contact(
        name="オンライン資格確認等コールセンター",
        phone="0800-080-4583",
        when="資格確認端末、センター、電子証明書、障害時モードのこと",
        hours="月〜金 8:00〜18:00、土 8:00〜16:00",
        note="医療機関コードを手元に",
        source="医療機関等向け総合ポータルサイト",
    ),
    Contact(
        name="NTT（フレッツ光・IP-VPN）",
        phone="0120-116-116",
        when="光回線の契約、工事、お客様IDのこと",
        hours="9:00〜17:00（年末年始を除く）",
        note="お客様IDを手元に",
        source="導入の手引き（2021-03）",
    ),
)
"""As the sources said; numbers and hours may have changed."""


def contacts(texts: Mapping[str, str]) -> tuple[tuple[Contact, ...], tuple[Refusal, ...]]:
    """The site's own contacts, then those that come with the box; and the rows and files that could not be taken.

    Never raises, and a refused row takes nothing else with it.
    """
    own: list[Contact] = []
    refusals: list[Refusal] = []
    for file, text in texts.items():
        try:
            rows = rows_of(text, file)
        except BadFile as bad:
            refusals.append(bad.refusal)
            continue
        for row in rows:
            found = _contact(row)
            (refusals if isinstance(found, Refusal) else own).append(found)  # type: ignore[arg-type]
    return (*own, *PACKAGED), tuple(refusals)


def _contact(row: Row) -> Contact | Refusal:
    if row.table != TABLE:
        return row.refusal(f"知らない表です: {row.table}")
    for key, value in row.values.items():
        if key not in _KEYS:
            return row.refusal(f"知らない項目です: {key}", key)
        if not isinstance(value, str) or not value.strip():
            return row.refusal(f"{key} の値が正しくありません", key)
    missing = [key for key in _REQUIRED if key not in row.values]
    if missing:
        return row.refusal(f"{missing[0]} がありません")
    return Contact(**row.values)
