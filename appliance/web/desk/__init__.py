"""The desk of those who look after the box: administrators and engineers."""

from appliance.web.desk import (
    accounts,
    assets,
    audit,
    audit_review,
    audit_state,
    backups,
    certificate,
    comparing,
    consumer_rights,
    consumer_tokens,
    consumers,
    readers,
    security_checklist,
    screens,
    settings,
    start,
    trial,
)
from appliance.web.desk.area import blueprint

__all__ = [
    "accounts",
    "assets",
    "audit",
    "audit_review",
    "audit_state",
    "backups",
    "blueprint",
    "certificate",
    "comparing",
    "consumer_rights",
    "consumer_tokens",
    "consumers",
    "readers",
    "security_checklist",
    "screens",
    "settings",
    "start",
    "trial",
]
