"""医療機関コード as people read them."""

from appliance.eligibility.said import said

_KINDS = {"1": "医科", "3": "歯科", "4": "調剤", "6": "訪問看護"}


def spoken_institution(code: str) -> str:
    """「歯科（1339999999）」: the third digit is the 点数表 the house is paid by."""
    kind = _KINDS.get(code[2:3])
    return said("{kind}（{code}）", kind=kind, code=code) if kind else code
