"""One notice as the message a consumer gets, the same over whichever way it comes, and what handing it over leaves behind."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from appliance.ledger import audit, notices, tasks
from appliance.ledger.database import Ledger
from appliance.ledger.medical_payloads import Handed, medical_notice
from appliance.ledger.notices import Notice, NoticeKind
from appliance.ledger.task_payloads import task_notice


@dataclass(frozen=True)
class NoticeMessage:
    """What `notice` hands over; `medical` is what is in it, where it is medical information."""

    notice: Notice
    payload: bytes = field(repr=False)
    medical: Handed | None = None

    @property
    def until(self) -> datetime | None:
        """When its content may not be handed over any more; None when it has none that ends."""
        return self.medical.until if self.medical else None


def message_of(ledger: Ledger, notice: Notice, institution_code: str, now: datetime) -> NoticeMessage | None:
    """What there is to say now; None when another notice says it, or will. Raises `Trouble` CENTER-002."""
    if notice.kind is NoticeKind.MEDICAL:
        handed = medical_notice(ledger, notice, institution_code, now)
        return NoticeMessage(notice, _text(handed.message), handed) if handed else None
    task = tasks.find(ledger, notice.subject)
    if task is None or task.revision != notice.revision:
        return None
    return NoticeMessage(notice, _text(task_notice(ledger, notice, task, institution_code)))


def handed_over(ledger: Ledger, message: NoticeMessage, now: datetime) -> None:
    """It is going out: medical information the first time with a row in the audit trail, or marked as expired."""
    notice, medical = message.notice, message.medical
    if medical is None:
        return
    if medical.of is None or medical.until is None:
        notices.expired(ledger, notice.id, now)
    elif notice.tries == 0:
        audit.write(ledger, notice.consumer, "medical-handed-over", medical.of, now, medical.said)


def _text(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
