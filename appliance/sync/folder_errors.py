"""What stands in an .err: ours, because the official content is not public."""

from appliance.eligibility.catalogue import FAULT_LABELS
from appliance.eligibility.trouble import Trouble


def error_file(trouble: Trouble) -> bytes:
    """The .err beside a request that comes back: code, text and advice, in code page 932 with CRLF."""
    entry = trouble.entry
    lines = [
        f"コード: {entry.code}",
        f"内容: {entry.title}",
        *([f"詳細: {trouble.detail}"] if trouble.detail else []),
        f"原因の区分: {FAULT_LABELS[entry.fault]}",
        f"対応: {entry.reception}",
        f"技術者向け: {entry.engineer}",
        "再送: 直した依頼を、新しい名前でreqフォルダに置いてください。",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("cp932", "replace")
