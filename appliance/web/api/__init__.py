"""The HTTP API: for products that would rather fetch than subscribe. `contract/` describes it to vendors."""

from appliance.web.api import (
    box,
    bulk,
    deliveries,
    description,
    events,
    metrics,
    notices,
    requests,
)
from appliance.web.api.area import blueprint
from appliance.web.api.desk import install

__all__ = [
    "blueprint",
    "box",
    "bulk",
    "deliveries",
    "description",
    "events",
    "install",
    "metrics",
    "notices",
    "requests",
]
