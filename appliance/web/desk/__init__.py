"""The desk of those who look after the box: administrators and engineers."""

from appliance.web.desk import (
    accounts,
    assets,
    audit,
    backups,
    certificate,
    comparing,
    consumer_rights,
    consumer_tokens,
    consumers,
    readers,
    security_checklist,
    settings,
    start,
    trial,
)
from appliance.web.desk.area import blueprint

__all__ = [
    "accounts",
    "assets",
    "audit",
    "backups",
    "blueprint",
    "certificate",
    "comparing",
    "consumer_rights",
    "consumer_tokens",
    "consumers",
    "readers",
    "security_checklist",
    "settings",
    "start",
    "trial",
]
